import type { BigIntStats } from 'node:fs';
import type { Key, ObjectInfo } from '@dunnage/driver-api';

/** What of a file's facts makes an object's; plain and small, since it crosses threads in bulk. */
export interface FileFacts {
  readonly size: number;
  readonly modified: number;
  readonly etag: string;
}

/**
 * The facts of a regular file. The etag is made of size, modification time to the nanosecond and
 * inode: a write in place changes the time, a rename over the file changes the inode.
 */
export function factsOf(stats: BigIntStats): FileFacts {
  return {
    size: Number(stats.size),
    modified: Number(stats.mtimeNs / 1_000_000n),
    etag: `${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}-${stats.ino.toString(36)}`,
  };
}

export function infoOf(key: Key, { size, modified, etag }: FileFacts): ObjectInfo {
  return { key, size, modified, etag };
}

/** Which file it is, on this host: device and inode. */
export function identityOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`;
}
