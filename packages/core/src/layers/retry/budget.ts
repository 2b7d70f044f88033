import { requireNonNegative } from '../check.ts';

export interface RetryBudgetOptions {
  /** Retries that each request earns; default 0.2: one retry in five requests. */
  readonly ratio?: number;
  /** Retries there are before any request has earned one; default 256. */
  readonly reserve?: number;
  /** Retries that can be saved up; default 1,024. */
  readonly capacity?: number;
}

/**
 * How many retries a whole run may spend. Retries that only add to the load keep a store that is down from
 * getting up; so each request earns a fraction of one, and when none are left errors go to the caller. The
 * reserve lets a run that has just begun sit out a short outage.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #capacity: number;
  #left: number;

  constructor(options: RetryBudgetOptions = {}) {
    this.#ratio = requireNonNegative('retry.ratio', options.ratio ?? 0.2);
    const reserve = requireNonNegative('retry.reserve', options.reserve ?? 256);
    this.#capacity = Math.max(
      reserve,
      requireNonNegative('retry.capacity', options.capacity ?? 1024),
    );
    this.#left = reserve;
  }

  /** Retries that could be taken now. */
  get left(): number {
    return this.#left;
  }

  /** A first attempt was made; a `weight` below 1 is a request's share of a batch. */
  earn(weight = 1): void {
    this.#left = Math.min(this.#capacity, this.#left + weight * this.#ratio);
  }

  /** Takes one retry (or a share of one). False when there is none: then nothing is taken. */
  take(weight = 1): boolean {
    if (this.#left < weight) return false;
    this.#left -= weight;
    return true;
  }
}
