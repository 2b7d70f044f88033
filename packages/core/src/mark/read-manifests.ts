import type { Key, ReadOutcome, StorageDriver } from '@dunnage/driver-api';
import type { ManifestCache } from '../cache/manifest-cache.ts';
import { parseManifest } from '../content/parse.ts';
import type { Findings } from '../gc/findings.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { readMany } from '../io/read-many.ts';
import { blobKey } from '../layout/paths.ts';
import { u32List } from '../packed/list.ts';
import { formatBytes } from '../units/size.ts';
import { ManifestGraph } from './manifest-graph.ts';

export interface ReadManifestsOptions {
  readonly driver: StorageDriver;
  readonly inventory: Inventory;
  readonly findings: Findings;
  readonly memory: ManifestCache | undefined;
  /** Reads in flight at most. */
  readonly concurrency: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly onManifests: (done: number, total: number) => void;
}

/** Reads each manifest that any repository has a revision of, once, and draws the graph of their references. */
export async function readManifests(options: ReadManifestsOptions): Promise<ManifestGraph> {
  const { driver, inventory, memory, signal } = options;
  const graph = new ManifestGraph(inventory.digests);
  for (let row = 0; row < inventory.revisions.size; row++) {
    graph.add(inventory.manifestOf(row));
    // Where the link leads elsewhere than its path says, both count: who relies on which can't be known.
    graph.add(inventory.revisions.right(row));
  }
  await memory?.recall(graph, inventory.digests);

  const unread = u32List();
  for (let row = 0; row < graph.size; row++) if (graph.state(row) === 'unread') unread.push(row);
  const keys = function* (): Generator<Key> {
    for (let index = 0; index < unread.length; index++) {
      yield blobKey(inventory.digests.text(graph.digest(unread.at(index))));
    }
  };
  const total = graph.size;
  let done = total - unread.length;
  const { concurrency, maxBytes } = options;
  await readMany(driver, keys(), { concurrency, maxBytes, signal }, (outcome, index) => {
    const row = unread.at(index);
    file(options, graph, row, outcome);
    done++;
    if (done % 256 === 0 || done === total) options.onManifests(done, total);
  });
  await memory?.keep(graph, inventory.digests);
  return graph;
}

/** Enters what was read into the graph. */
function file(
  { inventory, findings, maxBytes }: ReadManifestsOptions,
  graph: ManifestGraph,
  row: number,
  outcome: ReadOutcome,
): void {
  const digest = inventory.digests.text(graph.digest(row));
  const { key } = outcome;
  if (outcome.status === 'missing') {
    graph.setState(row, 'missing');
    return;
  }
  if (outcome.status === 'failed') {
    graph.setState(row, 'unreadable');
    const why =
      outcome.error.code === 'TOO_LARGE'
        ? `is larger than ${formatBytes(maxBytes)}, more than a manifest may have`
        : `can't be read: ${outcome.error.message}`;
    findings.add({
      code: 'manifest-unreadable',
      severity: 'unjudged',
      ...{ key, digest },
      message: `the manifest ${key} ${why}; all that its repositories hold is kept`,
      advice: 'Make it readable, or delete it through the registry, then run again.',
    });
    return;
  }
  const parsed = parseManifest(digest, outcome.bytes);
  if (!parsed.ok) {
    graph.setState(row, 'corrupt');
    findings.add({
      code: 'manifest-corrupt',
      severity: 'unjudged',
      ...{ key, digest },
      message: `the manifest ${key} is damaged: ${parsed.why}; all that its repositories hold is kept`,
      advice: 'Push the image again, or delete it through the registry, then run again.',
    });
    return;
  }
  graph.fill(row, parsed.manifest);
}
