/** Runs work in order of arrival, so many pieces at once; the first that fails ends it. */
export class Pipeline implements AsyncDisposable {
  readonly #limit: number;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Starts `work` as soon as there is room for it. @throws what an earlier piece failed with. */
  async add(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#limit) await Promise.race(this.#running);
    this.#check();
    const running: Promise<void> = work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Waits for all that was added. @throws what a piece failed with. */
  async drain(): Promise<void> {
    await Promise.all(this.#running);
    this.#check();
  }

  /** Waits for all that was added, whatever becomes of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running);
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
