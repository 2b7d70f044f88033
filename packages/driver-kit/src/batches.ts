import type { Many } from '@dunnage/driver-api';
import type { Operation } from './operation.ts';
import { pull } from './pull.ts';

/** How requests are put together. */
export interface BatchOptions {
  /** Requests in a batch at most. A function: stores that refuse a size make it smaller for those to come. */
  readonly size: () => number;
  /** Batches in flight at most. */
  readonly parallel: number;
}

/**
 * Carries out a stream of requests in batches, several at a time, and gives the outcomes of each as it
 * comes back. Requests are pulled only as fast as batches are sent. A batch that throws ends the
 * stream, after those that are under way.
 */
export async function* inBatches<Request, Outcome>(
  operation: Operation,
  requests: Many<Request>,
  options: BatchOptions,
  run: (batch: readonly Request[]) => Promise<readonly Outcome[]>,
): AsyncGenerator<Outcome, void, undefined> {
  const running = new Set<Promise<void>>();
  const finished: (readonly Outcome[])[] = [];
  let failure: { readonly error: unknown } | undefined;
  const start = (batch: readonly Request[]): void => {
    const promise = run(batch)
      .then(
        (outcomes) => void finished.push(outcomes),
        (error: unknown) => void (failure ??= { error }),
      )
      .finally(() => running.delete(promise));
    running.add(promise);
  };
  function* taken(): Generator<Outcome, void, undefined> {
    for (let next = finished.shift(); next !== undefined; next = finished.shift()) yield* next;
  }
  let batch: Request[] = [];
  try {
    for await (const request of pull(operation, requests)) {
      batch.push(request);
      if (batch.length < options.size()) continue;
      start(batch);
      batch = [];
      if (running.size >= options.parallel) await Promise.race(running);
      yield* taken();
      if (failure !== undefined) break;
    }
    if (batch.length > 0 && failure === undefined) start(batch);
    while (running.size > 0) {
      await Promise.race(running);
      yield* taken();
    }
    yield* taken();
    if (failure !== undefined) throw failure.error;
  } finally {
    // A consumer that leaves early, too, leaves nothing behind that still works on the store.
    await Promise.all(running);
  }
}
