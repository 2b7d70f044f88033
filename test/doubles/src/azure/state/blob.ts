import type { Lease } from './lease.ts';
import { stampOf, ticksOf } from './ticker.ts';

export type BlobType = 'BlockBlob' | 'AppendBlob';

export interface Block {
  readonly id: string;
  readonly bytes: Buffer;
}

/** What `x-ms-blob-*` headers set. */
export interface ContentHeaders {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly contentLanguage: string | undefined;
  readonly contentDisposition: string | undefined;
  readonly cacheControl: string | undefined;
  /** Base64. */
  readonly contentMd5: string | undefined;
}

export interface CopyState {
  readonly id: string;
  readonly source: string;
  status: 'pending' | 'success' | 'aborted';
  /** Answers that still say `pending`. */
  answersLeft: number;
  /** What the copy brings, while it is on its way. */
  readonly arriving: Buffer;
  completed: number | undefined;
}

/** One state of a blob: the current one, an older version, a snapshot, or a deleted one of these. */
export interface Blob {
  readonly type: BlobType;
  content: Buffer;
  /** Milliseconds since 1970. */
  created: number;
  modified: number;
  etag: string;
  headers: ContentHeaders;
  metadata: ReadonlyMap<string, string>;
  tags: ReadonlyMap<string, string>;
  blocks: readonly Block[];
  tier: string | undefined;
  lease: Lease;
  copy: CopyState | undefined;
  sealed: boolean;
  readonly directory: boolean;
  versionId: string | undefined;
  snapshot: string | undefined;
  /** When it was soft-deleted and until when it is kept, in milliseconds since 1970. */
  deleted: { readonly at: number; readonly until: number } | undefined;
  /** A policy of its own. */
  immutable: { readonly until: number; readonly mode: 'unlocked' | 'locked' } | undefined;
  legalHold: boolean;
}

/** All that is stored under one name. */
export interface Entry {
  readonly name: string;
  current: Blob | undefined;
  /** Older versions, snapshots and what was soft-deleted, oldest first. */
  past: Blob[];
  /** Blocks that were put and not yet committed, by their id. */
  readonly staged: Map<string, Block>;
}

/** Tells the states of one name apart and orders them, in listings and markers. */
export function stateStamp(blob: Blob): string {
  // A deleted base comes after all versions and snapshots; there can be several.
  const deleted = `9998${stampOf(ticksOf(blob.etag)).slice(4)}`;
  return blob.snapshot ?? blob.versionId ?? (blob.deleted === undefined ? lastStamp : deleted);
}

/** Comes after all stamps: the base blob is the last of its name. */
export const lastStamp = '9999-12-31T23:59:59.9999999Z';
