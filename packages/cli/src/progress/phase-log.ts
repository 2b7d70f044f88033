import type { Phase } from '@dunnage/core';

/**
 * Tells each phase once. A phase can come in parts, whose ends carry the time of all of them so far: it is
 * over when something else begins.
 */
export class PhaseLog {
  readonly #tell: (phase: Phase, durationMs: number) => void;
  #ended: { readonly phase: Phase; readonly durationMs: number } | undefined;

  constructor(tell: (phase: Phase, durationMs: number) => void) {
    this.#tell = tell;
  }

  start(phase: Phase): void {
    if (this.#ended?.phase !== phase) this.flush();
  }

  end(phase: Phase, durationMs: number): void {
    this.#ended = { phase, durationMs };
  }

  /** Tells what has ended and was not told. */
  flush(): void {
    const ended = this.#ended;
    this.#ended = undefined;
    if (ended !== undefined) this.#tell(ended.phase, ended.durationMs);
  }
}
