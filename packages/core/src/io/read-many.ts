import {
  hasCode,
  isStorageError,
  StorageError,
  type Key,
  type ReadOutcome,
  type StatOutcome,
  type StorageDriver,
} from '@dunnage/driver-api';
import { chunks } from './chunks.ts';
import { forEachConcurrent } from './for-each-concurrent.ts';

/** Requests handed to a bulk verb at a time: large enough to keep its workers busy, small enough to forget. */
const BULK_CHUNK = 16_384;

export interface ManyOptions {
  /** Single requests in flight, where the driver has no bulk verbs. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads many small objects, by the driver's bulk verb where it has one. One outcome per key, with its place in `keys`;
 * a failure of one object is an outcome, not an error. Only cancellation and a closed driver throw.
 */
export async function readMany(
  driver: StorageDriver,
  keys: Iterable<Key>,
  options: ManyOptions & { readonly maxBytes: number },
  onOutcome: (outcome: ReadOutcome, index: number) => void,
): Promise<void> {
  const { bulk } = driver;
  if (bulk !== undefined) {
    return inBulk(keys, (chunk) => bulk.read(chunk, options), onOutcome);
  }
  await forEachConcurrent(keys, options.concurrency, async (key, index) => {
    onOutcome(await readOne(driver, key, options.maxBytes, options.signal), index);
  });
}

/** Like {@link readMany}, for the facts of objects. */
export async function statMany(
  driver: StorageDriver,
  keys: Iterable<Key>,
  options: ManyOptions,
  onOutcome: (outcome: StatOutcome, index: number) => void,
): Promise<void> {
  const { bulk } = driver;
  if (bulk !== undefined) {
    return inBulk(keys, (chunk) => bulk.stat(chunk, { signal: options.signal }), onOutcome);
  }
  await forEachConcurrent(keys, options.concurrency, async (key, index) => {
    try {
      const info = await driver.stat(key, { signal: options.signal });
      onOutcome(
        info === undefined ? { status: 'missing', key } : { status: 'ok', key, info },
        index,
      );
    } catch (error) {
      onOutcome({ status: 'failed', key, error: ofOneObject(error) }, index);
    }
  });
}

/** Reads one object whole; one of more than `maxBytes` fails with `TOO_LARGE`. */
export async function readOne(
  driver: StorageDriver,
  key: Key,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<ReadOutcome> {
  try {
    const { info, body } = await driver.get(key, { signal });
    if (info.size > maxBytes) {
      await body.cancel();
      throw tooLarge(driver, key, maxBytes);
    }
    const bytes = new Uint8Array(info.size);
    let length = 0;
    for await (const chunk of body) {
      if (length + chunk.length > bytes.length) throw tooLarge(driver, key, info.size);
      bytes.set(chunk, length);
      length += chunk.length;
    }
    return { status: 'ok', key, info, bytes: bytes.subarray(0, length) };
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND')) return { status: 'missing', key };
    return { status: 'failed', key, error: ofOneObject(error) };
  }
}

async function inBulk<Outcome extends { readonly key: Key }>(
  keys: Iterable<Key>,
  run: (chunk: readonly Key[]) => AsyncIterable<Outcome>,
  onOutcome: (outcome: Outcome, index: number) => void,
): Promise<void> {
  let base = 0;
  for (const chunk of chunks(keys, BULK_CHUNK)) {
    const places = new Places(chunk);
    for await (const outcome of run(chunk)) {
      const index = places.take(outcome.key);
      // A second outcome for a key is a driver's fault that must not overwrite the first.
      if (index >= 0) onOutcome(outcome, base + index);
    }
    for (const [index, key] of chunk.entries()) {
      if (!places.isOpen(index)) continue;
      const error = new StorageError({
        code: 'INCOMPLETE',
        op: 'bulk',
        driver: 'core',
        key,
        message: `the driver gave no outcome for ${key}`,
      });
      onOutcome({ status: 'failed', key, error } as unknown as Outcome, base + index);
    }
    base += chunk.length;
  }
}

/** The places of keys in a chunk, each to be taken once, where most come in their order. */
class Places {
  readonly #keys: readonly Key[];
  readonly #taken: Uint8Array;
  #next = 0;
  /** Made when the first key comes out of order. */
  #placeOf: Map<string, number> | undefined;

  constructor(keys: readonly Key[]) {
    this.#keys = keys;
    this.#taken = new Uint8Array(keys.length);
  }

  /** The place of `key`, or -1 when it is taken or none of them. */
  take(key: Key): number {
    const place = key === this.#keys[this.#next] ? this.#next : this.#find(key);
    if (place < 0 || !this.isOpen(place)) return -1;
    this.#taken[place] = 1;
    this.#next = place + 1;
    return place;
  }

  isOpen(place: number): boolean {
    return this.#taken[place] === 0;
  }

  #find(key: Key): number {
    this.#placeOf ??= new Map(this.#keys.map((each, place) => [each, place]));
    return this.#placeOf.get(key) ?? -1;
  }
}

/** An error that concerns one object; those that end the run are thrown on. */
function ofOneObject(error: unknown): StorageError {
  if (!isStorageError(error) || hasCode(error, 'ABORTED', 'CLOSED', 'CONTAINER_NOT_FOUND')) {
    throw error;
  }
  return error;
}

function tooLarge(driver: StorageDriver, key: Key, maxBytes: number): StorageError {
  return new StorageError({
    code: 'TOO_LARGE',
    op: 'get',
    driver: driver.name,
    key,
    message: `${key} has more than ${maxBytes} bytes`,
  });
}
