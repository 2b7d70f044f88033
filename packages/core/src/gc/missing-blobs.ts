import type { Stock } from '../plan/garbage.ts';
import { blobKey } from '../layout/paths.ts';
import { BitSet } from '../packed/bit-set.ts';
import type { Findings } from './findings.ts';

/** Says which blobs live images need and do not have: those images can't be pulled, and that is nobody's garbage. */
export function reportMissingBlobs(
  { inventory, marks, blobs }: Pick<Stock, 'inventory' | 'marks' | 'blobs'>,
  findings: Findings,
): void {
  const elsewhere = new BitSet();
  for (let row = 0; row < inventory.layerLinks; row++) {
    if (inventory.layerTarget.at(row) !== 0) elsewhere.add(inventory.layerDigest.at(row));
  }
  for (const id of marks.required.members()) {
    if (blobs.seen.has(id) || elsewhere.has(id)) continue;
    const digest = inventory.digests.text(id);
    findings.add({
      code: 'blob-missing',
      severity: 'warning',
      key: blobKey(digest),
      digest,
      message: `a live image needs the blob ${digest}, which is not there: the image can't be pulled`,
      advice: `\`dunnage why ${digest}\` shows which images need it; push one of them again.`,
    });
  }
}
