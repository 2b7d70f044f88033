import type { ChecksumAlgorithm, ChecksumType } from '../checksums.ts';
import type { ObjectVersion } from './version.ts';

export interface Part {
  readonly number: number;
  readonly bytes: Buffer;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedMs: number;
  /** Base64, by the algorithm of the upload. */
  readonly checksum: string | undefined;
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
    'headers' | 'storageClass' | 'encryption' | 'retention' | 'legalHold'
  >;
  readonly algorithm: ChecksumAlgorithm;
  readonly checksumType: ChecksumType;
  /** Whether the client chose the algorithm; parts and completion are then held to it. */
  readonly checksumChosen: boolean;
  readonly parts: Map<number, Part>;
}
