import { ROOT } from '@dunnage/driver-api';
import type { Key, ListOptions, ListPage, ListedObject, Prefix } from '@dunnage/driver-api';
import type { Client } from './client.ts';
import { decodeCursor, encodeCursor, laterOf } from './cursor.ts';
import type { Run } from './engine/engine.ts';
import { storageError, unpackError } from './errors.ts';
import { refuseKey, refusePrefix } from './paths.ts';
import { infoOf } from './steps/info.ts';
import type { FileFacts } from './steps/info.ts';
import { runAsync } from './steps/io.ts';
import { confirmRoot } from './steps/root.ts';
import type { Root } from './steps/root.ts';
import { Walk } from './walk.ts';

const OP = 'list';

/** Objects per page, by default and at most. */
export const MAX_PAGE_SIZE = 1000;
/** Files per batch of a page whose facts are looked up. */
const STAT_BATCH = 128;

/** Options of a listing, checked and complete. */
interface Listing {
  readonly prefix: Prefix;
  readonly depth: 'recursive' | 'children';
  readonly full: boolean;
  /** Entries up to and including this one are left out. */
  readonly after: string;
  /** What was asked for as lower bound, or `''`; {@link after} can be later, where a cursor says so. */
  readonly startAfter: string;
  readonly pageSize: number;
}

export async function* list(
  client: Client,
  options: ListOptions = {},
): AsyncGenerator<ListPage, void, undefined> {
  const listing = checkOptions(client, options);
  const { signal } = options;
  client.check(OP, signal);
  const root = await client.race(OP, signal, undefined, client.root(OP));
  const run = client.engine.begin(root, { kind: 'children', op: OP });
  const stats = client.engine.begin(root, { kind: 'stat', op: OP });
  const undo = client.onInterrupt(signal, stop);
  const nextPage = pagesOf(client, root, listing, run, stats);
  let upcoming = nextPage();
  try {
    for (;;) {
      const page = await client.race(OP, signal, undefined, upcoming);
      if (!page.complete) {
        // The next page is made while this one is read. Its failure comes when its turn does.
        upcoming = nextPage();
        upcoming.catch(() => {});
      }
      yield page;
      if (page.complete) return;
      client.check(OP, signal);
    }
  } finally {
    undo();
    stop();
    await upcoming.catch(() => {});
  }

  function stop(): void {
    Atomics.store(run.stop, 0, 1);
    Atomics.store(stats.stop, 0, 1);
  }
}

/** A function that makes the next page. */
function pagesOf(
  client: Client,
  root: Root,
  listing: Listing,
  run: Run,
  stats: Run,
): () => Promise<ListPage> {
  const entries = entriesOf(client, listing, run);
  /** The entry that the last page had no room for. */
  let over: string | undefined;

  return async () => {
    const { pageSize, full, prefix, depth } = listing;
    const found: string[] = over === undefined ? [] : [over];
    over = undefined;
    for (;;) {
      const next = await entries.next();
      if (next.done === true) break;
      if (found.length === pageSize) {
        over = next.value;
        break;
      }
      found.push(next.value);
    }
    const keys: Key[] = [];
    const prefixes: Prefix[] = [];
    for (const entry of found) {
      if (entry.endsWith('/')) prefixes.push(entry as Prefix);
      else keys.push(entry as Key);
    }
    const objects = full
      ? await factsFor(client, stats, keys)
      : keys.map((key): ListedObject => ({ key }));
    const last = found.at(-1);
    if (over !== undefined && last !== undefined) {
      const cursor = encodeCursor({ prefix, depth, last });
      return { objects, prefixes, cursor, complete: false };
    }
    // Of a disk that was unmounted meanwhile, the rest would just be missing.
    await runAsync(confirmRoot(root, OP));
    return { objects, prefixes, complete: true };
  };
}

async function* entriesOf(client: Client, listing: Listing, run: Run): AsyncGenerator<string> {
  const { prefix, depth, after, startAfter } = listing;
  const recursive = depth === 'recursive';
  if (!recursive && startAfter === after) {
    // The directory that holds the bound may have keys after it, and then belongs to the listing.
    const holder = childHolding(prefix, startAfter);
    if (holder !== '' && (await hasKeyAfter(client, run, holder, startAfter))) yield holder;
  }
  yield* new Walk(client.engine, run, { prefix, recursive, after }).entries();
}

/** The prefix directly below `prefix` that `key` is in, or `''`. */
function childHolding(prefix: string, key: string): string {
  const slash = key.startsWith(prefix) ? key.indexOf('/', prefix.length) : -1;
  return slash < 0 ? '' : key.slice(0, slash + 1);
}

async function hasKeyAfter(
  client: Client,
  run: Run,
  prefix: string,
  after: string,
): Promise<boolean> {
  const walk = new Walk(client.engine, run, { prefix, recursive: true, after });
  const first = await walk.entries().next();
  return first.done !== true;
}

/** Objects with their facts, without those that were deleted since their names were read. */
async function factsFor(client: Client, stats: Run, keys: readonly Key[]): Promise<ListedObject[]> {
  const batches: Promise<(ListedObject | undefined)[]>[] = [];
  for (let start = 0; start < keys.length; start += STAT_BATCH) {
    batches.push(lookUp(keys.slice(start, start + STAT_BATCH)));
  }
  const objects = await Promise.all(batches);
  return objects.flat().filter((object) => object !== undefined);

  async function lookUp(batch: readonly Key[]): Promise<(ListedObject | undefined)[]> {
    const results = await client.engine.all(stats, batch);
    return results.map((result, index) => {
      if (result.status === 'failed') throw unpackError(result.error);
      if (result.status === 'missing') return undefined;
      return infoOf(batch[index] as Key, result.value as FileFacts);
    });
  }
}

function checkOptions(client: Client, options: ListOptions): Listing {
  const { prefix = ROOT, depth = 'recursive', detail = 'full', startAfter, cursor } = options;
  const { pageSize = MAX_PAGE_SIZE } = options;
  const refusal =
    refusePrefix(client.rootPath, OP, prefix) ??
    (startAfter === undefined ? undefined : refuseKey(client.rootPath, OP, startAfter));
  if (refusal !== undefined) throw refusal;
  oneOf('depth', depth, ['recursive', 'children']);
  oneOf('detail', detail, ['full', 'keys']);
  if (!Number.isSafeInteger(pageSize) || pageSize < 1) {
    throw invalid(`pageSize is a whole number from 1, not ${pageSize}`);
  }
  const last = cursor === undefined ? '' : decodeCursor(cursor, { prefix, depth });
  return {
    prefix,
    depth,
    full: detail === 'full',
    after: laterOf(startAfter ?? '', last),
    startAfter: startAfter ?? '',
    pageSize: Math.min(pageSize, MAX_PAGE_SIZE),
  };
}

function oneOf(name: string, value: string, accepted: readonly string[]): void {
  if (accepted.includes(value)) return;
  throw invalid(`${name} is one of ${accepted.join(', ')}, not ${JSON.stringify(value)}`);
}

function invalid(message: string): Error {
  return storageError({ code: 'INVALID_ARGUMENT', op: OP, message });
}
