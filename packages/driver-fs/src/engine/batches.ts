import type { Many } from '@dunnage/driver-api';

/** How {@link inBatches} works. */
export interface BatchOptions<I, O> {
  /** Items per batch. */
  readonly size: number;
  /** Batches that run at once. */
  readonly lanes: number;
  /** Gives a result for each of the first items at least; the rest is sent again. */
  readonly run: (items: readonly I[]) => Promise<O>;
  /** Ends the iteration with this error as soon as it is there. */
  readonly interrupted: () => Error | undefined;
  /** Calls back when {@link interrupted} may have changed. @returns the undoing. */
  readonly onInterrupt: (wake: () => void) => () => void;
  /** Tells running batches to end early, since nobody reads their results. */
  readonly stop: () => void;
}

/**
 * Serves a stream of items in batches, several at once, and yields their results, one per
 * item, batch by batch as they end.
 *
 * The source is pulled only as fast as results are taken: at most `lanes` batches run, and as many
 * wait for the reader. A batch also starts before it is full when a lane is idle, since a source may
 * wait for results before it gives more: a walk finds its next directories in the last ones.
 */
export async function* inBatches<I, O extends { readonly length: number }>(
  source: Many<I>,
  options: BatchOptions<I, O>,
): AsyncGenerator<O, void, undefined> {
  const flow = new Flow(source, options);
  const undo = options.onInterrupt(() => flow.wake());
  try {
    while (true) {
      const interruption = options.interrupted();
      if (interruption !== undefined) throw interruption;
      const results = flow.take();
      if (results === undefined) {
        if (flow.finished()) return;
        await flow.change();
        continue;
      }
      yield results;
      flow.done();
    }
  } finally {
    undo();
    options.stop();
    await flow.end();
  }
}

/** The moving parts of {@link inBatches}: source → batch → lanes → results. */
class Flow<I, O extends { readonly length: number }> {
  readonly #options: BatchOptions<I, O>;
  readonly #iterator: Iterator<I> | AsyncIterator<I>;
  #batch: I[] = [];
  #flushing = false;
  readonly #again: (readonly I[])[] = [];
  readonly #results: O[] = [];
  /** Batches that run or whose results wait or are being read. */
  #used = 0;
  #running = 0;
  #pulling = false;
  #exhausted = false;
  #ended = false;
  /** What a batch threw: ends the iteration at once. */
  #failure: { readonly error: unknown } | undefined;
  /** What the source threw: comes after the results of all that it gave before. */
  #sourceFailure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(source: Many<I>, options: BatchOptions<I, O>) {
    this.#options = options;
    this.#iterator =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    void this.#pull();
  }

  /** Results to yield, if there are any now. @throws what a batch threw. */
  take(): O | undefined {
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#results.shift();
  }

  /** The results last taken have been read: their place is free. */
  done(): void {
    this.#used--;
    this.#advance();
  }

  /** True when all results have been read. @throws what the source threw. */
  finished(): boolean {
    const waiting = this.#batch.length + this.#again.length;
    if (!this.#exhausted || this.#used > 0 || waiting > 0) return false;
    if (this.#sourceFailure !== undefined) throw this.#sourceFailure.error;
    return true;
  }

  /** Resolves when {@link take} or {@link finished} may answer otherwise. */
  change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Nobody reads any more: tells the source, and waits until no batch is running. */
  async end(): Promise<void> {
    this.#ended = true;
    // A source in the middle of a pull is told when that ends, which may be never.
    if (!this.#pulling) this.#endSource();
    while (this.#running > 0) await this.change();
  }

  #endSource(): void {
    if (this.#exhausted) return;
    this.#exhausted = true;
    // How it ends is of no interest here, not even a failure.
    void (async () => this.#iterator.return?.())().catch(() => {});
  }

  async #pull(): Promise<void> {
    if (this.#pulling || this.#exhausted) return;
    this.#pulling = true;
    try {
      while (!this.#ended && this.#batch.length < this.#options.size) {
        const pulled = this.#iterator.next();
        const next = 'then' in pulled ? await pulled : pulled;
        if (next.done === true) {
          this.#exhausted = true;
          break;
        }
        this.#batch.push(next.value);
        if (this.#batch.length >= this.#options.size) this.#advance();
        else this.#flushSoon();
      }
    } catch (error) {
      this.#exhausted = true;
      this.#sourceFailure = { error };
    }
    this.#pulling = false;
    if (this.#ended) this.#endSource();
    this.#advance();
    this.wake();
  }

  /** Starts a batch that is not full, once the source had a turn to fill it. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      this.#advance();
    });
  }

  /** Starts what can be started, and goes on pulling where there is room. */
  #advance(): void {
    const { lanes, size } = this.#options;
    while (!this.#ended && this.#failure === undefined) {
      if (this.#running >= lanes || this.#used >= lanes * 2) break;
      const batch = this.#again.shift() ?? this.#nextBatch(size, lanes);
      if (batch === undefined) break;
      void this.#start(batch);
    }
    if (!this.#ended && this.#batch.length < size) void this.#pull();
  }

  #nextBatch(size: number, lanes: number): readonly I[] | undefined {
    const full = this.#batch.length >= size;
    const idle = this.#running < lanes && !this.#flushing;
    if (this.#batch.length === 0 || !(full || this.#exhausted || idle)) return undefined;
    const batch = this.#batch;
    this.#batch = [];
    return batch;
  }

  async #start(batch: readonly I[]): Promise<void> {
    this.#used++;
    this.#running++;
    try {
      const results = await this.#options.run(batch);
      if (results.length < batch.length) this.#again.unshift(batch.slice(results.length));
      this.#results.push(results);
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#running--;
    this.#advance();
    this.wake();
  }
}
