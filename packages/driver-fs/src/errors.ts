import { StorageError, isStorageError } from '@dunnage/driver-api';
import type { Applied, ErrorCode, Retry, StorageErrorInit } from '@dunnage/driver-api';

export const DRIVER = 'fs';

/** What an errno means in the contract's terms. */
interface Meaning {
  readonly code: ErrorCode;
  /** Why it failed and what to do, in words that follow "cannot … KEY: ". */
  readonly why: string;
  readonly retry?: Retry;
  /** A change that ends so may have been made all the same: the answer was lost on its way. */
  readonly lost?: true;
}

const NETWORK: Meaning = {
  code: 'UNAVAILABLE',
  why: 'the file server does not answer',
  lost: true,
};
const NO_SUPPORT: Meaning = {
  code: 'UNSUPPORTED',
  why: 'this file system has no such operation',
};
const FULL: Pick<Meaning, 'code' | 'retry'> = { code: 'EXHAUSTED', retry: 'never' };

/** The one table from errno to contract error. What it does not name is `INTERNAL`. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOENT: { code: 'NOT_FOUND', why: 'there is no such file' },
  EEXIST: { code: 'ALREADY_EXISTS', why: 'it exists already' },
  EACCES: {
    code: 'PERMISSION_DENIED',
    why: 'permission denied; run as the user that owns the files, or give this one access',
  },
  EPERM: {
    code: 'PERMISSION_DENIED',
    why: 'not permitted; the file may be immutable (lsattr) or belong to somebody else',
  },
  EROFS: { code: 'READ_ONLY', why: 'the file system is mounted read-only' },
  ENOTDIR: {
    code: 'INVALID_KEY',
    why: 'a part of its path is a file; here an object cannot also be a directory of objects',
  },
  EISDIR: {
    code: 'INVALID_KEY',
    why: 'it is a directory; here an object cannot also be a directory of objects',
  },
  ENOTEMPTY: { code: 'INVALID_KEY', why: 'it is a directory that is not empty' },
  ELOOP: { code: 'UNSUPPORTED', why: 'it is a symbolic link, and links are not followed' },
  EXDEV: {
    code: 'UNSUPPORTED',
    why: 'it would have to cross from one file system or mount to another',
  },
  ENOSYS: NO_SUPPORT,
  ENOTSUP: NO_SUPPORT,
  EOPNOTSUPP: NO_SUPPORT,
  ENAMETOOLONG: { code: 'INVALID_KEY', why: 'its name is longer than the file system allows' },
  EILSEQ: { code: 'INVALID_KEY', why: 'its name has characters that the file system refuses' },
  EFBIG: { code: 'TOO_LARGE', why: 'it is larger than the file system or the limits allow' },
  EMFILE: {
    code: 'EXHAUSTED',
    why: 'this process has too many files open; lower the concurrency or raise "ulimit -n"',
  },
  ENFILE: {
    code: 'EXHAUSTED',
    why: 'the system has too many files open; lower the concurrency or raise fs.file-max',
  },
  ENOMEM: { code: 'EXHAUSTED', why: 'the system is out of memory' },
  ENOSPC: { ...FULL, why: 'no space (or no inode) is left on the file system' },
  EDQUOT: { ...FULL, why: 'the disk quota is used up' },
  EMLINK: { ...FULL, why: 'the file system allows no more entries or links there' },
  EIO: {
    code: 'UNAVAILABLE',
    why: 'the disk or the file server reports an I/O error; look at the kernel log',
    lost: true,
  },
  ESTALE: {
    code: 'UNAVAILABLE',
    why: 'the file server no longer knows the file (stale handle); it was replaced or exported anew',
    retry: 'safe',
    lost: true,
  },
  ETIMEDOUT: { code: 'TIMEOUT', why: 'the file server did not answer in time', lost: true },
  EHOSTDOWN: NETWORK,
  EHOSTUNREACH: NETWORK,
  ENETDOWN: NETWORK,
  ENETUNREACH: NETWORK,
  ENOTCONN: NETWORK,
  ECONNRESET: NETWORK,
  EREMOTEIO: NETWORK,
  ENODEV: { code: 'UNAVAILABLE', why: 'the device is gone' },
  ENXIO: { code: 'UNAVAILABLE', why: 'the device is gone' },
  EBUSY: { code: 'UNAVAILABLE', why: 'it is in use (a mount point, say)' },
  ETXTBSY: { code: 'UNAVAILABLE', why: 'it is in use' },
  EAGAIN: { code: 'UNAVAILABLE', why: 'the system asks to try again', retry: 'safe' },
  EINTR: { code: 'UNAVAILABLE', why: 'the call was interrupted', retry: 'safe' },
};

/** Verbs of the driver that change something. */
const CHANGES = new Set(['put', 'delete', 'pruneEmptyDirectories']);

/** What verbs do, for people. */
const WORDS: Readonly<Record<string, string>> = {
  children: 'list',
  get: 'read',
  put: 'write',
  stat: 'look at',
  pruneEmptyDirectories: 'remove',
};

/** True for an error of Node's file system with one of `codes`. */
export function isErrno(
  error: unknown,
  ...codes: readonly string[]
): error is NodeJS.ErrnoException {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

/** A contract error of this driver. */
export function storageError(
  init: Omit<StorageErrorInit, 'driver' | 'message'> & { readonly message: string },
): StorageError {
  return new StorageError({ ...init, driver: DRIVER });
}

/**
 * Any error as a contract error: those of the contract stay as they are, those of the file system are
 * looked up in the table, and what is left is `INTERNAL`.
 */
export function toStorageError(error: unknown, op: string, key?: string): StorageError {
  if (isStorageError(error)) return error;
  const errno = (error as NodeJS.ErrnoException | undefined)?.code;
  const meaning = errno === undefined ? undefined : MEANINGS[errno];
  const why = meaning?.why ?? (error instanceof Error ? error.message : String(error));
  const applied: Applied =
    CHANGES.has(op) && (meaning === undefined || meaning.lost === true) ? 'unknown' : 'no';
  return storageError({
    code: meaning?.code ?? 'INTERNAL',
    op,
    key,
    message: `cannot ${WORDS[op] ?? op} ${named(key)}: ${why}${errno === undefined ? '' : ` (${errno})`}`,
    applied,
    retry: meaning?.retry,
    providerCode: errno,
    cause: error,
  });
}

/** A key as it stands in messages. */
function named(key: string | undefined): string {
  return key === undefined || key === '' ? 'the root directory' : key;
}

/** A {@link StorageError} as plain data that crosses threads; its cause does not. */
export type PackedError = StorageErrorInit;

export function packError(error: StorageError): PackedError {
  const { code, message, op, driver, key, applied, retry, providerCode } = error;
  return { code, message, op, driver, key, applied, retry, providerCode };
}

export function unpackError(packed: PackedError): StorageError {
  return new StorageError(packed);
}
