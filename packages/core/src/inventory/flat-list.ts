import {
  compareKeys,
  type Key,
  type ListedObject,
  type ListOptions,
  type Prefix,
  type StorageDriver,
} from '@dunnage/driver-api';
import { forEachConcurrent } from '../io/for-each-concurrent.ts';
import { checkedList } from './checked-list.ts';

/** Listings that run beside one another at most. */
const MAX_SHARDS = 64;
/** Stores that can't start in the middle are split by directory, unless these are so many that pages would be wasted. */
const MAX_DIRECTORY_SHARDS = 512;

type PageHandler = (objects: readonly ListedObject[]) => void | Promise<void>;

/**
 * Every object below `prefix`, a page at a time, in no order: one request for a small tree; for a large one several
 * listings in parallel, each over a range of names, so that the store's answer time does not add up.
 * @param onPage takes each page's objects; those of parallel listings may overlap where it waits for something.
 */
export async function listFlat(
  driver: StorageDriver,
  prefix: Prefix,
  concurrency: number,
  signal: AbortSignal | undefined,
  onPage: PageHandler,
): Promise<void> {
  const { list } = await driver.capabilities({ signal });
  const ordered = list.order === 'utf8-bytes';
  const base: ListOptions = { prefix, detail: 'full', signal };

  if (!ordered || !list.startAfter) {
    const shards = await directories(driver, prefix, ordered, signal);
    if (shards.prefixes.length > MAX_DIRECTORY_SHARDS) {
      return listRange(driver, ordered, base, undefined, onPage);
    }
    await onPage(shards.objects);
    const ranges = shards.prefixes.map((shard) => ({ ...base, prefix: shard }));
    return listRanges(driver, ordered, ranges, concurrency, onPage);
  }

  // The first page tells whether there is more than one; what it holds is not listed again.
  let last: Key | undefined;
  for await (const page of checkedList(driver, ordered, base)) {
    await onPage(page.objects);
    // A last page is not taken at its word: one that comes after it would be an error.
    if (page.complete) continue;
    last = page.objects.at(-1)?.key;
    if (last !== undefined) break;
  }
  if (last === undefined) return;
  const bounds = await splitPoints(driver, prefix, ordered, last, signal);
  const ranges = [last, ...bounds].map((startAfter, index) => ({
    ...base,
    startAfter,
    upTo: bounds[index],
  }));
  await listRanges(driver, ordered, ranges, concurrency, onPage);
}

/** What to list: as the options say, up to and including `upTo`. */
interface Range extends ListOptions {
  readonly upTo?: Key | undefined;
}

/** Lists each range; the first that fails ends the others. */
async function listRanges(
  driver: StorageDriver,
  ordered: boolean,
  ranges: readonly Range[],
  concurrency: number,
  onPage: PageHandler,
): Promise<void> {
  const stop = new AbortController();
  await forEachConcurrent(ranges, concurrency, async ({ upTo, signal, ...options }) => {
    const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    try {
      await listRange(driver, ordered, { ...options, signal: either }, upTo, onPage);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  });
}

/** Lists what comes after `options.startAfter` up to and including `upTo`. */
async function listRange(
  driver: StorageDriver,
  ordered: boolean,
  options: ListOptions,
  upTo: Key | undefined,
  onPage: PageHandler,
): Promise<void> {
  for await (const { objects } of checkedList(driver, ordered, options)) {
    const lastKey = objects.at(-1)?.key;
    if (upTo !== undefined && lastKey !== undefined && compareKeys(lastKey, upTo) > 0) {
      await onPage(objects.filter(({ key }) => compareKeys(key, upTo) <= 0));
      return;
    }
    await onPage(objects);
  }
}

/** Names after `after` that cut the keys below `prefix` into ranges of about equally many directories. */
async function splitPoints(
  driver: StorageDriver,
  prefix: Prefix,
  ordered: boolean,
  after: Key,
  signal: AbortSignal | undefined,
): Promise<Key[]> {
  let level: Prefix[] = [prefix];
  let names: Prefix[] = [];
  // One directory on top of many is common (`blobs/sha256/`, a registry with one namespace): look below it.
  for (let depth = 0; depth < 3 && names.length < MAX_SHARDS && level.length > 0; depth++) {
    const below: Prefix[] = [];
    for (const parent of level) {
      below.push(...(await directories(driver, parent, ordered, signal)).prefixes);
    }
    if (below.length === 0) break;
    names = below;
    level = below.length <= 4 ? below : [];
  }
  const points = names
    .map((name) => name.slice(0, -1) as Key)
    .filter((name) => compareKeys(name, after) > 0)
    .toSorted(compareKeys);
  const step = Math.max(1, Math.ceil(points.length / MAX_SHARDS));
  return points.filter((_, index) => index % step === 0);
}

/** What is directly below `prefix`. */
async function directories(
  driver: StorageDriver,
  prefix: Prefix,
  ordered: boolean,
  signal: AbortSignal | undefined,
): Promise<{ readonly objects: ListedObject[]; readonly prefixes: Prefix[] }> {
  const objects: ListedObject[] = [];
  const prefixes: Prefix[] = [];
  const options: ListOptions = { prefix, depth: 'children', detail: 'full', signal };
  for await (const page of checkedList(driver, ordered, options)) {
    objects.push(...page.objects);
    prefixes.push(...page.prefixes);
  }
  return { objects, prefixes };
}
