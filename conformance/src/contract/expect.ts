import assert from 'node:assert/strict';
import { isStorageError } from '@dunnage/driver-api';
import type { ErrorCode, StorageError } from '@dunnage/driver-api';

/** The storage error, with one of `codes`, that `work` has to fail with. */
export async function fails(
  codes: ErrorCode | readonly ErrorCode[],
  work: () => unknown,
): Promise<StorageError> {
  const expected = typeof codes === 'string' ? [codes] : codes;
  const error = await failsSomehow(work);
  if (expected.includes(error.code)) return error;
  const message = `expected the error ${expected.join(' or ')}, not ${error.code}`;
  throw new assert.AssertionError({ message, actual: error });
}

/** The storage error, of whatever code, that `work` has to fail with. */
export async function failsSomehow(work: () => unknown): Promise<StorageError> {
  let result: unknown;
  try {
    result = await work();
  } catch (error) {
    if (isStorageError(error)) return error;
    throw new assert.AssertionError({ message: 'not a storage error', actual: error });
  }
  throw new assert.AssertionError({ message: 'it succeeds', actual: result });
}

/** Reads a stream to its end and forgets it: for streams that have to fail. */
export async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) void item;
}

/** All items of a stream. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
