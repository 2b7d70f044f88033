import { isErrno, storageError } from '../errors.ts';
import { directoryOf, pathOf } from '../paths.ts';
import { READ_FLAGS, close, fstat, lstat, open, readFully } from './calls.ts';
import { Directories, linkRefused } from './directories.ts';
import { factsOf } from './info.ts';
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
 * a directory, socket, FIFO or device is none. The directories on the way are the caller's to look at.
 * @throws {StorageError} `UNSUPPORTED` where it is a symbolic link.
 */
export function* statObject(root: Root, op: string, key: string): Io<FileFacts | undefined> {
  const stats = yield* lstat(pathOf(root.path, key));
  if (stats?.isSymbolicLink() === true) throw linkRefused(op, key);
  return stats?.isFile() === true ? factsOf(stats) : undefined;
}

/** Like {@link statObject}, for one key on its own: `UNSUPPORTED` also for a link on the way. */
export function* findObject(root: Root, op: string, key: string): Io<FileFacts | undefined> {
  if (!(yield* new Directories(root.path, op).exists(directoryOf(key)))) return undefined;
  return yield* statObject(root, op, key);
}

/**
 * The whole object `key`, or `undefined` where there is none. The directories on the way are the
 * caller's to look at.
 * @throws {StorageError} `TOO_LARGE`; `UNSUPPORTED` where it is a symbolic link.
 */
export function* readObject(
  root: Root,
  key: string,
  maxBytes: number,
): Io<FileContent | undefined> {
  const file = yield* openObject(root, 'read', key);
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

/** The object `key` on its own, opened to read, or `undefined` where there is none. */
export function* findAndOpen(root: Root, op: string, key: string): Io<OpenFile | undefined> {
  // Looked at first, since the mere opening of a device can have effects.
  if ((yield* findObject(root, op, key)) === undefined) return undefined;
  return yield* openObject(root, op, key);
}

/**
 * Opens `key` to read. What it is shows once it is open: the flags see to it that a link is refused
 * and that a FIFO does not wait for its writer.
 */
function* openObject(root: Root, op: string, key: string): Io<OpenFile | undefined> {
  let fd: number | undefined;
  try {
    fd = yield* open(pathOf(root.path, key), READ_FLAGS);
  } catch (error) {
    // A directory on the way that has become a link gives no such error: the kernel follows it.
    if (isErrno(error, 'ELOOP')) throw linkRefused(op, key);
    // A socket, or a device that is not there: no object.
    if (isErrno(error, 'ENXIO')) return undefined;
    throw error;
  }
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
