import {
  aborted,
  isStorageError,
  StorageError,
  type Applied,
  type StorageErrorInit,
} from '@dunnage/driver-api';
import { requireInteger, requireNonNegative, requireTimerMs } from '../check.ts';
import type { Call } from '../intercept.ts';
import { RetryBudget, type RetryBudgetOptions } from './budget.ts';
import { sleep } from './sleep.ts';

/** A request that failed and is about to be tried again. */
export interface RetryNotice {
  readonly op: string;
  readonly key?: string;
  /** Attempts made so far. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: StorageError;
  /** Requests of a stream that are tried again together; 1 for a call. */
  readonly requests: number;
}

export interface RetryOptions {
  /** Attempts of one request, the first included; default 10. */
  readonly attempts?: number;
  /** The pause before the second attempt is up to this, in milliseconds, and doubles from there; default 200. */
  readonly baseMs?: number;
  /** No pause of ours is longer than this, in milliseconds; default 30,000. */
  readonly capMs?: number;
  /** A store that asks to wait longer than this, in milliseconds, is not waited for; default 300,000. */
  readonly maxRetryAfterMs?: number;
  /** Shared by a run's drivers when given as an object of {@link RetryBudget}. */
  readonly budget?: RetryBudget | RetryBudgetOptions;
  readonly onRetry?: ((notice: RetryNotice) => void) | undefined;
  /** 0 ≤ x < 1. Default: `Math.random`. */
  readonly random?: () => number;
  /** Resolves after `ms`, rejects when the signal aborts. Default: a timer. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** A failure that may be tried again, and how often it was tried. */
export interface Failure {
  readonly error: StorageError;
  readonly attempt: number;
}

/** Decides whether a failed request is tried again, and when. */
export class Retrier {
  readonly budget: RetryBudget;
  readonly #driver: string;
  readonly #attempts: number;
  readonly #baseMs: number;
  readonly #capMs: number;
  readonly #maxRetryAfterMs: number;
  readonly #onRetry: RetryOptions['onRetry'];
  readonly #random: () => number;
  readonly #sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;

  constructor(driver: string, options: RetryOptions) {
    const { budget } = options;
    this.#driver = driver;
    this.budget = budget instanceof RetryBudget ? budget : new RetryBudget(budget);
    this.#attempts = requireInteger('retry.attempts', options.attempts ?? 10, 1);
    this.#baseMs = requireNonNegative('retry.baseMs', options.baseMs ?? 200);
    this.#capMs = requireTimerMs('retry.capMs', options.capMs ?? 30_000);
    this.#maxRetryAfterMs = requireTimerMs(
      'retry.maxRetryAfterMs',
      options.maxRetryAfterMs ?? 300_000,
    );
    this.#onRetry = options.onRetry;
    this.#random = options.random ?? Math.random;
    this.#sleep = options.sleep ?? sleep;
  }

  /**
   * Takes a retry for a failure from the budget. Gives the error itself when it is one to be tried again;
   * @throws what the caller shall see when it is not, or no longer: then marked as exhausted.
   */
  admit(error: unknown, attempt: number, weight = 1): StorageError {
    if (!isRetriable(error)) throw error;
    if (attempt >= this.#attempts) throw exhausted(error, `tried ${attempt} times`);
    if ((error.retryAfterMs ?? 0) > this.#maxRetryAfterMs) {
      throw exhausted(error, `the store asks to wait ${error.retryAfterMs} ms`);
    }
    if (!this.budget.take(weight)) throw exhausted(error, "the run's budget of retries is used up");
    return error;
  }

  /** Waits before the next attempt of requests that were admitted. @throws `ABORTED`, at once. */
  async pause(call: Call, failures: readonly Failure[], signal?: AbortSignal): Promise<void> {
    const [first] = failures;
    if (first === undefined) return;
    let delayMs = 0;
    let attempt = 0;
    for (const failure of failures) {
      delayMs = Math.max(delayMs, this.#delay(failure));
      attempt = Math.max(attempt, failure.attempt);
    }
    const { error } = first;
    this.#onRetry?.({
      op: call.op,
      ...(error.key === undefined ? {} : { key: error.key }),
      attempt,
      delayMs,
      error,
      requests: failures.length,
    });
    try {
      if (signal?.aborted !== true) await this.#sleep(delayMs, signal);
    } catch (cause) {
      if (signal?.aborted !== true) throw cause;
    }
    if (signal?.aborted === true) throw aborted(this.#driver, call.op, signal, call.key);
  }

  /**
   * Does `work` until it succeeds or must not be tried again.
   * @param again whether an error may be met with a repetition, apart from being one of those that pass.
   */
  async run<T>(
    call: Call,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
    again: (error: StorageError) => boolean = () => true,
  ): Promise<T> {
    this.budget.earn();
    let applied: Applied = 'no';
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await work();
        } catch (error) {
          if (isStorageError(error)) {
            if (error.applied === 'unknown') applied = 'unknown';
            if (!again(error)) throw error;
          }
          const admitted = this.admit(error, attempt);
          await this.pause(call, [{ error: admitted, attempt }], signal);
        }
      }
    } catch (final) {
      // An attempt whose outcome is unknown leaves it unknown, however surely the later ones failed.
      if (!isStorageError(final) || applied === 'no' || final.applied === applied) throw final;
      throw derived(final, { applied });
    }
  }

  /** Full jitter: anything between no pause and the whole of it, so that clients spread. */
  #delay({ error, attempt }: Failure): number {
    // "Safe" means at once, but only once: a second failure is not an accident of the first.
    const base = error.retry === 'safe' && attempt === 1 ? 0 : this.#baseMs;
    const ceiling = Math.min(this.#capMs, base * 2 ** (attempt - 1));
    return Math.round((error.retryAfterMs ?? 0) + this.#random() * ceiling);
  }
}

/** True for an error that says of itself that trying again can help. */
export function isRetriable(error: unknown): error is StorageError {
  return isStorageError(error) && (error.retry === 'safe' || error.retry === 'after-backoff');
}

/** The same error, marked as not worth another attempt: somebody has tried. */
export function exhausted(error: StorageError, why: string): StorageError {
  return derived(error, { retry: 'exhausted', message: `${error.message} (${why})` });
}

function derived(error: StorageError, changes: Partial<StorageErrorInit>): StorageError {
  const { code, message, op, driver, key, applied, retry } = error;
  const { retryAfterMs, status, providerCode, requestId } = error;
  return new StorageError({
    ...{ code, message, op, driver, key, applied, retry },
    ...{ retryAfterMs, status, providerCode, requestId },
    cause: error,
    ...changes,
  });
}
