import type { Many, OpOptions, Source, StorageDriver } from '@dunnage/driver-api';
import { relayBody } from '../body.ts';
import { requireTimerMs } from '../check.ts';
import { forward } from '../forward.ts';
import { intercept, type Call } from '../intercept.ts';
import { asyncIterable, iterate } from '../many.ts';
import { signalled } from '../with-signal.ts';
import { Watchdog } from './watchdog.ts';

export interface TimeoutOptions {
  /** How long the store may keep silent, in milliseconds. */
  readonly timeoutMs: number;
}

/** Verbs whose lost answer leaves open whether they took effect. */
const MUTATING = new Set([
  'put',
  'copy',
  'move',
  'undelete',
  'abortUpload',
  'delete',
  'pruneEmptyDirectories',
]);

/**
 * Ends each attempt that gets no answer for `timeoutMs`, with `TIMEOUT`: `applied` is `'unknown'` for
 * verbs that change something, else `'no'`.
 *
 * It bounds silence, not work: a call as a whole, but of a listing each page, of a body each chunk, of an
 * upload from a stream the time between two chunks taken, of a stream of requests the time between two
 * outcomes. The time that a caller takes to consume, or to give the next request, does not count.
 */
export function withTimeout(driver: StorageDriver, options: TimeoutOptions): StorageDriver {
  const ms = requireTimerMs('timeoutMs', options.timeoutMs);
  const watch = (call: Call, given: OpOptions | undefined): Watchdog =>
    new Watchdog({
      call,
      driver: driver.name,
      ms,
      applied: MUTATING.has(call.op) ? 'unknown' : 'no',
      signal: given?.signal,
    });
  return forward(driver, (inner) => ({
    ...intercept(inner, {
      async call(call, given, run) {
        using dog = watch(call, given);
        return await dog.step(() => run({ ...given, signal: dog.signal } as typeof given));
      },
      pages: (call, given, run) =>
        watched(
          () => watch(call, given),
          (dog) => run({ ...given, signal: dog.signal } as typeof given),
        ),
      feed: (call, requests, given, run) =>
        watched(
          () => watch(call, given),
          (dog) => run(watchedSource(requests, dog), signalled(given, dog.signal)),
        ),
    }),
    async get(key, given) {
      const dog = watch({ op: 'get', key }, given);
      try {
        const result = await dog.step(() => inner.get(key, { ...given, signal: dog.signal }));
        const body = relayBody(result.body, {
          read: (next) => dog.step(next),
          done: () => dog[Symbol.dispose](),
        });
        return { ...result, body };
      } catch (error) {
        dog[Symbol.dispose]();
        throw error;
      }
    },
    async put(key, source, given) {
      using dog = watch({ op: 'put', key }, given);
      const seen: Source =
        source instanceof Uint8Array ? source : (watchedSource(source, dog) as typeof source);
      return await dog.step(() => inner.put(key, seen, { ...given, signal: dog.signal }));
    },
  }));
}

/** A stream of which every step is watched. Written by hand: bulk streams are long. */
function watched<T>(
  watch: () => Watchdog,
  open: (dog: Watchdog) => AsyncIterable<T>,
): AsyncIterable<T> {
  return asyncIterable(() => {
    const dog = watch();
    const inner = open(dog)[Symbol.asyncIterator]();
    let ended = false;
    const end = (): void => {
      ended = true;
      dog[Symbol.dispose]();
    };
    const settle = (result: IteratorResult<T>): IteratorResult<T> => {
      if (result.done === true) end();
      return result;
    };
    const fail = (error: unknown): never => {
      end();
      // A driver that does not heed its signal would never answer this either.
      abandon(inner);
      throw error;
    };
    return {
      next: () => dog.step(() => inner.next()).then(settle, fail),
      async return(): Promise<IteratorResult<T>> {
        if (!ended) {
          end();
          await inner.return?.();
        }
        return { done: true, value: undefined };
      },
    };
  });
}

function abandon(stream: AsyncIterator<unknown>): void {
  stream.return?.().catch(() => {});
}

/** Requests, or chunks of a source: taking one is progress, and waiting for one is the caller's time. */
function watchedSource<T>(requests: Many<T>, dog: Watchdog): Many<T> {
  if (!(Symbol.asyncIterator in requests)) return requests;
  return asyncIterable(() => {
    const inner = iterate(requests);
    return {
      async next() {
        dog.pause(true);
        try {
          return await inner.next();
        } finally {
          dog.pause(false);
        }
      },
      return: async () => (await inner.return?.()) ?? { done: true, value: undefined },
    };
  });
}
