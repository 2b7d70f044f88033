import type { ManifestCache } from '../cache/manifest-cache.ts';
import { BlobScan } from '../inventory/blob-scan.ts';
import { FactCollector } from '../inventory/collect-facts.ts';
import { listFlat } from '../inventory/flat-list.ts';
import { Inventory } from '../inventory/inventory.ts';
import { isEmpty } from '../inventory/is-empty.ts';
import { LinkReader } from '../inventory/link-reader.ts';
import { findStaleUploads, StaleUploads } from '../inventory/uploads.ts';
import { RepositoryWalk } from '../inventory/walk.ts';
import { repositoriesPrefix } from '../layout/paths.ts';
import { Marks } from '../mark/mark.ts';
import { readManifests } from '../mark/read-manifests.ts';
import { readSignatures } from '../mark/read-signatures.ts';
import { BitSet } from '../packed/bit-set.ts';
import { DirectoryList } from '../plan/directory-list.ts';
import { Garbage } from '../plan/garbage.ts';
import { checkLinks } from './check-links.ts';
import { onlyEmpty } from './empty-directories.ts';
import { reportMissingBlobs } from './missing-blobs.ts';
import { lookAgainForManifests } from './missing-manifests.ts';
import { reportOddManifests } from './odd-manifests.ts';
import type { GcRules } from './options.ts';
import type { RunContext } from './run-context.ts';
import { strayHandler } from './strays.ts';

/** What taking stock needs besides the run. */
export interface StockOptions {
  readonly rules: GcRules;
  readonly memory: ManifestCache | undefined;
  /** Go on when there is nothing in any repository; default false. */
  readonly evenIfEmpty?: boolean;
}

/** Lists, marks and judges: everything up to the plan. `undefined` when there is nothing in any repository. */
export async function takeStock(
  context: RunContext,
  { rules, memory, evenIfEmpty = false }: StockOptions,
): Promise<Garbage | undefined> {
  const { driver, findings, signal, settings, emit, agesFrom: now } = context;
  const { concurrency, maxParallelManifestGets, manifestMaxBytes } = settings;
  const inventory = new Inventory();
  const links = new LinkReader(inventory, findings);
  const emptied = new DirectoryList();
  const onStray = strayHandler(inventory, findings);

  await context.phase('inventory', async () => {
    await takeInventory(context, inventory, links, emptied, onStray);
  });
  if (!evenIfEmpty && (await isEmpty(driver, inventory, signal))) return undefined;

  const cutoff = rules.minAgeMs === 0 ? Infinity : Math.floor((now - rules.minAgeMs) / 1000);
  const { graph, marks } = await context.phase('mark', async () => {
    const graph = await readManifests({
      ...{ driver, inventory, findings, memory, signal },
      concurrency: maxParallelManifestGets,
      maxBytes: manifestMaxBytes,
      onManifests: (done, total) =>
        emit({ type: 'progress', phase: 'mark', unit: 'manifests', done, total }),
    });
    await readSignatures(driver, inventory, graph, signal);
    const marks = new Marks({
      ...{ inventory, graph, findings },
      deleteUntagged: rules.deleteUntagged,
      isYoung: (modified) => modified > cutoff,
    });
    marks.run();
    reportOddManifests({ inventory, graph, marks }, findings);
    return { graph, marks };
  });

  return context.phase('plan', async () => {
    const blobs = new BlobScan({
      ...{ driver, concurrency, signal, findings, emptied, onStray },
      digests: inventory.digests,
      isKept: (digest) => marks.keeps(digest),
      onBlobs: (done) => emit({ type: 'progress', phase: 'plan', unit: 'blobs', done }),
    });
    await blobs.run();
    const stock = {
      ...{ driver, rules, now, inventory, graph, marks, blobs, emptied },
      goneLayerLinks: new BitSet(),
      goneTagIndex: new BitSet(),
    };
    await lookAgainForManifests(context, stock);
    const { removeEmptyRepositories } = rules;
    await checkLinks(stock, links, { concurrency, signal, findings, removeEmptyRepositories });
    reportMissingBlobs(stock, findings);
    const uploads = await staleUploads(context, inventory, rules);
    return new Garbage({ ...stock, uploads, emptied: await onlyEmpty(context, emptied, onStray) });
  });
}

async function takeInventory(
  { driver, settings, signal, emit }: RunContext,
  inventory: Inventory,
  links: LinkReader,
  emptied: DirectoryList,
  onStray: (key: string) => void,
): Promise<void> {
  const onRepositories = (done: number): void =>
    emit({ type: 'progress', phase: 'inventory', unit: 'repositories', done });
  if (driver.bulk === undefined) {
    const facts = new FactCollector(inventory, links, onStray);
    await listFlat(driver, repositoriesPrefix, settings.concurrency, signal, (objects) => {
      for (const object of objects) facts.add(object);
      onRepositories(inventory.repositories.size);
    });
  } else {
    const { bulk } = driver;
    const walk = new RepositoryWalk({
      ...{ driver, bulk, inventory, links, emptied, onStray, onRepositories, signal },
    });
    await walk.run();
  }
  await links.resolve(driver, settings.concurrency, signal);
}

async function staleUploads(
  { driver, findings, agesFrom: now, signal }: RunContext,
  inventory: Inventory,
  { purgeUploadsOlderThanMs, minAgeMs }: GcRules,
): Promise<StaleUploads> {
  if (purgeUploadsOlderThanMs === null) return new StaleUploads();
  return findStaleUploads({
    ...{ driver, inventory, findings, signal },
    startedBefore: now - purgeUploadsOlderThanMs,
    untouchedSince: minAgeMs === 0 ? Infinity : now - minAgeMs,
  });
}
