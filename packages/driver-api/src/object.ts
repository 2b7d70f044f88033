import type { Key } from './key.ts';

/** Content hashes that the store itself vouches for, as lower-case hex. */
export interface Checksums {
  readonly md5?: string;
  readonly sha256?: string;
  readonly crc32c?: string;
}

/** What a store knows of one object. */
export interface ObjectInfo {
  readonly key: Key;
  /** Length of the content in bytes. */
  readonly size: number;
  /**
   * When the content was last written, in milliseconds since the Unix epoch, by the store's clock.
   * A number, not a `Date`: it crosses threads and JSON unchanged and costs no object per key.
   */
  readonly modified: number;
  /**
   * Opaque token that changes whenever the object is written, usable as `ifMatch`. Never assumed to
   * be a hash; hashes are in {@link checksums}.
   */
  readonly etag?: string;
  /** Version or generation, where the store keeps them. */
  readonly version?: string;
  readonly checksums?: Checksums;
}

/** An object in a listing: with `detail: 'keys'` a driver may leave out all but the key. */
export interface ListedObject extends Partial<ObjectInfo> {
  readonly key: Key;
}

/** One version of an object in a versioned store. */
export interface VersionInfo extends ObjectInfo {
  readonly version: string;
  readonly latest: boolean;
  readonly deleteMarker: boolean;
}
