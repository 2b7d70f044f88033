import { createHash } from 'node:crypto';
import type { Blob, ContentHeaders } from '../state/blob.ts';
import type { Call } from '../wire/call.ts';
import { Fault, badHeader } from '../wire/fault.ts';
import { crc64 } from './crc64.ts';

/** Base64 of the MD5. */
export function md5Of(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64');
}

/** Checks the body against the checksums that came with it. Answers the ones that the service computed. */
export function checkBody(call: Call): { readonly md5: string; readonly crc: string } {
  const md5 = md5Of(call.body);
  const crc = crc64(call.body);
  const sentMd5 = call.headers.get('content-md5');
  const sentCrc = call.headers.get('x-ms-content-crc64');
  if (call.headers.has('x-ms-structured-body')) {
    throw badHeader('x-ms-structured-body', call.headers.get('x-ms-structured-body'));
  }
  if (sentMd5 !== undefined && sentCrc !== undefined) {
    throw new Fault('BothCrc64AndMd5HeaderPresent');
  }
  if (sentMd5 !== undefined && checksum(sentMd5, 16, 'InvalidMd5') !== md5) {
    throw new Fault('Md5Mismatch', {
      detail: { UserSpecifiedMd5: sentMd5, ServerCalculatedMd5: md5 },
    });
  }
  if (sentCrc !== undefined && checksum(sentCrc, 8, 'InvalidHeaderValue') !== crc) {
    throw new Fault('Crc64Mismatch', {
      detail: { UserSpecifiedCrc: sentCrc, ServerCalculatedCrc: crc },
    });
  }
  return { md5, crc };
}

/** The answer's checksum: the one that the client sent is repeated, a CRC otherwise. */
export function checksumHeaders(
  call: Call,
  sums: { md5: string; crc: string },
): Record<string, string> {
  return call.headers.has('content-md5')
    ? { 'Content-MD5': sums.md5 }
    : { 'x-ms-content-crc64': sums.crc };
}

/** `x-ms-blob-*` headers, with the plain ones where the service takes those too. */
export function contentHeaders(call: Call, plain: boolean): ContentHeaders {
  const header = (name: string): string | undefined =>
    present(call.headers.get(`x-ms-blob-${name}`)) ??
    (plain ? present(call.headers.get(name)) : undefined);
  const contentMd5 = present(call.headers.get('x-ms-blob-content-md5'));
  if (contentMd5 !== undefined) checksum(contentMd5, 16, 'InvalidMd5');
  return {
    contentType: header('content-type') ?? 'application/octet-stream',
    contentEncoding: header('content-encoding'),
    contentLanguage: header('content-language'),
    contentDisposition: header('content-disposition'),
    cacheControl: header('cache-control'),
    contentMd5,
  };
}

/** The headers by which an answer describes the content of a blob. */
export function describeContent({ headers }: Blob): Record<string, string | undefined> {
  return {
    'Content-Type': headers.contentType,
    'Content-Encoding': headers.contentEncoding,
    'Content-Language': headers.contentLanguage,
    'Content-Disposition': headers.contentDisposition,
    'Cache-Control': headers.cacheControl,
  };
}

/** Metadata of a request. @throws Fault when names are no identifiers, or all is more than 8 KiB. */
export function metadataOf(call: Call): ReadonlyMap<string, string> {
  let size = 0;
  for (const [name, value] of call.metadata) {
    if (name === '') throw new Fault('EmptyMetadataKey');
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/u.test(name)) throw new Fault('InvalidMetadata');
    size += name.length + Buffer.byteLength(value);
  }
  if (size > 8192) throw new Fault('MetadataTooLarge');
  return call.metadata;
}

/** Metadata as headers of an answer. */
export function metadataHeaders(metadata: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...metadata].map(([name, value]) => [`x-ms-meta-${name}`, value]));
}

function checksum(text: string, bytes: number, code: 'InvalidMd5' | 'InvalidHeaderValue'): string {
  const decoded = Buffer.from(text, 'base64');
  if (decoded.length !== bytes || decoded.toString('base64') !== text) throw new Fault(code);
  return text;
}

function present(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
