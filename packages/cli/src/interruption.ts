import { CliError } from './errors/cli-error.ts';
import { EXIT } from './exit-codes.ts';

/**
 * Ctrl-C and SIGTERM. The first asks the work to stop where that is safe; the second ends the process at once.
 */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #onFirst: (signal: NodeJS.Signals) => void;
  readonly #listener = (signal: NodeJS.Signals) => this.interrupt(signal);

  constructor(onFirst: (signal: NodeJS.Signals) => void) {
    this.#onFirst = onFirst;
    process.on('SIGINT', this.#listener);
    process.on('SIGTERM', this.#listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get happened(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Stops the work without a word: for a Ctrl-C that a prompt has read as a key. */
  abort(signal: NodeJS.Signals): void {
    this.#controller.abort(
      new CliError({ code: 'INTERRUPTED', message: `Interrupted by ${signal}.` }),
    );
  }

  private interrupt(signal: NodeJS.Signals): void {
    // Not `this.exit()`: what it throws inside a signal handler is an uncaught exception.
    if (this.happened) process.exit(EXIT.interrupted);
    this.#onFirst(signal);
    this.abort(signal);
  }

  [Symbol.dispose](): void {
    process.off('SIGINT', this.#listener);
    process.off('SIGTERM', this.#listener);
  }
}
