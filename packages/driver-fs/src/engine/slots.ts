/** A number of places that work waits for: bounds what is in flight, over all who share it. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly size: number;

  constructor(size: number) {
    this.size = size;
    this.#free = size;
  }

  /** Does `work` as soon as there is a place. */
  async with<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // A place goes from hand to hand while somebody waits.
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
