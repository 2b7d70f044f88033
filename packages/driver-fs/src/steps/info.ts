import type { Stats } from 'node:fs';
import type { Key, ObjectInfo } from '@dunnage/driver-api';

/** What of a file's facts makes an object's: three numbers, since they cross threads in bulk. */
export interface FileFacts {
  /** Bytes. */
  readonly size: number;
  /** Last modification, in milliseconds with fractions: a double tells quarters of a microsecond apart. */
  readonly mtimeMs: number;
  readonly inode: number;
}

/** The facts of a regular file. */
export function factsOf({ size, mtimeMs, ino }: Stats): FileFacts {
  return { size, mtimeMs, inode: ino };
}

/**
 * The etag of a file: a write in place changes the time, a rename over the file changes the inode.
 * Every verb makes it here, so that they agree.
 */
export function etagOf({ size, mtimeMs, inode }: FileFacts): string {
  return `${size}-${mtimeMs}-${inode}`;
}

export function infoOf(key: Key, facts: FileFacts): ObjectInfo {
  return { key, size: facts.size, modified: Math.floor(facts.mtimeMs), etag: etagOf(facts) };
}
