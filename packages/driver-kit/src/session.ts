import {
  aborted,
  explainInvalidKey,
  isStorageError,
  parsePrefix,
  StorageError,
} from '@dunnage/driver-api';
import type { Key, OpOptions, Prefix } from '@dunnage/driver-api';
import { Interrupts } from './interrupts.ts';
import { Operation } from './operation.ts';

/** What a session needs to know of the driver that it belongs to. */
export interface SessionOptions {
  /** The driver's name, for errors. */
  readonly driver: string;
  /** The storage's id, for errors. */
  readonly id: string;
  /** Longest key in bytes, without the root that the store puts before it. */
  readonly maxKeyBytes: number;
  /** More rules of the store for keys: why it can't be one, in words, or `undefined`. */
  readonly explainKey?: (key: Key) => string | undefined;
  /** Makes a contract error of what the SDK threw; secrets must not get through. */
  readonly toStorageError: (error: unknown, op: string, key: string | undefined) => StorageError;
}

/**
 * One opened driver: what all its verbs share. It checks arguments, and ends what is in flight when the
 * caller aborts or the driver closes.
 */
export class Session {
  readonly driver: string;
  readonly id: string;
  readonly #options: SessionOptions;
  readonly #closing = new AbortController();
  readonly #interrupts = new Interrupts();

  constructor(options: SessionOptions) {
    this.driver = options.driver;
    this.id = options.id;
    this.#options = options;
  }

  /** Ends every operation with `CLOSED`; a second call does nothing. */
  close(): void {
    this.#closing.abort();
  }

  /** To be called before each step of a verb. @throws {StorageError} `CLOSED`, `ABORTED`. */
  check(op: string, options?: OpOptions, key?: string): void {
    if (this.#closing.signal.aborted) {
      const message = `the driver of ${this.id} is closed`;
      throw this.error('CLOSED', op, message, key);
    }
    if (options?.signal?.aborted === true) throw aborted(this.driver, op, options.signal, key);
  }

  /** Begins an operation, which owns the signal that its requests take. Dispose of it at its end. */
  begin(op: string, options?: OpOptions, key?: string): Operation {
    this.check(op, options, key);
    const signals = [this.#closing.signal, options?.signal].filter((each) => each !== undefined);
    return new Operation({
      ...{ session: this, op, key, options, signals },
      interrupts: this.#interrupts,
    });
  }

  /** Runs one operation: `work` takes its signal; what it throws becomes a contract error. */
  async run<Result>(
    op: string,
    options: OpOptions | undefined,
    key: string | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    using operation = this.begin(op, options, key);
    try {
      return await work(operation.signal);
    } catch (error) {
      throw operation.error(error);
    }
  }

  /** @throws {StorageError} `INVALID_KEY` where the store can't have such a key. */
  checkKey(op: string, key: Key): void {
    const why =
      explainInvalidKey(key) ?? this.#explainTooLong(key) ?? this.#options.explainKey?.(key);
    if (why === undefined) return;
    throw this.error('INVALID_KEY', op, `${JSON.stringify(key)} is not a valid key: ${why}`, key);
  }

  /** @throws {StorageError} `INVALID_KEY` */
  checkPrefix(prefix: Prefix): void {
    parsePrefix(prefix);
  }

  /** @throws {StorageError} `UNSUPPORTED` where an option is given that the store does not have. */
  require(op: string, capable: boolean, given: unknown, what: string): void {
    if (capable || given === undefined || given === false) return;
    const message = `the ${this.driver} driver does not support ${what} on ${this.id}`;
    throw this.error('UNSUPPORTED', op, message);
  }

  /** A contract error of this driver. */
  error(code: StorageError['code'], op: string, message: string, key?: string): StorageError {
    return new StorageError({ code, op, message, key, driver: this.driver });
  }

  /** @internal What an operation throws for `error`. */
  toStorageError(error: unknown, op: string, key: string | undefined): StorageError {
    return isStorageError(error) ? error : this.#options.toStorageError(error, op, key);
  }

  #explainTooLong(key: Key): string | undefined {
    const { maxKeyBytes } = this.#options;
    // A UTF-16 unit becomes three bytes at most: short keys need no count.
    if (key.length * 3 <= maxKeyBytes || Buffer.byteLength(key) <= maxKeyBytes) return undefined;
    return `it has more than ${maxKeyBytes} bytes`;
  }
}
