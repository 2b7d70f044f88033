import type { StorageDriver } from '@dunnage/driver-api';
import { checkedList } from '../inventory/checked-list.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { classify } from '../layout/classify.ts';
import { signaturesPrefix } from '../layout/paths.ts';
import type { ManifestGraph } from './manifest-graph.ts';

/**
 * Finds the signature links of schema 1 revisions. A flat listing shows them anyway; a walk does not open revisions'
 * directories, so it looks into those few whose manifest is schema 1 or can't be read.
 */
export async function readSignatures(
  driver: StorageDriver,
  inventory: Inventory,
  graph: ManifestGraph,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (driver.bulk === undefined) return;
  for (let revision = 0; revision < inventory.revisions.size; revision++) {
    const row = graph.find(inventory.manifestOf(revision));
    if (graph.state(row) === 'ok' && !graph.isSchema1(row)) continue;
    const { repository, digest } = inventory.revisionName(revision);
    const prefix = signaturesPrefix(repository, digest);
    for await (const page of checkedList(driver, false, { prefix, detail: 'keys', signal })) {
      for (const { key } of page.objects) {
        const fact = classify(key);
        if (fact.kind !== 'signature') continue;
        inventory.addSignature(inventory.revisions.left(revision), digest, fact.signature);
      }
    }
  }
}
