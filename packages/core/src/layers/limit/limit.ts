import {
  hasCode,
  type DeleteOutcome,
  type DeleteRequest,
  type OpOptions,
  type Source,
  type StorageDriver,
} from '@dunnage/driver-api';
import { requireInteger } from '../check.ts';
import { forward, type FullDriver } from '../forward.ts';
import { intercept } from '../intercept.ts';
import { linkSignals } from '../link.ts';
import { signalled } from '../with-signal.ts';
import { inBatches, type BatchResult } from './batches.ts';
import { Slots } from './slots.ts';

export interface LimitOptions {
  /** Requests in flight at most, over all verbs together; at least 1. */
  readonly concurrency: number;
}

/** Keys handed over at a time to a driver that has bulk verbs, for which one key is hardly any work. */
const HAND_OVER = 256;

/**
 * Bounds the requests in flight, over all verbs together, and follows what the store can bear: on
 * `THROTTLED` the bound is halved, with successes it recovers one by one.
 *
 * What holds a slot: a call until it is answered; a `get` until its headers are there (its body holds
 * none, so that a consumer may read two at once under a limit of 1); a listing while a page is being
 * fetched; a delete batch until its outcomes are there, batches of one call running side by side. The
 * other streams of requests (bulk verbs, `pruneEmptyDirectories`) hold none: they are bounded by the
 * driver's own pool.
 */
export function withLimit(driver: StorageDriver, options: LimitOptions): StorageDriver {
  const slots = new Slots(requireInteger('concurrency', options.concurrency, 1));
  return forward(driver, (inner) => {
    const inSlot = <T>(op: string, given: OpOptions | undefined, work: () => Promise<T>) =>
      slots.run({ driver: driver.name, op, signal: given?.signal }, work);
    const layer = intercept(inner, {
      call: (call, given, run) => inSlot(call.op, given, () => run(given)),
      async *pages(call, given, run) {
        const iterator = run(given)[Symbol.asyncIterator]();
        try {
          for (;;) {
            const next = await inSlot(call.op, given, () => iterator.next());
            if (next.done === true) return;
            yield next.value;
          }
        } finally {
          await iterator.return?.();
        }
      },
      feed: (_, requests, given, run) => run(requests, given),
    });
    return {
      ...layer,
      put: (key, source, given) =>
        primed(source, (ready) => inSlot('put', given, () => inner.put(key, ready, given))),
      async *delete(requests, given) {
        const { batchMax } = (await inner.capabilities(given)).delete;
        const size = batchMax === 1 && driver.bulk !== undefined ? HAND_OVER : batchMax;
        // A consumer that leaves early takes the batches under way with it.
        const left = new AbortController();
        using link = linkSignals(given?.signal, left.signal);
        const joined = signalled(given, link.signal);
        try {
          yield* inBatches(requests, {
            size,
            parallel: slots.max,
            run: (batch) => deleteBatch(inner, slots, batch, joined),
          });
        } finally {
          left.abort();
        }
      },
    };
  });
}

async function deleteBatch(
  inner: FullDriver,
  slots: Slots,
  batch: readonly DeleteRequest[],
  options: OpOptions | undefined,
): Promise<BatchResult<DeleteOutcome>> {
  const outcomes: DeleteOutcome[] = [];
  try {
    await slots.run({ driver: inner.name, op: 'delete', signal: options?.signal }, async () => {
      const { epoch } = slots;
      for await (const outcome of inner.delete(batch, options)) {
        outcomes.push(outcome);
        if ('error' in outcome && hasCode(outcome.error, 'THROTTLED')) slots.throttled(epoch);
      }
    });
    return { outcomes };
  } catch (error) {
    return { outcomes, failure: { error } };
  }
}

/**
 * Runs `put` with a source whose first chunk is there already: a source that opens a `get` of its own on
 * the same storage when it is first read has done so before the `put` takes a slot.
 */
async function primed<T>(source: Source, put: (source: Source) => Promise<T>): Promise<T> {
  if (source instanceof Uint8Array) return put(source);
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  try {
    return await put(
      (async function* () {
        for (let next = first; next.done !== true; next = await chunks.next()) yield next.value;
      })(),
    );
  } finally {
    // A second `return` of an iterator that has ended does nothing.
    await chunks.return?.();
  }
}
