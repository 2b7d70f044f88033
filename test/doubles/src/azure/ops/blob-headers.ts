import type { Blob } from '../state/blob.ts';
import { describeContent, metadataHeaders } from './content.ts';
import { httpDate } from './context.ts';
import type { Found } from './context.ts';

type Headers = Record<string, string | number | undefined>;

/** What Get Blob and Get Blob Properties say of a blob, besides lengths and checksums. */
export function blobHeaders({ container, entry, blob }: Found, now: number): Headers {
  const isBase = blob === entry.current;
  const state = blob.lease.state(now);
  return {
    ...describeContent(blob),
    'Last-Modified': httpDate(blob.modified),
    'Accept-Ranges': 'bytes',
    ETag: blob.etag,
    ...(container.hns ? { 'x-ms-resource-type': blob.directory ? 'directory' : 'file' } : {}),
    'x-ms-version-id': blob.snapshot === undefined ? blob.versionId : undefined,
    'x-ms-is-current-version': isBase && blob.versionId !== undefined ? 'true' : undefined,
    'x-ms-creation-time': httpDate(blob.created),
    'x-ms-lease-status': isBase ? (blob.lease.locks(now) ? 'locked' : 'unlocked') : undefined,
    'x-ms-lease-state': isBase ? state : undefined,
    'x-ms-lease-duration': isBase && state === 'leased' ? blob.lease.kind : undefined,
    'x-ms-blob-type': blob.type,
    'x-ms-blob-committed-block-count': blob.type === 'AppendBlob' ? blob.blocks.length : undefined,
    'x-ms-blob-sealed': blob.sealed ? 'true' : undefined,
    ...copyHeaders(blob),
    'x-ms-server-encrypted': 'true',
    'x-ms-access-tier': blob.type === 'BlockBlob' ? (blob.tier ?? 'Hot') : undefined,
    'x-ms-access-tier-inferred':
      blob.type === 'BlockBlob' && blob.tier === undefined ? 'true' : undefined,
    'x-ms-tag-count': blob.tags.size > 0 ? blob.tags.size : undefined,
    'x-ms-immutability-policy-until-date':
      blob.immutable === undefined ? undefined : httpDate(blob.immutable.until),
    'x-ms-immutability-policy-mode': blob.immutable?.mode,
    'x-ms-legal-hold': blob.legalHold ? 'true' : undefined,
    ...metadataHeaders(blob.metadata),
  };
}

/** What a write answers. */
export function writtenHeaders(blob: Blob): Headers {
  return {
    'Last-Modified': httpDate(blob.modified),
    ETag: blob.etag,
    'x-ms-version-id': blob.versionId,
    'x-ms-request-server-encrypted': 'true',
  };
}

function copyHeaders({ copy, content }: Blob): Headers {
  if (copy === undefined) return {};
  const pending = copy.status === 'pending';
  return {
    'x-ms-copy-id': copy.id,
    'x-ms-copy-source': copy.source,
    'x-ms-copy-status': copy.status,
    'x-ms-copy-progress': pending
      ? `0/${copy.arriving.length}`
      : `${content.length}/${copy.status === 'aborted' ? copy.arriving.length : content.length}`,
    'x-ms-copy-completion-time':
      copy.completed === undefined ? undefined : httpDate(copy.completed),
  };
}
