import {
  compareKeys,
  type Key,
  type ListedObject,
  type ListOptions,
  type Prefix,
  type StorageDriver,
} from '@dunnage/driver-api';
import pLimit from 'p-limit';
import { checkedList } from './checked-list.ts';

/** Listings that run beside one another at most. */
const MAX_SHARDS = 64;
/** Stores that can't start in the middle are split by directory, unless these are so many that pages would be wasted. */
const MAX_DIRECTORY_SHARDS = 512;

/**
 * Every object below `prefix`, a page at a time, in no order: one request for a small tree; for a large one several
 * listings in parallel, each over a range of names, so that the store's answer time does not add up.
 * @param onPage takes each page's objects; it is called for one page at a time.
 */
export async function listFlat(
  driver: StorageDriver,
  prefix: Prefix,
  concurrency: number,
  signal: AbortSignal | undefined,
  onPage: (objects: readonly ListedObject[]) => void | Promise<void>,
): Promise<void> {
  const { list } = await driver.capabilities({ signal });
  const ordered = list.order === 'utf8-bytes';
  const base: ListOptions = { prefix, detail: 'full', signal };

  if (!ordered || !list.startAfter) {
    const shards = await directories(driver, prefix, ordered, signal);
    if (shards.prefixes.length === 0 || shards.prefixes.length > MAX_DIRECTORY_SHARDS) {
      return listRange(driver, ordered, base, undefined, onPage);
    }
    await onPage(shards.objects);
    const limit = pLimit(concurrency);
    await limit.map(shards.prefixes, (shard) =>
      listRange(driver, ordered, { ...base, prefix: shard }, undefined, onPage),
    );
    return;
  }

  // The first page tells whether there is more than one; what it holds is not listed again.
  let last: Key | undefined;
  for await (const page of checkedList(driver, ordered, base)) {
    await onPage(page.objects);
    if (page.complete) return;
    last = page.objects.at(-1)?.key ?? last;
    if (last !== undefined) break;
  }
  const bounds = await splitPoints(driver, prefix, ordered, last as Key, signal);
  const limit = pLimit(concurrency);
  const ranges = [last as Key, ...bounds].map((startAfter, index) => ({
    startAfter,
    upTo: bounds[index],
  }));
  await limit.map(ranges, ({ startAfter, upTo }) =>
    listRange(driver, ordered, { ...base, startAfter }, upTo, onPage),
  );
}

/** Lists what comes after `options.startAfter` up to and including `upTo`. */
async function listRange(
  driver: StorageDriver,
  ordered: boolean,
  options: ListOptions,
  upTo: Key | undefined,
  onPage: (objects: readonly ListedObject[]) => void | Promise<void>,
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
