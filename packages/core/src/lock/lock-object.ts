import {
  hasCode,
  isStorageError,
  type Capabilities,
  type DeleteOutcome,
  type Key,
  type OpOptions,
  type PutOptions,
  type StorageDriver,
} from '@dunnage/driver-api';
import { formatLock, LOCK_MAX_BYTES, parseLock, type LockRecord } from './record.ts';

/** A lock object as it was seen. */
export interface Seen {
  /** In words why it can't be understood, where it can't. */
  readonly content: LockRecord | string;
  readonly etag: string | undefined;
}

/** Waits between writing and reading back, where the store has no conditions. */
export interface Settling {
  readonly ms: number;
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** Looks after a write that a reader may not see yet. */
const LOOKS_MAX = 10;
const REMOVALS_MAX = 3;

/**
 * The object behind a lock. Both ways of replacing it give what is there afterwards: the caller has won
 * if that is its own record. So an answer that was lost and a race that was lost need no distinction.
 */
export class LockObject {
  /** Does the store do what this needs by itself, atomically? Else see {@link replace}. */
  readonly exact: boolean;
  readonly #driver: StorageDriver;
  readonly #key: Key;
  readonly #capabilities: Capabilities;
  readonly #settling: Settling;

  constructor(driver: StorageDriver, key: Key, capabilities: Capabilities, settling: Settling) {
    this.#driver = driver;
    this.#key = key;
    this.#capabilities = capabilities;
    this.#settling = settling;
    this.exact = capabilities.put.ifAbsent && capabilities.put.ifMatch;
  }

  async read(options?: OpOptions): Promise<Seen | undefined> {
    return readLock(this.#driver, this.#key, options);
  }

  /**
   * Puts `record` in the place of what was seen there (or of nothing).
   *
   * Where the store can't make that conditional: writes, waits longer than any write should take, and reads
   * back. Of two that write at the same time the last one stays, and after the wait both see which one
   * that is. It fails only if a write takes longer than the wait.
   */
  async replace(
    seen: Seen | undefined,
    record: LockRecord,
    options?: OpOptions,
  ): Promise<Seen | undefined> {
    const condition = this.#condition(seen);
    const written = await this.#write(record, condition, options);
    if (condition !== undefined || written === undefined) return written ?? this.read(options);
    for (let looks = 1; ; looks++) {
      await this.#settling.sleep(this.#settling.ms, options?.signal);
      const found = await this.read(options);
      // What was there before the write is news of yesterday: this store shows writes late.
      if (looks === LOOKS_MAX || !isSame(found, seen)) return found;
    }
  }

  /** Puts `record` in the place of our own earlier one, as it was `seen`. */
  async renew(seen: Seen, record: LockRecord, options?: OpOptions): Promise<Seen | undefined> {
    const condition = this.#condition(seen);
    if (condition === undefined) {
      const found = await this.read(options);
      if (found === undefined || tokenOf(found) !== record.token) return found;
    }
    return (await this.#write(record, condition, options)) ?? this.read(options);
  }

  /**
   * Deletes the record with this token; leaves anybody else's.
   * @returns why it is still there, where it is.
   */
  async remove(token: string, options?: OpOptions): Promise<string | undefined> {
    for (let attempt = 1; attempt <= REMOVALS_MAX; attempt++) {
      const found = await this.read(options);
      if (found === undefined || tokenOf(found) !== token) return undefined;
      const { etag } = found;
      const ifMatch =
        this.#capabilities.delete.ifMatch && etag !== undefined ? { ifMatch: etag } : {};
      let last: DeleteOutcome | undefined;
      const requests = [{ key: this.#key, ...ifMatch }];
      for await (const outcome of this.#driver.delete(requests, options)) last = outcome;
      if (last === undefined) return 'the driver gave no outcome';
      if (!('error' in last)) return undefined;
      if (last.outcome !== 'precondition-failed') return last.error.message;
      // A late renewal of ours, or somebody else: look again.
    }
    return 'it keeps changing';
  }

  /** Writes, and gives what is there then; `undefined` when it has to be looked up. */
  async #write(
    record: LockRecord,
    condition: PutOptions | undefined,
    options: OpOptions | undefined,
  ): Promise<Seen | undefined> {
    try {
      const content = formatLock(record);
      const info = await this.#driver.put(this.#key, content, { ...options, ...condition });
      return { content: record, etag: info.etag };
    } catch (error) {
      const raced = hasCode(error, 'ALREADY_EXISTS', 'PRECONDITION_FAILED');
      if (raced || (isStorageError(error) && error.applied === 'unknown')) return undefined;
      throw error;
    }
  }

  #condition(seen: Seen | undefined): PutOptions | undefined {
    const { ifAbsent, ifMatch } = this.#capabilities.put;
    if (seen === undefined) return ifAbsent ? { ifAbsent: true } : undefined;
    return ifMatch && seen.etag !== undefined ? { ifMatch: seen.etag } : undefined;
  }
}

/** The lock object at `key`; `undefined` when there is none. */
export async function readLock(
  driver: StorageDriver,
  key: Key,
  options?: OpOptions,
): Promise<Seen | undefined> {
  try {
    const { info, body } = await driver.get(key, options);
    if (info.size > LOCK_MAX_BYTES) {
      await body.cancel();
      return { content: `it is ${info.size} bytes long`, etag: info.etag };
    }
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    return { content: parseLock(bytes), etag: info.etag };
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

/** Whose record it is; `undefined` when it can't be understood. */
export function tokenOf(seen: Seen | undefined): string | undefined {
  return typeof seen?.content === 'object' ? seen.content.token : undefined;
}

function isSame(a: Seen | undefined, b: Seen | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return tokenOf(a) === tokenOf(b) && a.etag === b.etag;
}
