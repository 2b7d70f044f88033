import type { PutOptions, StorageDriver, StorageError } from '@dunnage/driver-api';
import { forward } from '../forward.ts';
import { intercept, type Call } from '../intercept.ts';
import { retryingBulk } from './bulk.ts';
import { resumingGet } from './body.ts';
import { RetryingDelete } from './delete.ts';
import { resumingPages } from './pages.ts';
import { Retrier, type RetryOptions } from './retrier.ts';

/**
 * Tries again what failed for a reason that passes (`retry` is `'safe'` or `'after-backoff'`): with full
 * jitter, exponential backoff, the store's own wish to wait, and a budget for the whole run. The last error
 * comes out as `retry: 'exhausted'`, with the original as its cause.
 *
 * Nothing is done twice that must not be: where the first attempt may have taken effect, a put or copy is
 * repeated only if it has no condition (after a lost answer `ifAbsent` would meet its own object), `move`
 * and `undelete` are not, a delete is preceded by a look. A put from a stream is never repeated.
 */
export function withRetry(driver: StorageDriver, options: RetryOptions = {}): StorageDriver {
  const retrier = new Retrier(driver.name, options);
  return forward(driver, (inner) => ({
    ...intercept(inner, {
      call: (call, given, run) =>
        retrier.run(call, given?.signal, () => run(given), repeatable(call, given)),
      pages: (call, given, run) => resumingPages(retrier, call, given, run),
      feed: (_, requests, given, run) => run(requests, given),
    }),
    get: (key, given) => resumingGet(retrier, inner, key, given),
    put(key, source, given) {
      if (!(source instanceof Uint8Array)) return inner.put(key, source, given);
      const call = { op: 'put', key };
      const put = () => inner.put(key, source, given);
      return retrier.run(call, given?.signal, put, repeatable(call, given));
    },
    delete: (requests, given) => new RetryingDelete(retrier, inner, given).run(requests),
    bulk: {
      children: (requests, given) =>
        retryingBulk(retrier, {
          call: { op: 'bulk.children' },
          requests,
          signal: given?.signal,
          run: (some) => inner.bulk.children(some, given),
          requestOf: ({ prefix }) => prefix,
        }),
      stat: (requests, given) =>
        retryingBulk(retrier, {
          call: { op: 'bulk.stat' },
          requests,
          signal: given?.signal,
          run: (some) => inner.bulk.stat(some, given),
          requestOf: ({ key }) => key,
        }),
      read: (requests, given) =>
        retryingBulk(retrier, {
          call: { op: 'bulk.read' },
          requests,
          signal: given.signal,
          run: (some) => inner.bulk.read(some, given),
          requestOf: ({ key }) => key,
        }),
    },
  }));
}

/** Verbs that do harm, or fail, when they are repeated after they have taken effect. */
const ONCE = new Set(['move', 'undelete']);

function repeatable(call: Call, options: PutOptions | undefined): (error: StorageError) => boolean {
  const conditional = options?.ifAbsent === true || options?.ifMatch !== undefined;
  const writes = call.op === 'put' || call.op === 'copy';
  const once = ONCE.has(call.op) || (writes && conditional);
  return (error) => !once || error.applied === 'no';
}
