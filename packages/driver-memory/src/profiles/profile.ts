import type { Capabilities } from '@dunnage/driver-api';

export type ProfileName = 's3' | 's3-versioned' | 'gcs' | 'azure' | 'fs' | 'eventual' | 'plain';

/** Which store the memory driver imitates, and how. */
export interface Profile {
  readonly name: ProfileName;
  readonly capabilities: Capabilities;
  /** What an etag is made of: the content, the act of writing, or nothing at all. */
  readonly etag: 'content' | 'write' | 'none';
  /** Does every write get a version (a generation) that `stat`, `get` and `delete` take? */
  readonly versioned: boolean;
  /** What becomes of content that is overwritten or deleted. */
  readonly keeps: 'nothing' | 'versions' | 'soft-deleted';
  /** After how many further operations, or milliseconds, readers see a write or a delete. */
  readonly lag?: Lag;
  readonly copy: boolean;
  readonly move: boolean;
}

/** How far readers lag behind writers. */
export type Lag = { readonly operations: number } | { readonly ms: number };

/** What all object stores of the profiles have in common. */
export const OBJECT_STORE: Capabilities = {
  list: {
    order: 'utf8-bytes',
    startAfter: true,
    resumableCursor: true,
    afterWrite: 'strong',
    afterDelete: 'strong',
    maxPageSize: 1000,
    etagInListing: true,
    checksumsInListing: ['md5'],
  },
  read: { afterWrite: 'strong', ifMatch: true },
  put: { atomic: true, ifAbsent: true, ifMatch: true, checksums: ['md5', 'sha256'] },
  delete: { batchMax: 1000, reportsMissing: false, ifMatch: true, freesSpace: 'immediately' },
  versions: 'none',
  retention: 'none',
  keys: {
    maxBytes: 1024,
    caseSensitive: true,
    normalizes: 'none',
    objectAndPrefixMayCoexist: true,
  },
  emptyDirectories: false,
  modifiedResolutionMs: 1,
  shared: false,
};
