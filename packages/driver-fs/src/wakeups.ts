/**
 * Calls for when signals abort, with one listener per signal however many operations it is for: hundreds
 * at once are usual here, and Node warns of a leak at eleven listeners.
 */
export class Wakeups {
  readonly #bySignal = new Map<AbortSignal, Set<() => void>>();

  /** Calls `wake` when `signal` aborts. @returns the undoing. */
  add(signal: AbortSignal, wake: () => void): () => void {
    let wakes = this.#bySignal.get(signal);
    if (wakes === undefined) {
      wakes = new Set();
      this.#bySignal.set(signal, wakes);
      signal.addEventListener('abort', this.#onAbort, { once: true });
    }
    const entry = (): void => wake();
    wakes.add(entry);
    return () => this.#remove(signal, entry);
  }

  #remove(signal: AbortSignal, entry: () => void): void {
    const wakes = this.#bySignal.get(signal);
    wakes?.delete(entry);
    if (wakes?.size !== 0) return;
    this.#bySignal.delete(signal);
    signal.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = ({ target }: Event): void => {
    const signal = target as AbortSignal;
    const wakes = this.#bySignal.get(signal) ?? [];
    this.#bySignal.delete(signal);
    for (const wake of wakes) wake();
  };
}
