import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { isStorageError, unsupported } from '@dunnage/driver-api';
import type { Key, PutOptions, Source } from '@dunnage/driver-api';
import type { Client } from '../client.ts';
import { DRIVER, storageError } from '../errors.ts';

const OP = 'put';

/** Checksums that a put can check. */
export const CHECKSUMS = ['md5', 'sha256'] as const;

/** @throws {StorageError} `INVALID_ARGUMENT` or `UNSUPPORTED` for options that can't be honoured. */
export function checkPutOptions(key: Key, options: PutOptions): void {
  const { size, checksum, ifAbsent, ifMatch } = options;
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) {
    throw invalid(key, `size is a number of bytes, not ${size}`);
  }
  if (ifAbsent === true && ifMatch !== undefined) {
    throw invalid(key, 'ifAbsent and ifMatch exclude each other');
  }
  if (checksum !== undefined && !(CHECKSUMS as readonly string[]).includes(checksum.algorithm)) {
    throw unsupported(DRIVER, OP, `${checksum.algorithm} checksums`);
  }
}

/**
 * Writes `source` to `handle` as it comes and checks it against what was promised.
 * @throws {StorageError} `CORRUPT` when its size or checksum is another one.
 */
export async function writeContent(
  client: Client,
  handle: FileHandle,
  key: Key,
  source: Source,
  options: PutOptions,
): Promise<void> {
  const { size, checksum, signal } = options;
  const hash = checksum === undefined ? undefined : createHash(checksum.algorithm);
  let written = 0;
  for await (const chunk of chunksOf(client, key, source, signal)) {
    if (!(chunk instanceof Uint8Array))
      throw invalid(key, 'the source gave something else than bytes');
    // Nothing but the source's end can say how long it is: one that is too long is stopped early.
    if (size !== undefined && written + chunk.length > size) {
      throw corrupt(key, `its source has more than the ${size} bytes promised`);
    }
    hash?.update(chunk);
    for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
    written += chunk.length;
  }
  if (size !== undefined && written !== size) {
    throw corrupt(key, `its source ended after ${written} of the ${size} bytes promised`);
  }
  const actual = hash?.digest('hex');
  if (checksum !== undefined && actual !== checksum.value) {
    throw corrupt(key, `its ${checksum.algorithm} is ${actual}, not ${checksum.value}`);
  }
}

/** The chunks of `source`; an interruption does not wait for the next one. */
async function* chunksOf(
  client: Client,
  key: Key,
  source: Source,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (source instanceof Uint8Array) {
    yield source;
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await client.race(OP, signal, key, nextOf(iterator, key));
      if (next.done === true) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    // Not waited for: a source that hangs would hang the interruption too.
    if (!ended) void (async () => iterator.return?.())().catch(() => {});
  }
}

/** The next chunk. Its source's errors are its own: an ENOENT there says nothing about `key`. */
async function nextOf(
  iterator: AsyncIterator<Uint8Array>,
  key: Key,
): Promise<IteratorResult<Uint8Array>> {
  try {
    return await iterator.next();
  } catch (cause) {
    if (isStorageError(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `${key} was not stored: its source failed: ${why}`;
    throw storageError({ code: 'INTERNAL', op: OP, key, message, cause });
  }
}

function corrupt(key: Key, why: string): Error {
  return storageError({
    code: 'CORRUPT',
    op: OP,
    key,
    message: `${key} was not stored: ${why}`,
  });
}

function invalid(key: Key, message: string): Error {
  return storageError({ code: 'INVALID_ARGUMENT', op: OP, key, message });
}
