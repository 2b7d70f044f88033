/**
 * What a driver says of the store behind it, per instance: the same driver differs by endpoint,
 * bucket settings and permissions. Plain values; whoever relies on one may probe it.
 */
export interface Capabilities {
  readonly list: {
    /** `'utf8-bytes'`: recursive listings come in UTF-8 byte order of keys, across pages. */
    readonly order: 'utf8-bytes' | 'none';
    readonly startAfter: boolean;
    /** A cursor works in another process. */
    readonly resumableCursor: boolean;
    readonly afterWrite: Consistency;
    readonly afterDelete: Consistency;
    readonly maxPageSize: number;
    /** `detail: 'full'` carries an etag for each object. */
    readonly etagInListing: boolean;
    /** Which of {@link Checksums} a full listing carries, for most objects at least. */
    readonly checksumsInListing: readonly ('md5' | 'sha256' | 'crc32c')[];
  };
  readonly read: {
    readonly afterWrite: Consistency;
    readonly ifMatch: boolean;
  };
  readonly put: {
    /** Readers see the old or the new object, whole, never a part. */
    readonly atomic: boolean;
    readonly ifAbsent: boolean;
    readonly ifMatch: boolean;
    readonly checksums: readonly ('md5' | 'sha256' | 'crc32c')[];
    readonly maxBytes?: number;
  };
  readonly delete: {
    /** Objects per request to the store; 1 where it has no bulk delete. */
    readonly batchMax: number;
    readonly reportsMissing: boolean;
    readonly ifMatch: boolean;
    readonly freesSpace: 'immediately' | 'after-retention' | 'never' | 'unknown';
  };
  readonly versions: 'none' | 'enabled' | 'suspended' | 'unknown';
  readonly retention: 'none' | 'possible' | 'unknown';
  readonly keys: {
    readonly maxBytes: number;
    readonly maxSegmentBytes?: number;
    readonly caseSensitive: boolean;
    readonly normalizes: 'none' | 'nfc' | 'nfd' | 'unknown';
    /** `a` and `a/b` can both be objects. */
    readonly objectAndPrefixMayCoexist: boolean;
  };
  /** Directories exist without objects in them, and stay when the last object goes. */
  readonly emptyDirectories: boolean;
  /** Granularity of `modified`, in milliseconds. */
  readonly modifiedResolutionMs: number;
  /** Other processes and hosts see the same storage. */
  readonly shared: boolean;
}

/** `'strong'`: what was written is seen at once, by everyone. */
export type Consistency = 'strong' | 'eventual';
