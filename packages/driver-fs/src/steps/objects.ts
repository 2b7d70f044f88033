import type { BigIntStats } from 'node:fs';
import { storageError } from '../errors.ts';
import { directoryOf, pathOf } from '../paths.ts';
import { READ_FLAGS, close, fstat, lstat, open, readFully } from './calls.ts';
import { linkRefused } from './directories.ts';
import type { Directories } from './directories.ts';
import { factsOf, identityOf } from './info.ts';
import type { FileFacts } from './info.ts';
import type { Io } from './io.ts';
import type { Root } from './root.ts';

/** A file and its content. */
export interface FileContent {
  readonly facts: FileFacts;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** An open regular file. Whoever gets it closes it. */
export interface OpenFile {
  readonly fd: number;
  readonly facts: FileFacts;
}

/**
 * The facts of the object `key`, or `undefined` where there is none. Only regular files are objects:
 * a directory, socket, FIFO or device is none.
 * @throws {StorageError} `UNSUPPORTED` where it, or a directory above it, is a symbolic link.
 */
export function* statObject(
  root: Root,
  directories: Directories,
  op: string,
  key: string,
): Io<FileFacts | undefined> {
  const stats = yield* lstatObject(root, directories, op, key);
  return stats === undefined ? undefined : factsOf(stats);
}

/** The whole object `key`, or `undefined` where there is none. @throws {StorageError} `TOO_LARGE`. */
export function* readObject(
  root: Root,
  directories: Directories,
  key: string,
  maxBytes: number,
): Io<FileContent | undefined> {
  const file = yield* openObject(root, directories, 'read', key);
  if (file === undefined) return undefined;
  try {
    const { size } = file.facts;
    if (size > maxBytes) throw tooLarge(key, size, maxBytes);
    const bytes = yield* readFully(file.fd, size);
    if (bytes.length < size) throw endedShort('read', key, bytes.length, size);
    return { facts: file.facts, bytes };
  } finally {
    yield* close(file.fd);
  }
}

/** The object `key`, opened to read; `undefined` where there is none. */
export function* openObject(
  root: Root,
  directories: Directories,
  op: string,
  key: string,
): Io<OpenFile | undefined> {
  // Looked at before it is opened, since the mere opening of a device or FIFO has effects, and again
  // after, since another file may have taken its place.
  if ((yield* lstatObject(root, directories, op, key)) === undefined) return undefined;
  const fd = yield* open(pathOf(root.path, key), READ_FLAGS);
  if (fd === undefined) return undefined;
  try {
    const stats = yield* fstat(fd);
    if (stats.isFile()) return { fd, facts: factsOf(stats) };
  } catch (error) {
    yield* close(fd);
    throw error;
  }
  yield* close(fd);
  return undefined;
}

function* lstatObject(
  root: Root,
  directories: Directories,
  op: string,
  key: string,
): Io<BigIntStats | undefined> {
  if (!(yield* directories.exists(directoryOf(key)))) return undefined;
  const stats = yield* lstat(pathOf(root.path, key));
  if (stats?.isSymbolicLink() === true) throw linkRefused(op, key);
  return stats?.isFile() === true ? stats : undefined;
}

function tooLarge(key: string, size: number, maxBytes: number): Error {
  return storageError({
    code: 'TOO_LARGE',
    op: 'read',
    key,
    message: `${key} has ${size} bytes, more than the ${maxBytes} that are read at once`,
  });
}

/** The error for a file that ended before the length it had when it was opened. */
export function endedShort(op: string, key: string, got: number, expected: number): Error {
  return storageError({
    code: 'CORRUPT',
    op,
    key,
    message: `${key} ended after ${got} of ${expected} bytes: it was cut while it was read`,
  });
}

/** True when both are the same file. */
export function sameFile(a: BigIntStats | undefined, b: BigIntStats | undefined): boolean {
  return a !== undefined && b !== undefined && identityOf(a) === identityOf(b);
}
