import type { Stats } from 'node:fs';
import { isErrno, storageError } from '../errors.ts';
import { baseOf } from '../paths.ts';
import { lstat, rmdir, unlink } from './calls.ts';
import { linkRefused } from './directories.ts';
import { etagOf, factsOf } from './info.ts';
import type { Io } from './io.ts';
import { inParentOf } from './pinned.ts';
import type { Root } from './root.ts';

/**
 * Deletes the object `key`, with `ifMatch` only while it has that etag.
 * @returns false where there is no such object.
 * @throws {StorageError} `PRECONDITION_FAILED`; `INVALID_KEY` for a directory, `UNSUPPORTED` for a
 * link or a special file.
 */
export function* deleteObject(root: Root, key: string, ifMatch: string | undefined): Io<boolean> {
  const op = 'delete';
  const deleted = yield* inParentOf(root, op, key, function* (directory): Io<boolean> {
    const path = `${directory}/${baseOf(key)}`;
    const stats = yield* lstat(path);
    if (stats === undefined) return false;
    if (!stats.isFile()) throw notAnObject(op, key, stats);
    if (ifMatch !== undefined) requireEtag(op, key, stats, ifMatch);
    try {
      yield* unlink(path);
      return true;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return false;
      throw error;
    }
  });
  return deleted ?? false;
}

/** Removes the directory `name` if it is empty. @returns whether it was removed. */
export function* removeEmptyDirectory(root: Root, name: string): Io<boolean> {
  const op = 'pruneEmptyDirectories';
  const removed = yield* inParentOf(root, op, name, function* (directory): Io<boolean> {
    try {
      yield* rmdir(`${directory}/${baseOf(name)}`);
      return true;
    } catch (error) {
      // Not empty (POSIX allows two codes), not there, not a directory, or a mount point.
      if (isErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EBUSY')) return false;
      throw error;
    }
  });
  return removed ?? false;
}

/** @throws {StorageError} `PRECONDITION_FAILED` unless the file has the etag. */
export function requireEtag(
  op: string,
  key: string,
  stats: Stats | undefined,
  ifMatch: string,
): void {
  const etag = stats === undefined ? undefined : etagOf(factsOf(stats));
  if (etag === ifMatch) return;
  throw storageError({
    code: 'PRECONDITION_FAILED',
    op,
    key,
    message:
      etag === undefined
        ? `${key} is gone; it was expected with the etag ${ifMatch}`
        : `${key} has changed: its etag is ${etag}, not ${ifMatch}`,
  });
}

/** The error for a key that names something else than a regular file. */
export function notAnObject(op: string, key: string, stats: Stats): Error {
  if (stats.isSymbolicLink()) return linkRefused(op, key);
  const directory = stats.isDirectory();
  return storageError({
    code: directory ? 'INVALID_KEY' : 'UNSUPPORTED',
    op,
    key,
    message: directory
      ? `${key} is a directory, not an object; here an object cannot also be a directory of objects`
      : `${key} is a special file (a socket, FIFO or device), not an object`,
    providerCode: directory ? 'EISDIR' : undefined,
  });
}
