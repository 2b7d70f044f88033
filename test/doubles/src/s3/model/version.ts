import type { Checksum } from '../checksums.ts';
import type { Retention } from '../options.ts';

/** An object at one time. */
export interface ObjectVersion {
  readonly kind: 'object';
  /** `null` for what was written without versioning. */
  readonly versionId: string;
  readonly bytes: Buffer;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
  /** Answered with the object: content-type, x-amz-meta-…, as they came. */
  readonly headers: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly encryption: 'AES256' | 'aws:kms';
  readonly checksum: Checksum | undefined;
  /** Where the parts of a multipart upload end, in order; `undefined` for what was put whole. */
  readonly partEnds: readonly number[] | undefined;
  readonly retention: Retention | undefined;
  readonly legalHold: boolean;
}

/** Says that the object was deleted, where versions are kept. */
export interface DeleteMarker {
  readonly kind: 'marker';
  readonly versionId: string;
  readonly modifiedMs: number;
}

export type Version = ObjectVersion | DeleteMarker;

/** The version of objects that were written without versioning. */
export const NULL_VERSION = 'null';
