import type { Key, ObjectInfo } from '@dunnage/driver-api';
import type { Headers } from './failure.ts';

/** An etag that is an MD5: of content that was put in one piece and not encrypted with a key of its own. */
const MD5 = /^[0-9a-f]{32}$/;

/** An etag as the store gives it, without its quotes: the same in headers and listings. */
export function etagOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const bare = text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  return bare === '' ? undefined : bare;
}

/** An etag as requests carry it. */
export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** The MD5 of the content, where an etag is one. */
export function md5In(etag: string | undefined): string | undefined {
  return etag !== undefined && MD5.test(etag) ? etag : undefined;
}

/** A time in whole seconds: listings have more digits than the answers to reads. */
export function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

/** An object's facts, from the parts that are known of it. */
export function infoOf(
  key: Key,
  size: number,
  modified: number,
  etag: string | undefined,
  md5: string | undefined,
  version?: string,
): ObjectInfo {
  return {
    key,
    size,
    modified,
    ...(etag !== undefined && { etag }),
    ...(version !== undefined && { version }),
    ...(md5 !== undefined && { checksums: { md5 } }),
  };
}

/** Bytes that the whole object has, by the headers of an answer with all or a part of it. */
function sizeIn(status: number, headers: Headers): number {
  const total = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
  return Number(status === 206 ? total : headers['content-length']);
}

/**
 * An object's facts, by the headers of an answer about it.
 * @param hashed etags can be hashes of the content: not in directory buckets.
 * @returns nothing where a header is missing or makes no sense.
 */
export function infoIn(
  key: Key,
  status: number,
  headers: Headers,
  hashed: boolean,
): ObjectInfo | undefined {
  const size = sizeIn(status, headers);
  const modified = Date.parse(headers['last-modified'] ?? '');
  if (!Number.isSafeInteger(size) || Number.isNaN(modified)) return undefined;
  const etag = etagOf(headers['etag']);
  const md5 = hashed && !isKeyed(headers) ? md5In(etag) : undefined;
  return infoOf(key, size, modified, etag, md5, headers['x-amz-version-id']);
}

/** Encrypted with a key that is not S3's own: then the etag looks like an MD5 and is none. */
function isKeyed(headers: Headers): boolean {
  return (
    headers['x-amz-server-side-encryption']?.startsWith('aws:kms') === true ||
    headers['x-amz-server-side-encryption-customer-algorithm'] !== undefined
  );
}
