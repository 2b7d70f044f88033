import type { Checksum } from '../checksums.ts';
import type { Retention } from '../options.ts';

export type Encryption = 'AES256' | 'aws:kms' | 'aws:kms:dsse';

/** What is remembered of a part. */
export interface PartOfObject {
  /** Offset in bytes behind its last one. */
  readonly end: number;
  /** Base64, where clients gave or asked for one. */
  readonly checksum: string | undefined;
}

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
  readonly encryption: Encryption;
  /** Of the key, where KMS has one. */
  readonly kmsKeyId: string | undefined;
  readonly checksum: Checksum | undefined;
  /** The parts of a multipart upload, in order; `undefined` for what was put whole. */
  readonly parts: readonly PartOfObject[] | undefined;
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

/** Whether it has to be restored before it can be read. */
export function isArchived({ storageClass }: ObjectVersion): boolean {
  return storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';
}

/** The version of objects that were written without versioning. */
export const NULL_VERSION = 'null';
