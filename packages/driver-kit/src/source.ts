import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { isStorageError, StorageError } from '@dunnage/driver-api';
import type { PutOptions, Source } from '@dunnage/driver-api';
import type { Operation } from './operation.ts';
import { pull } from './pull.ts';

/** A piece of a source, in order. */
export interface Part {
  readonly bytes: Buffer;
  /** Of the first byte within the whole. */
  readonly offset: number;
  /** True for the last one: the whole source has the length and the hash that were promised. */
  readonly last: boolean;
}

/** What {@link partsOf} needs to know. */
export interface PartsOptions {
  readonly driver: string;
  readonly key: string;
  readonly source: Source;
  readonly put: PutOptions | undefined;
  /** Bytes per part; only the last may be shorter. A function of the offset: parts may grow. */
  readonly partSize: (offset: number) => number;
}

/**
 * Cuts a source into parts, at least one (which may be empty), holding one part in memory. The last
 * part is given only after the promised length and hash have been checked, so a caller that
 * makes the object visible after the last part never stores what was not promised.
 * @throws {StorageError} `CORRUPT` where the promise is broken, `INTERNAL` with the cause where the source fails.
 */
export async function* partsOf(
  operation: Operation,
  options: PartsOptions,
): AsyncGenerator<Part, void, undefined> {
  const promise = new Promised(options);
  let pending: Uint8Array[] = [];
  let held = 0;
  let offset = 0;
  for await (const chunk of chunksOf(operation, options)) {
    promise.add(chunk);
    let rest = chunk;
    // More than a part is there, so what is cut off can't be the last.
    for (let size = options.partSize(offset); held + rest.byteLength > size;) {
      pending.push(rest.subarray(0, size - held));
      rest = rest.subarray(size - held);
      yield { bytes: Buffer.concat(pending, size), offset, last: false };
      offset += size;
      pending = [];
      held = 0;
      size = options.partSize(offset);
    }
    // A copy: the caller may use its buffer again for the next chunk.
    if (rest.byteLength > 0) pending.push(isWhole(options.source) ? rest : Uint8Array.from(rest));
    held += rest.byteLength;
  }
  promise.check();
  yield { bytes: Buffer.concat(pending, held), offset, last: true };
}

function isWhole(source: Source): source is Uint8Array {
  return source instanceof Uint8Array;
}

/** The chunks of a source, each of them bytes. */
async function* chunksOf(
  operation: Operation,
  { source, driver, key }: PartsOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (isWhole(source)) {
    yield source;
    return;
  }
  try {
    for await (const chunk of pull(operation, source)) {
      if (!(chunk instanceof Uint8Array)) {
        const message = 'a source gives Uint8Arrays (Buffers), nothing else';
        throw new StorageError({ code: 'INVALID_ARGUMENT', op: 'put', driver, key, message });
      }
      yield chunk;
    }
  } catch (cause) {
    // A storage error of the source is passed on as it is; an ENOENT of it must not look like one of the store's.
    if (isStorageError(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `reading the source of ${JSON.stringify(key)} failed: ${why}`;
    throw new StorageError({ code: 'INTERNAL', op: 'put', driver, key, message, cause });
  }
}

/** The length and hash that a caller promised of a source. */
class Promised {
  readonly #options: PartsOptions;
  readonly #hash: Hash | undefined;
  #length = 0;

  constructor(options: PartsOptions) {
    this.#options = options;
    const algorithm = options.put?.checksum?.algorithm;
    this.#hash = algorithm === undefined ? undefined : createHash(algorithm);
  }

  add(chunk: Uint8Array): void {
    this.#hash?.update(chunk);
    this.#length += chunk.byteLength;
    const size = this.#options.put?.size;
    if (size !== undefined && this.#length > size) {
      throw this.#broken(`it has more than the ${size} bytes that were promised`);
    }
  }

  check(): void {
    const { size, checksum } = this.#options.put ?? {};
    if (size !== undefined && this.#length !== size) {
      throw this.#broken(`it has ${this.#length} bytes where ${size} were promised`);
    }
    const found = this.#hash?.digest('hex');
    if (checksum !== undefined && found !== checksum.value) {
      throw this.#broken(`its ${checksum.algorithm} is ${found}, not ${checksum.value}`);
    }
  }

  #broken(why: string): StorageError {
    const { driver, key } = this.#options;
    const message = `the source of ${JSON.stringify(key)} is not what was promised: ${why}; nothing was stored`;
    return new StorageError({ code: 'CORRUPT', op: 'put', driver, key, message });
  }
}
