import { setMaxListeners } from 'node:events';
import type { OpOptions, StorageError } from '@dunnage/driver-api';
import type { Interrupts } from './interrupts.ts';
import type { Session } from './session.ts';

interface OperationParts {
  readonly session: Session;
  readonly op: string;
  readonly key: string | undefined;
  readonly options: OpOptions | undefined;
  readonly signals: readonly AbortSignal[];
  readonly interrupts: Interrupts;
}

/** One call of a verb, from its first request to the end of its last body. */
export class Operation implements Disposable {
  readonly #parts: OperationParts;
  readonly #controller = new AbortController();
  readonly #interrupt = (): void => this.#controller.abort();

  /** @internal Use {@link Session.begin}. */
  constructor(parts: OperationParts) {
    this.#parts = parts;
    // Many requests may be in flight for one call; Node 22 takes the eleventh listener for a leak.
    setMaxListeners(0, this.#controller.signal);
    for (const signal of parts.signals) parts.interrupts.add(signal, this.#interrupt);
  }

  /** Ends every request of this operation when the caller aborts or the driver closes. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What to throw for `error`: `CLOSED` or `ABORTED` where that is the reason, else as the driver's table says. */
  error(error: unknown): StorageError {
    const { session, op, key } = this.#parts;
    return this.#interruption() ?? session.toStorageError(error, op, key);
  }

  /** @throws {StorageError} `CLOSED`, `ABORTED`. */
  check(): void {
    const { session, op, options, key } = this.#parts;
    session.check(op, options, key);
  }

  /** What `start` promises, or the error of {@link check} as soon as that applies; for what takes no signal. */
  async race<Result>(start: () => Promise<Result>): Promise<Result> {
    this.check();
    const interrupted = Promise.withResolvers<never>();
    // Nobody looks at it when `start` itself throws.
    interrupted.promise.catch(() => undefined);
    const listener = (): void => interrupted.reject(this.#interruption());
    this.signal.addEventListener('abort', listener, { once: true });
    try {
      return await Promise.race([start(), interrupted.promise]);
    } finally {
      this.signal.removeEventListener('abort', listener);
    }
  }

  [Symbol.dispose](): void {
    for (const signal of this.#parts.signals)
      this.#parts.interrupts.remove(signal, this.#interrupt);
  }

  #interruption(): StorageError | undefined {
    try {
      this.check();
      return undefined;
    } catch (error) {
      return error as StorageError;
    }
  }
}
