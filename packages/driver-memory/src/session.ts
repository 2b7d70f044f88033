import { aborted, explainInvalidKey, parsePrefix, unsupported } from '@dunnage/driver-api';
import type { Key, OpOptions, Prefix } from '@dunnage/driver-api';
import type { MemoryStore } from './client.ts';
import { DRIVER, storageError } from './errors.ts';
import { Interrupts } from './interrupts.ts';

/**
 * One opened driver on a store: what all its verbs share. It checks arguments, and ends what waits
 * for others when the caller aborts or the driver closes.
 */
export class Session {
  readonly store: MemoryStore;
  readonly #closing = new AbortController();
  readonly #interrupts = new Interrupts();

  constructor(store: MemoryStore) {
    this.store = store;
  }

  close(): void {
    this.#closing.abort();
  }

  /** To be called before each step of a verb. @throws `CLOSED`, `ABORTED`. */
  check(op: string, options: OpOptions | undefined, key?: Key): void {
    if (this.#closing.signal.aborted) {
      throw storageError('CLOSED', op, `the driver of ${this.store.name} is closed`, { key });
    }
    const signal = options?.signal;
    if (signal?.aborted === true) throw aborted(DRIVER, op, signal, key);
  }

  /** {@link check}, and counts one operation on the store. */
  enter(op: string, options: OpOptions | undefined, key?: Key): void {
    this.check(op, options, key);
    this.store.tick();
  }

  /** What `start` promises, or the error of {@link check} as soon as that applies. */
  async wait<T>(op: string, options: OpOptions | undefined, start: () => Promise<T>): Promise<T> {
    const signals = [this.#closing.signal, options?.signal].filter(
      (signal) => signal !== undefined,
    );
    const interrupted = Promise.withResolvers<never>();
    // Nobody looks at it when `start` itself throws.
    interrupted.promise.catch(() => undefined);
    const interrupt = (): void => {
      try {
        this.check(op, options);
      } catch (error) {
        interrupted.reject(error);
      }
    };
    for (const signal of signals) this.#interrupts.add(signal, interrupt);
    try {
      // After the listener is there: an abort during `start` counts, too.
      this.check(op, options);
      return await Promise.race([start(), interrupted.promise]);
    } finally {
      for (const signal of signals) this.#interrupts.remove(signal, interrupt);
    }
  }

  /** @throws `INVALID_KEY` where the store can't have such a key. */
  checkKey(op: string, key: Key): void {
    const why = explainInvalidKey(key) ?? this.#explainTooLong(key);
    if (why !== undefined) {
      throw storageError('INVALID_KEY', op, `${JSON.stringify(key)} is not a valid key: ${why}`, {
        key,
      });
    }
  }

  /** @throws `INVALID_KEY` */
  checkPrefix(prefix: Prefix): void {
    parsePrefix(prefix);
  }

  /** @throws `UNSUPPORTED` where an option is given that the profile does not have. */
  require(op: string, capable: boolean, given: unknown, what: string): void {
    if (!capable && given !== undefined && given !== false) {
      throw unsupported(`${DRIVER} (${this.store.profile.name})`, op, what);
    }
  }

  #explainTooLong(key: Key): string | undefined {
    const { maxBytes, maxSegmentBytes } = this.store.profile.capabilities.keys;
    // A UTF-16 unit becomes three bytes at most: short keys need no count.
    if (key.length * 3 <= Math.min(maxBytes, maxSegmentBytes ?? maxBytes)) return undefined;
    if (Buffer.byteLength(key) > maxBytes) return `it has more than ${maxBytes} bytes`;
    if (maxSegmentBytes === undefined) return undefined;
    return key.split('/').some((segment) => Buffer.byteLength(segment) > maxSegmentBytes)
      ? `a segment has more than ${maxSegmentBytes} bytes`
      : undefined;
  }
}
