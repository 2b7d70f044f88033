import type { Stock } from '../plan/garbage.ts';
import { blobKey } from '../layout/paths.ts';
import { BitSet } from '../packed/bit-set.ts';
import type { Findings } from './findings.ts';

/** Says which blobs live images need and do not have: those images can't be pulled, and that is nobody's garbage. */
export function reportMissingBlobs(
  stock: Pick<Stock, 'inventory' | 'graph' | 'marks' | 'blobs'>,
  findings: Findings,
): void {
  const { inventory, marks, blobs } = stock;
  reportLostManifests(stock, findings);
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

/** A manifest that the cache remembers was not read: that its blob is lost shows only here. */
function reportLostManifests(
  { inventory, graph, marks, blobs }: Pick<Stock, 'inventory' | 'graph' | 'marks' | 'blobs'>,
  findings: Findings,
): void {
  for (const revision of marks.revisions.members()) {
    const manifest = inventory.manifestOf(revision);
    if (blobs.seen.has(manifest) || graph.state(graph.find(manifest)) !== 'ok') continue;
    const { repository, digest } = inventory.revisionName(revision);
    findings.add({
      code: 'manifest-missing',
      severity: 'warning',
      key: blobKey(inventory.digests.text(manifest)),
      ...{ repository, digest },
      message: `${repository} has the manifest ${digest}, but its blob is gone; what it referred to is known from an earlier run and kept`,
      advice: 'Push the image again, or delete the manifest through the registry.',
    });
  }
}
