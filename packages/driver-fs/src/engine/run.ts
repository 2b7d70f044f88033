import { setImmediate as turn } from 'node:timers/promises';
import { runAsync, runSync } from '../steps/io.ts';
import type { Item, Result, Step } from '../steps/jobs.ts';
import type { Slots } from './slots.ts';

/** Bytes of content after which a batch ends early, so that a batch of large objects fits in memory. */
const BATCH_BYTES = 8 * 1024 * 1024;

/** Items done in one go in the main thread: about half a millisecond on a local disk. */
const SLICE = 32;

/** Says whether a batch should stop before its next item. */
export type Stopped = () => boolean;

/**
 * Does the items one after the other, blocking the thread, and gives the results of the first ones: of
 * fewer than asked when stopped or when they are large.
 */
export function runBatchSync(
  step: Step,
  items: readonly Item[],
  stopped: Stopped,
  onResult: (result: Result) => void,
): void {
  let bytes = 0;
  for (const item of items) {
    if (stopped() || bytes > BATCH_BYTES) break;
    const result = runSync(step(item));
    bytes += bytesOf(result);
    onResult(result);
  }
}

/** The same in the main thread, which gets to do other things in between. */
export async function runBatchInSlices(
  step: Step,
  items: readonly Item[],
  stopped: Stopped,
): Promise<Result[]> {
  const results: Result[] = [];
  let bytes = 0;
  const add = (result: Result): void => {
    results.push(result);
    bytes += bytesOf(result);
  };
  for (let start = 0; start < items.length; start += SLICE) {
    if (start > 0) await turn();
    const slice = items.slice(start, start + SLICE);
    runBatchSync(step, slice, stopped, add);
    if (results.length < start + slice.length || bytes > BATCH_BYTES) break;
  }
  return results;
}

/** The same with as many items at once as there are slots, on the thread pool of the process. */
export async function runBatchAsync(
  step: Step,
  items: readonly Item[],
  stopped: Stopped,
  slots: Slots,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  let bytes = 0;
  async function lane(): Promise<void> {
    while (next < items.length && !stopped() && bytes <= BATCH_BYTES) {
      const index = next++;
      const item = items[index];
      if (item === undefined) break;
      const result = await slots.with(() => runAsync(step(item)));
      bytes += bytesOf(result);
      results[index] = result;
    }
  }
  await Promise.all(Array.from({ length: Math.min(slots.size, items.length) }, lane));
  return results;
}

function bytesOf(result: Result): number {
  const value = result.status === 'ok' ? result.value : null;
  return value !== null && 'bytes' in value ? value.bytes.length : 0;
}
