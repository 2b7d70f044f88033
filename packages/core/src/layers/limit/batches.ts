import type { Many } from '@dunnage/driver-api';
import { iterate } from '../many.ts';

/** What became of one batch. A batch that failed may still have outcomes for some of its requests. */
export interface BatchResult<Outcome> {
  readonly outcomes: readonly Outcome[];
  /** Why the rest has none. */
  readonly failure?: Failure | undefined;
}

export interface BatchOptions<Request, Outcome> {
  /** Requests in a batch; the last one may be shorter. */
  readonly size: number;
  /** Batches under way at most. */
  readonly parallel: number;
  /** Must not throw: a failure is part of the result. */
  readonly run: (batch: readonly Request[]) => Promise<BatchResult<Outcome>>;
}

type Event<Request, Outcome> =
  | { readonly type: 'cut'; readonly batch: readonly Request[]; readonly failure?: Failure }
  | { readonly type: 'done'; readonly id: number; readonly result: BatchResult<Outcome> };

interface Failure {
  readonly error: unknown;
}

/**
 * Cuts a stream of requests into batches, works on several at a time and gives their outcomes as they
 * come. Requests are pulled only when a batch may start. After a failed batch, or when the requests
 * themselves fail, no other batch is started; those under way are waited for, because what they did is
 * worth knowing, and then it throws.
 */
export async function* inBatches<Request, Outcome>(
  requests: Many<Request>,
  { size, parallel, run }: BatchOptions<Request, Outcome>,
): AsyncIterable<Outcome> {
  const source = iterate(requests);
  const running = new Map<number, Promise<Event<Request, Outcome>>>();
  let cutting: Promise<Event<Request, Outcome>> | undefined;
  let failure: Failure | undefined;
  let ended = false;
  let started = 0;
  try {
    for (;;) {
      if (!ended && failure === undefined && running.size < parallel) cutting ??= cut(source, size);
      const underWay = cutting === undefined ? running.values() : [cutting, ...running.values()];
      if (cutting === undefined && running.size === 0) break;
      const event = await Promise.race(underWay);
      if (event.type === 'done') {
        running.delete(event.id);
        failure ??= event.result.failure;
        yield* event.result.outcomes;
        continue;
      }
      cutting = undefined;
      failure ??= event.failure;
      ended = event.batch.length < size;
      if (event.batch.length === 0 || failure !== undefined) continue;
      const id = started++;
      running.set(
        id,
        run(event.batch).then((result) => ({ type: 'done', id, result })),
      );
    }
  } finally {
    if (!ended) await source.return?.();
  }
  if (failure !== undefined) throw failure.error;
}

async function cut<Request>(
  source: AsyncIterator<Request> | Iterator<Request>,
  size: number,
): Promise<Event<Request, never>> {
  const batch: Request[] = [];
  try {
    while (batch.length < size) {
      const next = await source.next();
      if (next.done === true) break;
      batch.push(next.value);
    }
  } catch (error) {
    return { type: 'cut', batch: [], failure: { error } };
  }
  return { type: 'cut', batch };
}
