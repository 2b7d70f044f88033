import type { Many, StorageError } from '@dunnage/driver-api';
import type { Call } from '../intercept.ts';
import { asyncIterable } from '../many.ts';
import { isRetriable, type Failure, type Retrier } from './retrier.ts';

/** What the outcomes of bulk verbs have in common. */
type Outcome =
  | { readonly status: 'ok' | 'missing' }
  | { readonly status: 'failed'; readonly error: StorageError };

export interface RetryingBulk<Request, Result> {
  readonly call: Call;
  readonly requests: Many<Request>;
  readonly signal: AbortSignal | undefined;
  readonly run: (requests: Many<Request>) => AsyncIterable<Result>;
  readonly requestOf: (outcome: Result) => Request;
}

/**
 * A bulk verb of which failed items are asked for again, all together, after the others. The budget
 * bounds how many can wait for that. A stream that breaks as a whole is passed on: its requests are gone.
 *
 * Written by hand, not as a generator: there are as many items as there are objects in the registry.
 */
export function retryingBulk<Request, Result extends Outcome>(
  retrier: Retrier,
  bulk: RetryingBulk<Request, Result>,
): AsyncIterable<Result> {
  return asyncIterable(() => {
    let inner = bulk.run(bulk.requests)[Symbol.asyncIterator]();
    let attempt = 1;
    let waiting: { readonly request: Request; readonly failure: Failure }[] = [];

    const next = (): Promise<IteratorResult<Result>> => inner.next().then(settle);
    const settle = (
      result: IteratorResult<Result>,
    ): IteratorResult<Result> | Promise<IteratorResult<Result>> => {
      if (result.done === true) return waiting.length === 0 ? result : again();
      const outcome = result.value;
      if (attempt === 1) retrier.budget.earn();
      if (outcome.status !== 'failed' || !isRetriable(outcome.error)) return result;
      try {
        const error = retrier.admit(outcome.error, attempt);
        waiting.push({ request: bulk.requestOf(outcome), failure: { error, attempt } });
      } catch (error) {
        return { done: false, value: { ...outcome, error } };
      }
      return next();
    };
    const again = async (): Promise<IteratorResult<Result>> => {
      const round = waiting;
      waiting = [];
      await retrier.pause(
        bulk.call,
        round.map(({ failure }) => failure),
        bulk.signal,
      );
      attempt++;
      inner = bulk.run(round.map(({ request }) => request))[Symbol.asyncIterator]();
      return next();
    };
    return {
      next,
      return: async () => (await inner.return?.()) ?? { done: true, value: undefined },
    };
  });
}
