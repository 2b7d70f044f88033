import type { Blob } from '../state/blob.ts';
import { ticksOf } from '../state/ticker.ts';
import { element, escapeXml, optional, unfitForXml } from '../wire/xml.ts';
import { httpDate } from './context.ts';
import type { Item } from './list-items.ts';
import type { ListQuery } from './list-query.ts';
import { tagSet } from './tags.ts';

/** What a listing's items are described by. */
export interface Describe {
  readonly query: ListQuery;
  readonly hns: boolean;
  readonly now: number;
}

export function itemXml(item: Item, describe: Describe): string {
  switch (item.kind) {
    case 'prefix': {
      const { directory } = item;
      const facts = directory === undefined ? '' : properties(directory, directory, describe);
      return `<BlobPrefix>${nameXml(item.prefix)}${facts}</BlobPrefix>`;
    }
    case 'uncommitted':
      return `<Blob>${nameXml(item.entry.name)}<Properties><Content-Length>0</Content-Length><BlobType>BlockBlob</BlobType><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState><ServerEncrypted>false</ServerEncrypted></Properties><OrMetadata /></Blob>`;
    case 'versions-only': {
      const newest = item.entry.past.findLast((blob) => blob.versionId !== undefined);
      const facts = newest === undefined ? '' : properties(newest, newest, describe);
      return `<Blob>${nameXml(item.entry.name)}<HasVersionsOnly>true</HasVersionsOnly>${facts}<OrMetadata /></Blob>`;
    }
    default:
      return blobXml(item.entry.name, item.blob, item.entry.current, describe);
  }
}

/** A name with what XML can't carry is percent-encoded as a whole. */
export function nameXml(name: string, tag = 'Name'): string {
  if (!unfitForXml(name)) return `<${tag}>${escapeXml(name)}</${tag}>`;
  return `<${tag} Encoded="true">${encodeURIComponent(name)}</${tag}>`;
}

function blobXml(name: string, blob: Blob, base: Blob | undefined, describe: Describe): string {
  const { include } = describe.query;
  const isCurrent = blob === base && blob.versionId !== undefined;
  return [
    '<Blob>',
    nameXml(name),
    optional(
      'DeletionId',
      describe.hns && blob.deleted !== undefined ? deletionId(blob) : undefined,
    ),
    optional('Snapshot', blob.snapshot),
    optional('VersionId', blob.snapshot === undefined ? blob.versionId : undefined),
    optional('IsCurrentVersion', isCurrent ? true : undefined),
    optional('Deleted', blob.deleted === undefined ? undefined : true),
    properties(blob, base, describe),
    include.has('metadata') ? metadataXml(blob) : '',
    include.has('tags') && blob.tags.size > 0 ? `<Tags>${tagSet(blob.tags)}</Tags>` : '',
    blob.type === 'BlockBlob' ? '<OrMetadata />' : '',
    '</Blob>',
  ].join('');
}

/** Names a deletion where several of one name can be kept. */
export function deletionId(blob: Blob): string {
  return String(BigInt(blob.deleted?.at ?? 0) * 10_000n + (ticksOf(blob.etag) % 10_000n));
}

function properties(blob: Blob, base: Blob | undefined, { query, hns, now }: Describe): string {
  const { headers, deleted } = blob;
  const block = blob.type === 'BlockBlob';
  const leaseState = blob.lease.state(now);
  const leasable = blob === base;
  return [
    '<Properties>',
    element('Creation-Time', httpDate(blob.created)),
    element('Last-Modified', httpDate(blob.modified)),
    element('Etag', blob.etag.replaceAll('"', '')),
    optional('ResourceType', hns ? (blob.directory ? 'directory' : 'file') : undefined),
    element('Content-Length', blob.copy?.status === 'pending' ? 0 : blob.content.length),
    element('Content-Type', headers.contentType ?? ''),
    element('Content-Encoding', headers.contentEncoding ?? ''),
    element('Content-Language', headers.contentLanguage ?? ''),
    '<Content-CRC64 />',
    element('Content-MD5', headers.contentMd5 ?? ''),
    element('Cache-Control', headers.cacheControl ?? ''),
    element('Content-Disposition', headers.contentDisposition ?? ''),
    element('BlobType', blob.type),
    optional('AccessTier', block ? (blob.tier ?? 'Hot') : undefined),
    optional('AccessTierInferred', block && blob.tier === undefined ? true : undefined),
    optional('LeaseStatus', leasable ? (blob.lease.locks(now) ? 'locked' : 'unlocked') : undefined),
    optional('LeaseState', leasable ? leaseState : undefined),
    optional('LeaseDuration', leasable && leaseState === 'leased' ? blob.lease.kind : undefined),
    query.include.has('copy') ? copyXml(blob) : '',
    element('ServerEncrypted', true),
    optional('DeletedTime', deleted === undefined ? undefined : httpDate(deleted.at)),
    optional(
      'RemainingRetentionDays',
      deleted === undefined ? undefined : remainingDays(deleted, now),
    ),
    optional('TagCount', blob.tags.size > 0 ? blob.tags.size : undefined),
    query.include.has('immutabilitypolicy') ? immutableXml(blob) : '',
    optional('LegalHold', query.include.has('legalhold') && blob.legalHold ? true : undefined),
    '</Properties>',
  ].join('');
}

/** Whole days; the day that has begun does not count. */
function remainingDays(deleted: { readonly until: number }, now: number): number {
  return Math.max(0, Math.ceil((deleted.until - now) / 86_400_000) - 1);
}

function copyXml({ copy, content }: Blob): string {
  if (copy === undefined) return '';
  const done = copy.status === 'pending' ? 0 : content.length;
  return [
    element('CopyId', copy.id),
    element('CopyStatus', copy.status),
    element('CopySource', copy.source),
    element('CopyProgress', `${done}/${copy.arriving.length}`),
    optional(
      'CopyCompletionTime',
      copy.completed === undefined ? undefined : httpDate(copy.completed),
    ),
  ].join('');
}

function immutableXml({ immutable }: Blob): string {
  if (immutable === undefined) return '';
  return (
    element('ImmutabilityPolicyUntilDate', httpDate(immutable.until)) +
    element('ImmutabilityPolicyMode', immutable.mode)
  );
}

function metadataXml({ metadata }: Blob): string {
  if (metadata.size === 0) return '<Metadata />';
  const pairs = [...metadata].map(([name, value]) => element(name, value));
  return `<Metadata>${pairs.join('')}</Metadata>`;
}
