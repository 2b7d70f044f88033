import { runAsync, runSync } from '../steps/io.ts';
import type { Item, Result, Step } from '../steps/jobs.ts';

/** Bytes of content after which a batch ends early, so that a batch of large objects fits in memory. */
export const BATCH_BYTES = 8 * 1024 * 1024;

/** Says whether a batch should stop before its next item. */
export type Stopped = () => boolean;

/**
 * Does the items one after the other, blocking the thread.
 * @returns results of the first items; fewer than asked when stopped or when they are large.
 */
export function runBatchSync(step: Step, items: readonly Item[], stopped: Stopped): Result[] {
  const results: Result[] = [];
  let bytes = 0;
  for (const item of items) {
    if (stopped() || bytes > BATCH_BYTES) break;
    const result = runSync(step(item));
    bytes += bytesOf(result);
    results.push(result);
  }
  return results;
}

/** The same with up to `concurrency` items at once on the thread pool of the process. */
export async function runBatchAsync(
  step: Step,
  items: readonly Item[],
  stopped: Stopped,
  concurrency: number,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  let bytes = 0;
  async function lane(): Promise<void> {
    while (next < items.length && !stopped() && bytes <= BATCH_BYTES) {
      const index = next++;
      const item = items[index];
      if (item === undefined) break;
      const result = await runAsync(step(item));
      bytes += bytesOf(result);
      results[index] = result;
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  return results;
}

function bytesOf(result: Result): number {
  const value = result.status === 'ok' ? result.value : null;
  return value !== null && 'bytes' in value ? value.bytes.length : 0;
}
