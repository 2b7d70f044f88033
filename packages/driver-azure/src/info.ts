import type { PipelineResponse } from '@azure/core-rest-pipeline';
import type { Key, ObjectInfo } from '@dunnage/driver-api';

/** How long MD5 hashes are, in bytes. */
const MD5_BYTES = 16;

/** What the headers of an answer say of an object, or `undefined` where it is a directory. */
export function infoOf(key: Key, { headers, status }: PipelineResponse): ObjectInfo | undefined {
  if (isDirectory(headers.get('x-ms-resource-type'), headers.get('x-ms-meta-hdi_isfolder'))) {
    return undefined;
  }
  // Of a range, Content-MD5 is the hash of that range.
  const whole = headers.get('x-ms-blob-content-md5');
  return {
    key,
    size: sizeOf(headers),
    modified: Date.parse(headers.get('last-modified') ?? ''),
    ...etagAndVersion(headers.get('etag'), headers.get('x-ms-version-id')),
    ...checksumsOf(whole ?? (status === 206 ? undefined : headers.get('content-md5'))),
  };
}

/** The fields that `etag` and `version` make of what the store gives. */
export function etagAndVersion(
  etag: string | undefined,
  version: string | undefined,
): Pick<ObjectInfo, 'etag' | 'version'> {
  return {
    // Headers have quotes around it, listings have not.
    ...(etag !== undefined && { etag: etag.replace(/^"|"$/g, '') }),
    ...(version !== undefined && version !== '' && { version }),
  };
}

/** The field `checksums` of an MD5 in Base64. */
export function checksumsOf(md5: string | undefined): Pick<ObjectInfo, 'checksums'> {
  if (md5 === undefined || md5 === '') return {};
  const bytes = Buffer.from(md5, 'base64');
  return bytes.length === MD5_BYTES ? { checksums: { md5: bytes.toString('hex') } } : {};
}

/** An etag that no blob has. */
const OF_NOTHING = '0x0';

/**
 * The value of a header that makes a request depend on an etag. The service takes a star for any etag, with quotes
 * around it or without, so what can't be an etag becomes one that matches nothing.
 */
export function quoted(etag: string): string {
  return `"${/^[\x21\x23-\x7e]+$/.test(etag) && etag !== '*' ? etag : OF_NOTHING}"`;
}

/** Hierarchical namespaces say it in a property; copies of them in flat ones still have the mark of Hadoop. */
export function isDirectory(type: string | undefined, mark: string | undefined): boolean {
  return type === 'directory' || mark?.toLowerCase() === 'true';
}

function sizeOf(headers: PipelineResponse['headers']): number {
  const total = /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  return Number(total ?? headers.get('content-length') ?? Number.NaN);
}
