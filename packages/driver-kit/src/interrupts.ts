/**
 * Who waits for which signal, with one listener per signal: a caller shares its signal among many
 * operations, and Node 22 takes the eleventh listener for a leak.
 */
export class Interrupts {
  readonly #waiting = new Map<AbortSignal, Set<() => void>>();

  /** Calls `interrupt` when `signal` aborts, unless {@link remove} comes first. */
  add(signal: AbortSignal, interrupt: () => void): void {
    const waiting = this.#waiting.get(signal);
    if (waiting !== undefined) {
      waiting.add(interrupt);
      return;
    }
    this.#waiting.set(signal, new Set([interrupt]));
    signal.addEventListener('abort', this.#interruptAll, { once: true });
  }

  remove(signal: AbortSignal, interrupt: () => void): void {
    const waiting = this.#waiting.get(signal);
    waiting?.delete(interrupt);
    if (waiting?.size !== 0) return;
    this.#waiting.delete(signal);
    signal.removeEventListener('abort', this.#interruptAll);
  }

  readonly #interruptAll = (event: Event): void => {
    const signal = event.target as AbortSignal;
    const waiting = this.#waiting.get(signal) ?? [];
    this.#waiting.delete(signal);
    for (const interrupt of waiting) interrupt();
  };
}
