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
/** Directories that stores without an order are split by at most. */
const MAX_DIRECTORY_SHARDS = 512;
/** Directories, of which a page may hold so many: smaller ones would cost more requests than they save time. */
const MAX_DIRECTORIES_PER_PAGE = 4;

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
  const base: Listing = { prefix, detail: 'full', signal };

  if (!ordered || !list.startAfter) {
    return listByDirectory(driver, ordered, base, concurrency, onPage);
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

/**
 * {@link listFlat} for stores whose listings can't start in the middle: the directories are listed beside one another
 * when these are large enough for that to pay.
 */
async function listByDirectory(
  driver: StorageDriver,
  ordered: boolean,
  base: Listing,
  concurrency: number,
  onPage: PageHandler,
): Promise<void> {
  const pages = checkedList(driver, ordered, base)[Symbol.asyncIterator]();
  try {
    const first = await pages.next();
    if (first.done === true) return;
    if (!first.value.complete) {
      const { objects } = first.value;
      const last = ordered ? objects.at(-1)?.key : undefined;
      const below = await descend(driver, base.prefix, ordered, base.signal);
      const left = below.prefixes.filter((each) => last === undefined || !isPast(each, last));
      const [next] = left;
      if (below.prefixes.length === 0) return await onPage(below.objects);
      if (next !== undefined && isWorthwhile(below.prefixes.length, left.length, ordered)) {
        // Of an ordered listing, what the first page has and no directory that is left will show.
        const isSeen = (key: Key): boolean =>
          last !== undefined && compareKeys(key, last) <= 0 && compareKeys(key, next) < 0;
        await onPage(objects.filter(({ key }) => isSeen(key)));
        await onPage(below.objects.filter(({ key }) => !isSeen(key)));
        const ranges = left.map((prefix) => ({ ...base, prefix }));
        await pages.return?.(undefined);
        return await listRanges(driver, ordered, ranges, concurrency, onPage);
      }
    }
    await onPage(first.value.objects);
    for (let page = await pages.next(); page.done !== true; page = await pages.next()) {
      await onPage(page.value.objects);
    }
  } finally {
    await pages.return?.(undefined);
  }
}

/** Whether a listing has got beyond all that can be below a directory. */
function isPast(directory: Prefix, last: Key): boolean {
  return compareKeys(directory, last) < 0 && !last.startsWith(directory);
}

/** What the first page went past tells how large directories are; without an order it tells nothing. */
function isWorthwhile(directories: number, left: number, ordered: boolean): boolean {
  return ordered
    ? directories - left <= MAX_DIRECTORIES_PER_PAGE
    : directories <= MAX_DIRECTORY_SHARDS;
}

interface Listing extends ListOptions {
  readonly prefix: Prefix;
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
  const names = (await descend(driver, prefix, ordered, signal)).prefixes;
  const points = names
    .map((name) => name.slice(0, -1) as Key)
    .filter((name) => compareKeys(name, after) > 0)
    .toSorted(compareKeys);
  // What the first page went past tells how many pages there are about: a range should fill one at least.
  const past = names.length - points.length;
  const pages = past === 0 ? MAX_SHARDS : Math.ceil(points.length / past);
  const step = Math.max(1, Math.ceil(points.length / Math.min(MAX_SHARDS, pages)));
  return points.filter((_, index) => index % step === 0);
}

/**
 * What is below `prefix`, as deep as it takes to find some directories: one on top of many is common (`blobs/sha256/`, a
 * registry with one namespace).
 */
async function descend(
  driver: StorageDriver,
  prefix: Prefix,
  ordered: boolean,
  signal: AbortSignal | undefined,
): Promise<{ readonly objects: ListedObject[]; readonly prefixes: Prefix[] }> {
  const objects: ListedObject[] = [];
  let prefixes: Prefix[] = [];
  let level: Prefix[] = [prefix];
  for (let depth = 0; depth < 3 && prefixes.length < MAX_SHARDS && level.length > 0; depth++) {
    const below: Prefix[] = [];
    const beside: ListedObject[] = [];
    for (const parent of level) {
      const found = await directories(driver, parent, ordered, signal);
      for (const object of found.objects) beside.push(object);
      below.push(...found.prefixes);
    }
    // Where there is nothing below the directories that were found, these are listed themselves.
    if (below.length === 0 && depth > 0) break;
    for (const object of beside) objects.push(object);
    prefixes = below;
    level = below.length <= 4 ? below : [];
  }
  return { objects, prefixes };
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
