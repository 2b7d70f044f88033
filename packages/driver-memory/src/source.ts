import { hash } from 'node:crypto';
import type { Key, PutOptions, Source } from '@dunnage/driver-api';
import { isStorageError } from '@dunnage/driver-api';
import { storageError } from './errors.ts';
import type { Session } from './session.ts';

/**
 * All bytes of a source, which have the length and the hash that were promised.
 * @throws `CORRUPT` where they have not, `INTERNAL` with the cause where the source fails.
 */
export async function collect(
  session: Session,
  key: Key,
  source: Source,
  options: PutOptions,
): Promise<Uint8Array> {
  const bytes = source instanceof Uint8Array ? source : await drain(session, key, source, options);
  const { size, checksum } = options;
  if (size !== undefined && bytes.byteLength !== size) {
    throw corrupt(key, `it has ${bytes.byteLength} bytes where ${size} were promised`);
  }
  if (checksum !== undefined && checksum.algorithm !== 'crc32c') {
    const found = hash(checksum.algorithm, bytes);
    if (found !== checksum.value) {
      throw corrupt(key, `its ${checksum.algorithm} is ${found}, not ${checksum.value}`);
    }
  }
  return bytes;
}

async function drain(
  session: Session,
  key: Key,
  source: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const iterator = source[Symbol.asyncIterator]();
  let done = false;
  try {
    for (;;) {
      const next = await session.wait('put', options, () => read(iterator, key));
      session.check('put', options, key);
      if (next.done === true) break;
      if (!(next.value instanceof Uint8Array)) {
        const message = 'a source gives Uint8Arrays (Buffers), nothing else';
        throw storageError('INVALID_ARGUMENT', 'put', message, { key });
      }
      length += next.value.byteLength;
      if (options.size !== undefined && length > options.size) {
        throw corrupt(key, `it has more than the ${options.size} bytes that were promised`);
      }
      // A copy: the caller may use its buffer again for the next chunk.
      chunks.push(Uint8Array.from(next.value));
    }
    done = true;
  } finally {
    // Not awaited: a source that hangs would hold up the abort that it is ended by.
    if (!done) void iterator.return?.().catch(() => undefined);
  }
  return Buffer.concat(chunks, length);
}

async function read(
  iterator: AsyncIterator<Uint8Array>,
  key: Key,
): Promise<IteratorResult<Uint8Array>> {
  try {
    return await iterator.next();
  } catch (cause) {
    if (isStorageError(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `reading the source of ${JSON.stringify(key)} failed: ${why}`;
    throw storageError('INTERNAL', 'put', message, { key, cause });
  }
}

function corrupt(key: Key, why: string): Error {
  const message = `the source of ${JSON.stringify(key)} is not what was promised: ${why}; nothing was stored`;
  return storageError('CORRUPT', 'put', message, { key });
}
