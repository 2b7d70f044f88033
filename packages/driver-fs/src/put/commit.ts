import fs from 'node:fs';
import type { Stats } from 'node:fs';
import { open as openHandle } from 'node:fs/promises';
import type { Key, PutOptions, StorageError } from '@dunnage/driver-api';
import { isErrno, packError, storageError, toStorageError, unpackError } from '../errors.ts';
import { RESERVED, baseOf, directoryOf } from '../paths.ts';
import {
  identify,
  link,
  lstat,
  mkdir,
  rename,
  rmdir,
  syncDirectory,
  unlink,
} from '../steps/calls.ts';
import { call } from '../steps/io.ts';
import type { Io } from '../steps/io.ts';
import { Directories } from '../steps/directories.ts';
import { inParentOf } from '../steps/pinned.ts';
import { notAnObject, requireEtag } from '../steps/remove.ts';
import type { Root } from '../steps/root.ts';

const OP = 'put';

/** Times that the parent directory is made again, when somebody prunes it before it holds the file. */
const ATTEMPTS = 5;

type Conditions = Pick<PutOptions, 'ifAbsent' | 'ifMatch'>;

/**
 * @throws {StorageError} where `key` can't be written: it is a directory, a link or a special file, or
 * a condition is not met. Saves writing what could not be kept; {@link commit} looks again.
 */
export function* checkTarget(root: Root, key: Key, conditions: Conditions): Io<void> {
  const there = yield* new Directories(root.path, OP).exists(directoryOf(key));
  if (!there) {
    if (conditions.ifMatch !== undefined) requireEtag(OP, key, undefined, conditions.ifMatch);
    return;
  }
  yield* inParentOf(root, OP, key, (directory) =>
    examine(`${directory}/${baseOf(key)}`, key, conditions),
  );
}

/**
 * Makes the finished file `staged` the object `key`, in one step that readers see whole or not at all,
 * and makes that durable. The file is then no longer at `staged`, or is there still with `ifAbsent`.
 * @returns the facts of the object.
 */
export function* commit(root: Root, key: Key, staged: string, conditions: Conditions): Io<Stats> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    yield* makeDirectory(root, key, directoryOf(key));
    const stats = yield* inParentOf(root, OP, key, function* (directory): Io<Stats> {
      const target = `${directory}/${baseOf(key)}`;
      let source = staged;
      let stats: Stats;
      try {
        stats = yield* place(source, target, key, conditions);
      } catch (error) {
        if (!isErrno(error, 'EXDEV')) throw error;
        // Another file system, or another mount of the same one, begins below the root.
        source = yield* copyNear(directory, staged);
        try {
          stats = yield* place(source, target, key, conditions);
        } finally {
          yield* clearNear(directory, source);
        }
      }
      yield* makeDurable(directory, key);
      return stats;
    });
    if (stats !== undefined) return stats;
  }
  throw storageError({
    code: 'UNAVAILABLE',
    op: OP,
    key,
    message: `cannot put ${key}: its directory was removed each time it was made`,
  });
}

function* place(source: string, target: string, key: Key, conditions: Conditions): Io<Stats> {
  yield* examine(target, key, conditions);
  const stats = yield* lstat(source);
  if (stats === undefined) {
    throw storageError({
      code: 'UNAVAILABLE',
      op: OP,
      key,
      message: `cannot put ${key}: its temporary file was removed before it was in place`,
      retry: 'safe',
    });
  }
  if (conditions.ifAbsent !== true) {
    yield* rename(source, target);
    return stats;
  }
  try {
    // A link fails where something is; a rename would replace it.
    yield* link(source, target);
  } catch (error) {
    if (isErrno(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP')) throw noLinks(key, error);
    if (!isErrno(error, 'EEXIST')) throw error;
    // A file server whose first answer was lost was asked twice: then what is there is this very file.
    if ((yield* identify(source)) !== (yield* identify(target))) throw exists(key);
  }
  return stats;
}

/** Looks at what is in the place of the object. */
function* examine(target: string, key: Key, { ifAbsent, ifMatch }: Conditions): Io<void> {
  const stats = yield* lstat(target);
  if (stats !== undefined && !stats.isFile()) throw notAnObject(OP, key, stats);
  if (ifAbsent === true && stats !== undefined) throw exists(key);
  if (ifMatch !== undefined) requireEtag(OP, key, stats, ifMatch);
}

/** Makes the directory `name` and those above it, durably, following no link. */
function* makeDirectory(root: Root, key: Key, name: string): Io<void> {
  if (name === '' || (yield* new Directories(root.path, OP).exists(name))) return;
  yield* makeDirectory(root, key, directoryOf(name));
  yield* inParentOf(root, OP, name, function* (directory): Io<void> {
    const path = `${directory}/${baseOf(name)}`;
    try {
      yield* mkdir(path);
      yield* syncDirectory(directory);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
      const stats = yield* lstat(path);
      if (stats === undefined || stats.isDirectory()) return;
      throw storageError({
        code: 'INVALID_KEY',
        op: OP,
        key,
        message: `${key} cannot be stored: ${name} is not a directory`,
        providerCode: 'ENOTDIR',
      });
    }
  });
}

/** A durable copy of `staged` in a reserved directory in `directory`, and so in its file system. */
function* copyNear(directory: string, staged: string): Io<string> {
  const reserved = `${directory}/${RESERVED}`;
  try {
    yield* mkdir(reserved);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
  const copy = `${reserved}/${baseOf(staged)}`;
  yield* call(
    () => {
      fs.copyFileSync(staged, copy, fs.constants.COPYFILE_EXCL);
      const fd = fs.openSync(copy, fs.constants.O_RDONLY);
      fs.fsyncSync(fd);
      fs.closeSync(fd);
    },
    async () => {
      await fs.promises.copyFile(staged, copy, fs.constants.COPYFILE_EXCL);
      await using handle = await openHandle(copy, fs.constants.O_RDONLY);
      await handle.sync();
    },
  );
  return copy;
}

function* clearNear(directory: string, copy: string): Io<void> {
  try {
    yield* unlink(copy);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
  try {
    yield* rmdir(`${directory}/${RESERVED}`);
  } catch {
    // Another put uses it too.
  }
}

function* makeDurable(directory: string, key: Key): Io<void> {
  try {
    yield* syncDirectory(directory);
  } catch (error) {
    // The object is in place, but may not survive a power failure.
    throw unpackError({ ...packError(toStorageError(error, OP, key)), applied: 'unknown' });
  }
}

/** FAT, and some network and user-space file systems, have no hard links; most say `EPERM`. */
function noLinks(key: Key, cause: NodeJS.ErrnoException): StorageError {
  return storageError({
    code: 'UNSUPPORTED',
    op: OP,
    key,
    message: `cannot put ${key} only if it is absent: no hard link can be made there (${cause.code}), because the file system has none or the directory is immutable`,
    providerCode: cause.code,
    cause,
  });
}

function exists(key: Key): StorageError {
  return storageError({ code: 'ALREADY_EXISTS', op: OP, key, message: `${key} exists already` });
}
