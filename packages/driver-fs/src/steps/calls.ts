import fs from 'node:fs';
import { open as openHandle } from 'node:fs/promises';
import type { Dirent, Stats } from 'node:fs';
import { promisify } from 'node:util';
import { isErrno } from '../errors.ts';
import { call } from './io.ts';
import type { Io } from './io.ts';

/**
 * The few file calls that the driver makes on keys. None of them follows a symbolic link in the last
 * component: `lstat` instead of `stat`, `O_NOFOLLOW` on open.
 */

const { promises } = fs;
const openAsync = promisify(fs.open);
const closeAsync = promisify(fs.close);
const fstatAsync = promisify(fs.fstat) as (fd: number) => Promise<Stats>;

/** Spares making an error for each file that is not there. */
const NO_THROW = { throwIfNoEntry: false } as const;

/**
 * Read-only, without following a link, and without waiting: should the file have become a FIFO since
 * it was looked at, the open returns and the check after it refuses.
 */
export const READ_FLAGS: number =
  fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0);

/** The facts of the directory entry itself, or `undefined` where there is none. */
export function* lstat(path: string): Io<Stats | undefined> {
  try {
    return yield* call(
      () => fs.lstatSync(path, NO_THROW),
      () => promises.lstat(path),
    );
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Which file is at `path`, on this host: device and inode, to the last bit. `undefined` where there is none. */
export function* identify(path: string): Io<string | undefined> {
  try {
    const { dev, ino } = yield* call(
      () => fs.lstatSync(path, { bigint: true }),
      () => promises.lstat(path, { bigint: true }),
    );
    return `${dev}:${ino}`;
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** An open file's descriptor; `undefined` where there is no such file (any more). */
export function* open(path: string, flags: number): Io<number | undefined> {
  try {
    return yield* call(
      () => fs.openSync(path, flags),
      () => openAsync(path, flags),
    );
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

export function* close(fd: number): Io<void> {
  yield* call(
    () => fs.closeSync(fd),
    () => closeAsync(fd),
  );
}

export function* fstat(fd: number): Io<Stats> {
  return yield* call(
    () => fs.fstatSync(fd),
    () => fstatAsync(fd),
  );
}

/** Up to `length` bytes from the start of an open file; fewer only where the file ends. */
export function* readFully(fd: number, length: number): Io<Uint8Array<ArrayBuffer>> {
  const buffer = allocate(length);
  let filled = 0;
  while (filled < length) {
    const at = filled;
    const count = yield* call(
      () => fs.readSync(fd, buffer, at, length - at, at),
      () => readAsync(fd, buffer, at),
    );
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

/** Contents of small files share buffers: a buffer of its own costs as much as the read. */
const SLAB = 256 * 1024;
const SMALL = 16 * 1024;
let slab = new ArrayBuffer(0);
let slabUsed = 0;

function allocate(length: number): Uint8Array<ArrayBuffer> {
  if (length > SMALL) return new Uint8Array(length);
  if (slabUsed + length > slab.byteLength) {
    slab = new ArrayBuffer(SLAB);
    slabUsed = 0;
  }
  const bytes = new Uint8Array(slab, slabUsed, length);
  slabUsed += length;
  return bytes;
}

function readAsync(fd: number, buffer: Uint8Array, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(fd, buffer, at, buffer.length - at, at, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

export function* readDirectory(path: string): Io<Dirent[] | undefined> {
  try {
    return yield* call(
      () => fs.readdirSync(path, { withFileTypes: true }),
      () => promises.readdir(path, { withFileTypes: true }),
    );
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

export function* readLink(path: string): Io<string> {
  return yield* call(
    () => fs.readlinkSync(path),
    () => promises.readlink(path),
  );
}

export function* unlink(path: string): Io<void> {
  yield* call(
    () => fs.unlinkSync(path),
    () => promises.unlink(path),
  );
}

export function* rmdir(path: string): Io<void> {
  yield* call(
    () => fs.rmdirSync(path),
    () => promises.rmdir(path),
  );
}

export function* mkdir(path: string): Io<void> {
  yield* call(
    () => fs.mkdirSync(path),
    () => promises.mkdir(path),
  );
}

export function* rename(from: string, to: string): Io<void> {
  yield* call(
    () => fs.renameSync(from, to),
    () => promises.rename(from, to),
  );
}

export function* link(from: string, to: string): Io<void> {
  yield* call(
    () => fs.linkSync(from, to),
    () => promises.link(from, to),
  );
}

/** Makes a directory's entries durable. File systems that have no such thing say `EINVAL`: no error. */
export function* syncDirectory(path: string): Io<void> {
  yield* call(
    () => {
      const fd = fs.openSync(path, fs.constants.O_RDONLY);
      try {
        fs.fsyncSync(fd);
      } catch (error) {
        if (!isErrno(error, 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
      } finally {
        fs.closeSync(fd);
      }
    },
    async () => {
      await using handle = await openHandle(path, fs.constants.O_RDONLY);
      try {
        await handle.sync();
      } catch (error) {
        if (!isErrno(error, 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
      }
    },
  );
}
