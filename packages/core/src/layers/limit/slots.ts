import { aborted, hasCode } from '@dunnage/driver-api';
import pLimit from 'p-limit';

/** What {@link Slots.run} does for whom, for the error of a wait that was cut short. */
export interface Waiter {
  readonly driver: string;
  readonly op: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * A number of requests that may be in flight at once, which follows what the store can bear: halved
 * when it says "too much", raised by one for each full round of successes, up to `max`.
 */
export class Slots {
  readonly max: number;
  readonly #limit: ReturnType<typeof pLimit>;
  /** The limit with its fraction: p-limit knows whole numbers only. */
  #current: number;
  /** Number of times the limit was halved. */
  #halvings = 0;

  constructor(max: number) {
    this.max = max;
    this.#current = max;
    this.#limit = pLimit(max);
  }

  /** How many may be in flight now. */
  get current(): number {
    return this.#limit.concurrency;
  }

  /** Does `work` when there is a slot. @throws `ABORTED` at once when the signal aborts while waiting. */
  async run<T>(waiter: Waiter, work: () => Promise<T>): Promise<T> {
    const { signal } = waiter;
    if (signal === undefined || this.#limit.activeCount < this.#limit.concurrency) {
      return this.#limit(() => this.#observe(work));
    }
    return new Promise<T>((resolve, reject) => {
      const abort = (): void => reject(aborted(waiter.driver, waiter.op, signal));
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      void this.#limit(async () => {
        signal.removeEventListener('abort', abort);
        // An aborted waiter has its answer already; its turn passes at once.
        if (signal.aborted) return;
        await this.#observe(work).then(resolve, reject);
      });
    });
  }

  /**
   * Tells of a refusal that came as an outcome, not as an error.
   * @param epoch of when the request was begun.
   */
  throttled(epoch: number): void {
    // What was in flight when the limit was halved says nothing about the new limit.
    if (epoch !== this.#halvings) return;
    this.#halvings++;
    this.#set(Math.max(1, this.#current / 2));
  }

  /** A mark to give to {@link throttled}: refusals of requests begun before a halving don't halve again. */
  get epoch(): number {
    return this.#halvings;
  }

  async #observe<T>(work: () => Promise<T>): Promise<T> {
    const { epoch } = this;
    try {
      const result = await work();
      if (this.#current < this.max && epoch === this.#halvings) {
        this.#set(Math.min(this.max, this.#current + 1 / this.#current));
      }
      return result;
    } catch (error) {
      if (hasCode(error, 'THROTTLED')) this.throttled(epoch);
      throw error;
    }
  }

  #set(limit: number): void {
    this.#current = limit;
    const whole = Math.floor(limit);
    if (whole !== this.#limit.concurrency) this.#limit.concurrency = whole;
  }
}
