/** Lets a number of requests through at a time; the others wait, or leave when their caller aborts. */
export class Gate {
  readonly #width: number;
  readonly #waiting = new Set<() => void>();
  #inside = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** @returns what to call, once, to let the next one in; further calls do nothing. */
  async enter(signal: AbortSignal | undefined): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#inside < this.#width) this.#inside += 1;
    else await this.#turn(signal);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#leave();
    };
  }

  /** Waits for a place, which is handed over: `#inside` stays as it is. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    const turn = Promise.withResolvers<void>();
    const abort = (): void => {
      this.#waiting.delete(turn.resolve);
      turn.reject(new DOMException('aborted while waiting for a connection', 'AbortError'));
    };
    this.#waiting.add(turn.resolve);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await turn.promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#inside -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
