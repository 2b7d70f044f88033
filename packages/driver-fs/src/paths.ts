import { explainInvalidKey } from '@dunnage/driver-api';
import type { StorageError } from '@dunnage/driver-api';
import { storageError } from './errors.ts';

/**
 * Name of the directories that hold files which are not objects (yet): unfinished writes and locks.
 * Listings skip it and no key may have it as a segment, at any depth.
 */
export const RESERVED = '.dunnage-tmp';

/** Longest name of a file, in bytes, on the file systems in use. */
export const MAX_SEGMENT_BYTES = 255;

/** Longest path, in bytes, that the kernel takes: `PATH_MAX` without the final NUL. */
const MAX_PATH_BYTES = 4095;

const SLASH = 0x2f;
const DOT = 0x2e;

/** The absolute path of a key, or of a prefix without its final slash; `''` is the root itself. */
export function pathOf(root: string, name: string): string {
  if (name === '') return root;
  return root === '/' ? `/${name}` : `${root}/${name}`;
}

/** The key of the directory that holds `key`, without a slash; `''` for the root. */
export function directoryOf(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('/')));
}

/** The last segment of a key. */
export function baseOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** Longest key, in bytes, below `root`. */
export function maxKeyBytes(root: string): number {
  return MAX_PATH_BYTES - Buffer.byteLength(root) - 1;
}

/**
 * True for names that are surely well: ASCII without a NUL, no empty segment and none that begins with
 * a dot, none too long. Of others the rules are gone through one by one.
 */
function isPlain(name: unknown, maxBytes: number): boolean {
  if (typeof name !== 'string' || name.length > maxBytes) return false;
  let length = 0;
  for (let index = 0; index < name.length; index++) {
    const unit = name.charCodeAt(index);
    if (unit === SLASH) {
      if (length === 0) return false;
      length = 0;
    } else {
      if (unit === 0 || unit >= 0x80 || (unit === DOT && length === 0)) return false;
      if (++length > MAX_SEGMENT_BYTES) return false;
    }
  }
  return length > 0;
}

/** An `INVALID_KEY` error where `key` can't name an object below `root`; no file is touched. */
export function refuseKey(root: string, op: string, key: unknown): StorageError | undefined {
  if (isPlain(key, MAX_PATH_BYTES - root.length * 3 - 1)) return undefined;
  return refuse(op, key, explainInvalidKey(key) ?? explainUnusable(root, key as string));
}

/** The same for a prefix: `''`, or a key followed by `/`. */
export function refusePrefix(root: string, op: string, prefix: unknown): StorageError | undefined {
  if (prefix === '') return undefined;
  if (typeof prefix !== 'string' || !prefix.endsWith('/')) {
    return refuse(op, prefix, 'a prefix ends with "/"');
  }
  const name = prefix.slice(0, -1);
  if (isPlain(name, MAX_PATH_BYTES - root.length * 3 - 1)) return undefined;
  return refuse(op, prefix, explainInvalidKey(name) ?? explainUnusable(root, name));
}

function explainUnusable(root: string, name: string): string | undefined {
  if (name.includes(RESERVED) && name.split('/').includes(RESERVED)) {
    return `the name "${RESERVED}" is reserved for unfinished writes`;
  }
  // A UTF-16 unit is at most three bytes: short names need no exact count.
  if (name.length * 3 <= MAX_SEGMENT_BYTES) return undefined;
  if (Buffer.byteLength(name) > maxKeyBytes(root)) {
    return `with the root it is longer than the ${MAX_PATH_BYTES} bytes of a path`;
  }
  if (name.split('/').some((segment) => Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)) {
    return `one of its segments is longer than ${MAX_SEGMENT_BYTES} bytes`;
  }
  return undefined;
}

function refuse(op: string, key: unknown, why: string | undefined): StorageError | undefined {
  if (why === undefined) return undefined;
  const text = typeof key === 'string' ? key : String(key);
  return storageError({
    code: 'INVALID_KEY',
    op,
    key: text,
    message: `${JSON.stringify(text)} cannot be used: ${why}`,
  });
}
