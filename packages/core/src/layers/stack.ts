import type { StorageDriver } from '@dunnage/driver-api';
import { countRequests, type CountedDriver } from './count.ts';
import { withLimit } from './limit/limit.ts';
import { readOnly } from './read-only.ts';
import type { RetryOptions } from './retry/retrier.ts';
import { withRetry } from './retry/retry.ts';
import { withTimeout } from './timeout/timeout.ts';
import { withSignal } from './with-signal.ts';

export interface StackOptions {
  /** Refuse every write; default false. */
  readonly readOnly?: boolean | undefined;
  /** Requests in flight at most; default 16. */
  readonly concurrency?: number | undefined;
  /** How long the store may keep silent in each attempt, in milliseconds; default 60,000. */
  readonly timeoutMs?: number | undefined;
  readonly retry?: Omit<RetryOptions, 'onRetry'> | undefined;
  readonly onRetry?: RetryOptions['onRetry'];
  /** Ends every operation, and every wait for a turn or another attempt. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * `driver` with all that a run wants around it. From the outside in:
 *
 * 1. guard: what is refused costs nothing, not even a slot;
 * 2. signal: so that every wait below ends with it;
 * 3. retry: outside of the limit, so that a request which waits for its next attempt holds no slot while
 *    others could go ahead;
 * 4. limit: sees every attempt, hence each `THROTTLED` of the store;
 * 5. count: counts attempts, which are what the store serves and bills;
 * 6. timeout: inside of the limit, so that waiting for a turn is not taken for a slow store, and inside of
 *    retry, so that it bounds an attempt.
 */
export function stackLayers(driver: StorageDriver, options: StackOptions = {}): CountedDriver {
  const { signal, onRetry } = options;
  const timed = withTimeout(driver, { timeoutMs: options.timeoutMs ?? 60_000 });
  const counted = countRequests(timed);
  const limited = withLimit(counted.driver, { concurrency: options.concurrency ?? 16 });
  const retried = withRetry(limited, { ...options.retry, onRetry });
  const signalled = signal === undefined ? retried : withSignal(retried, signal);
  return {
    driver: options.readOnly === true ? readOnly(signalled) : signalled,
    counts: counted.counts,
  };
}
