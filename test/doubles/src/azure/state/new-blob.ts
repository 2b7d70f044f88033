import type { Account } from './account.ts';
import type { Blob, BlobType, ContentHeaders } from './blob.ts';
import { Lease } from './lease.ts';
import { etagOf } from './ticker.ts';

/** A state with an etag of its own, written now. */
export function newBlob(
  account: Account,
  type: BlobType,
  content: Buffer,
  facts: Partial<Blob> = {},
): Blob {
  const now = account.ticker.now();
  return {
    type,
    content,
    created: now,
    modified: now,
    etag: etagOf(account.ticker.next()),
    headers: noHeaders,
    metadata: new Map(),
    tags: new Map(),
    blocks: [],
    tier: undefined,
    lease: new Lease(),
    copy: undefined,
    sealed: false,
    directory: false,
    versionId: undefined,
    snapshot: undefined,
    deleted: undefined,
    immutable: undefined,
    legalHold: false,
    ...facts,
  };
}

/** The entry that a hierarchical namespace has for a directory. */
export function directoryBlob(account: Account, metadata?: ReadonlyMap<string, string>): Blob {
  return newBlob(account, 'BlockBlob', Buffer.alloc(0), {
    directory: true,
    metadata: new Map([...(metadata ?? []), ['hdi_isfolder', 'true']]),
  });
}

const noHeaders: ContentHeaders = {
  contentType: undefined,
  contentEncoding: undefined,
  contentLanguage: undefined,
  contentDisposition: undefined,
  cacheControl: undefined,
  contentMd5: undefined,
};
