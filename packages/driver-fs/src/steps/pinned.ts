import fs from 'node:fs';
import { storageError } from '../errors.ts';
import { directoryOf, pathOf } from '../paths.ts';
import { close, open, readLink } from './calls.ts';
import { Directories } from './directories.ts';
import type { Io } from './io.ts';
import type { Root } from './root.ts';

/** Linux: a descriptor that only names a file. It needs no right to read the directory. */
const O_PATH = 0o10000000;

/**
 * Runs `use` in the directory `name`, so that nobody can turn a directory on the way into a symbolic
 * link between the check and the change. Linux offers that through `/proc/self/fd`: the directory is
 * held open, its place in the tree is read back, and names are resolved from it. Elsewhere the
 * directories are checked immediately before.
 *
 * @param use gets the path that stands for the directory.
 * @returns `undefined` where the directory does not exist.
 * @throws {StorageError} `UNSUPPORTED` for a symbolic link on the way.
 */
function* inDirectory<T>(
  root: Root,
  op: string,
  name: string,
  use: (directory: string) => Io<T>,
): Io<T | undefined> {
  const path = pathOf(root.path, name);
  if (!root.procFd) {
    const there = yield* new Directories(root.path, op).exists(name);
    return there ? yield* use(path) : undefined;
  }
  const { O_DIRECTORY, O_NOFOLLOW } = fs.constants;
  let fd: number | undefined;
  try {
    fd = yield* open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    // The last component may be a link: say so by name.
    yield* new Directories(root.path, op).exists(name);
    throw error;
  }
  if (fd === undefined) {
    // ENOTDIR is also what a link in the last place gives: say so by name.
    yield* new Directories(root.path, op).exists(name);
    return undefined;
  }
  try {
    const directory = `/proc/self/fd/${fd}`;
    const real = yield* readLink(directory);
    if (real === path) return yield* use(directory);
    // A link above, by far most often: say which.
    yield* new Directories(root.path, op).exists(name);
    if (real === `${path} (deleted)`) return undefined;
    throw storageError({
      code: 'UNAVAILABLE',
      op,
      key: name,
      message: `the directory ${name} is really ${real}: it was moved meanwhile, or its name is spelled otherwise`,
      retry: 'safe',
    });
  } finally {
    yield* close(fd);
  }
}

/** {@link inDirectory} for the directory that holds `key`. */
export function inParentOf<T>(
  root: Root,
  op: string,
  key: string,
  use: (directory: string) => Io<T>,
): Io<T | undefined> {
  return inDirectory(root, op, directoryOf(key), use);
}

/** Can `/proc/self/fd` be relied on for `path`? */
export function probeProcFd(path: string): boolean {
  if (process.platform !== 'linux') return false;
  let fd: number | undefined;
  try {
    fd = fs.openSync(path, O_PATH | fs.constants.O_DIRECTORY);
    return fs.readlinkSync(`/proc/self/fd/${fd}`) === path;
  } catch {
    return false;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}
