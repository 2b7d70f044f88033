import { createHash, randomUUID } from 'node:crypto';
import { link, lstat, open, rename, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno, storageError } from '../errors.ts';

/** A lock is held for two file calls. One this old belongs to a process that is gone. */
const STALE_MS = 30_000;
/** Longest wait; longer than a stale lock lasts. */
const PATIENCE_MS = 2 * STALE_MS;
const PAUSE_MS = 20;

/** Where and until when a lock is tried for. */
export interface LockOptions {
  /** The reserved directory. */
  readonly directory: string;
  readonly key: string;
  /** The store's clock, in milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Throws when the operation is to end. */
  readonly check: () => void;
}

/**
 * Runs `work` while no other conditional write of the same key does, in any process: file systems
 * have no "replace if unchanged", so the check and the replacing must not be come between.
 */
export async function withKeyLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  const name = createHash('sha256').update(options.key).digest('hex');
  const path = `${options.directory}/lock-${name}`;
  const inode = await acquire(path, options);
  try {
    return await work();
  } finally {
    // A lock that was taken for stale and over is no longer ours.
    if ((await inodeOf(path)) === inode) await unlink(path).catch(() => {});
  }
}

async function acquire(path: string, options: LockOptions): Promise<bigint> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    options.check();
    try {
      await using handle = await open(path, 'wx');
      return (await handle.stat({ bigint: true })).ino;
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
    if (await breakStale(path, options)) continue;
    if (performance.now() > deadline) {
      throw storageError({
        code: 'UNAVAILABLE',
        op: 'put',
        key: options.key,
        message: `cannot put ${options.key}: others keep writing it (${path})`,
      });
    }
    await sleep(PAUSE_MS);
  }
}

/** @returns true when the lock was removed. */
async function breakStale(path: string, { now }: LockOptions): Promise<boolean> {
  const stats = await lstat(path, { bigint: true }).catch(() => undefined);
  if (stats === undefined) return true;
  if (now() - Number(stats.mtimeMs) < STALE_MS) return false;
  // Two may find it stale. Each takes away what is there and looks at what it got.
  const taken = `${path}-${randomUUID()}`;
  try {
    await rename(path, taken);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return true;
    throw error;
  }
  // A new lock of somebody else's: put it back.
  if ((await inodeOf(taken)) !== stats.ino) await link(taken, path).catch(() => {});
  await unlink(taken);
  return true;
}

async function inodeOf(path: string): Promise<bigint | undefined> {
  const stats = await lstat(path, { bigint: true }).catch(() => undefined);
  return stats?.ino;
}
