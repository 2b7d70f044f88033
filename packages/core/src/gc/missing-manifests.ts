import { blobKey } from '../layout/paths.ts';
import type { Stock } from '../plan/garbage.ts';
import { BitSet } from '../packed/bit-set.ts';
import type { RunContext } from './run-context.ts';

/**
 * Looks again for manifests that could not be found when they were to be read, now that the blobs have been listed.
 * A store can be late to show an object to those who read it, or a cache remember that it was not there: then the
 * manifest is not lost but unreadable, and protects its repositories.
 */
export async function lookAgainForManifests(
  { driver, findings, signal }: RunContext,
  { inventory, graph, marks, blobs }: Pick<Stock, 'inventory' | 'graph' | 'marks' | 'blobs'>,
): Promise<void> {
  const found = new BitSet();
  for (let row = 0; row < graph.size; row++) {
    const id = graph.digest(row);
    if (graph.state(row) !== 'missing' || !blobs.seen.has(id)) continue;
    const digest = inventory.digests.text(id);
    const key = blobKey(digest);
    // On file systems a directory was seen, which may be without its blob.
    const isThere = driver.bulk === undefined || (await driver.stat(key, { signal })) !== undefined;
    if (!isThere) continue;
    graph.setState(row, 'unreadable');
    found.add(id);
    findings.add({
      code: 'manifest-unreadable',
      severity: 'unjudged',
      ...{ key, digest },
      message: `the manifest ${key} is listed but could not be found when it was read; all that its repositories hold is kept`,
      advice:
        'The store shows writes late, or something between caches that it is not there: run again later.',
    });
  }
  if (found.size === 0) return;
  for (let revision = 0; revision < inventory.revisions.size; revision++) {
    if (!found.has(inventory.manifestOf(revision))) continue;
    marks.protect(inventory.revisions.left(revision));
  }
}
