import type { Capabilities } from '@dunnage/driver-api';

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;

/** What all accounts can do in listings. */
export const LIST: Omit<Capabilities['list'], 'order'> = {
  // Newer versions have a parameter for it, which servers that don't know it ignore: see decision 70.
  startAfter: false,
  resumableCursor: true,
  afterWrite: 'strong',
  afterDelete: 'strong',
  maxPageSize: 5000,
  etagInListing: true,
  checksumsInListing: ['md5'],
};

/** Most blocks of a blob. */
const MAX_BLOCKS = 50_000;
/** Up to here blocks are small, so that little is held in memory; beyond, large, so that there are not too many. */
const SMALL_UP_TO = 64 * GIBIBYTE;
const SMALL = 8 * MEBIBYTE;
const LARGE = 100 * MEBIBYTE;

/** What all accounts can do in puts. */
export const PUT: Capabilities['put'] = {
  atomic: true,
  ifAbsent: true,
  ifMatch: true,
  checksums: ['md5', 'sha256'],
  maxBytes: SMALL_UP_TO + (MAX_BLOCKS - SMALL_UP_TO / SMALL - 1) * LARGE,
};

/** Most deletes of one request. */
export const BATCH = 256;

/** Length of the block that begins at `offset`, in bytes. */
export function blockSize(offset: number): number {
  return offset < SMALL_UP_TO ? SMALL : LARGE;
}
