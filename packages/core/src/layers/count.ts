import { compareKeys, type Many, type StorageDriver } from '@dunnage/driver-api';
import { forward, type FullDriver, type Overrides } from './forward.ts';
import { tap } from './many.ts';

/**
 * Numbers by name, those that are 0 left out.
 *
 * - `stat`, `get`, `put`, `copy`, `move`, `undelete`, `abortUpload`, `now`: calls. A `get` is one
 *   however long its body.
 * - `list`, `versionsOf`: pages. `pendingUploads`: uploads listed.
 * - `delete`: batches, as the store takes them: every `delete.batchMax` requests of one call count one.
 *   `delete.keys`: the requests themselves.
 * - `bulk.children`, `bulk.stat`, `bulk.read`: items asked for, each a request or a system call of the
 *   store's. `pruneEmptyDirectories`: directories tried.
 *
 * `capabilities` is not counted: drivers ask their store at most once and remember.
 */
export type RequestCounts = Readonly<Record<string, number>>;

export interface CountedDriver {
  readonly driver: StorageDriver;
  /** What was asked of the driver so far. */
  readonly counts: () => RequestCounts;
}

/** Counts what is asked of `driver`: put it inside of retries and every attempt counts. */
export function countRequests(driver: StorageDriver): CountedDriver {
  const counts = new Map<string, number>();
  const add = (name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  return {
    driver: forward(driver, (inner) => counting(inner, add)),
    counts: () => Object.fromEntries([...counts].toSorted(([a], [b]) => compareKeys(a, b))),
  };
}

function counting(inner: FullDriver, add: (name: string) => void): Overrides {
  const call = <Args extends unknown[], Result>(name: string, verb: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      add(name);
      return verb(...args);
    };
  };
  const items = <T>(name: string, many: Many<T>): Many<T> => tap(many, () => add(name));
  return {
    stat: call('stat', inner.stat),
    get: call('get', inner.get),
    put: call('put', inner.put),
    now: call('now', inner.now),
    copy: call('copy', inner.copy),
    move: call('move', inner.move),
    undelete: call('undelete', inner.undelete),
    abortUpload: call('abortUpload', inner.abortUpload),
    list: (options) => eachOf(inner.list(options), () => add('list')),
    versionsOf: (options) => eachOf(inner.versionsOf(options), () => add('versionsOf')),
    pendingUploads: (options) => eachOf(inner.pendingUploads(options), () => add('pendingUploads')),
    pruneEmptyDirectories: (prefixes, options) =>
      inner.pruneEmptyDirectories(items('pruneEmptyDirectories', prefixes), options),
    async *delete(requests, options) {
      const { batchMax } = (await inner.capabilities(options)).delete;
      let sent = 0;
      const counted = tap(requests, () => {
        add('delete.keys');
        if (sent++ % batchMax === 0) add('delete');
      });
      yield* inner.delete(counted, options);
    },
    bulk: {
      children: (prefixes, options) =>
        inner.bulk.children(items('bulk.children', prefixes), options),
      stat: (keys, options) => inner.bulk.stat(items('bulk.stat', keys), options),
      read: (keys, options) => inner.bulk.read(items('bulk.read', keys), options),
    },
  };
}

/** Pages are few: a generator is cheap enough. */
async function* eachOf<T>(pages: AsyncIterable<T>, each: () => void): AsyncIterable<T> {
  for await (const page of pages) {
    each();
    yield page;
  }
}
