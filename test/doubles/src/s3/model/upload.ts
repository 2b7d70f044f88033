import type { ChecksumAlgorithm, ChecksumType } from '../checksums.ts';
import type { ObjectVersion } from './version.ts';

export interface Part {
  readonly number: number;
  readonly bytes: Buffer;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedMs: number;
  /** Base64, by the algorithm of the upload if the client chose one. */
  readonly checksum: string | undefined;
}

export interface ChosenChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
}

/** A multipart upload that is neither completed nor aborted. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  /** Milliseconds since the epoch: completed, the object bears this time. */
  readonly initiatedMs: number;
  /** The bucket's count of changes at that time. */
  readonly initiatedAt: number;
  readonly facts: Pick<
    ObjectVersion,
    'headers' | 'storageClass' | 'encryption' | 'kmsKeyId' | 'retention' | 'legalHold'
  >;
  /** What the client chose; parts and completion are held to it. Without, S3 uses CRC64NVME by itself. */
  readonly checksum: ChosenChecksum | undefined;
  readonly parts: Map<number, Part>;
}
