/** Bounds how many requests wait for their answers at the same time. */
export class Slots {
  readonly #most: number;
  /** Those who wait, first come first. */
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Runs `work` when a slot is free. An abort ends the wait. */
  async run<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    if (this.#taken < this.#most) this.#taken++;
    else await this.#handedOver(signal);
    try {
      return await work();
    } finally {
      const [next] = this.#waiting;
      if (next === undefined) this.#taken--;
      else next();
    }
  }

  #handedOver(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(take);
        reject(new Error('aborted while it waited', { cause: signal.reason }));
      };
      const take = (): void => {
        this.#waiting.delete(take);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      if (signal.aborted) return leave();
      this.#waiting.add(take);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
