import type { Answer } from '../wire/answer.ts';
import type { Call } from '../wire/call.ts';
import { Fault, badHeader } from '../wire/fault.ts';
import { checkReadLease } from '../state/lease.ts';
import { blobHeaders } from './blob-headers.ts';
import { checkRead } from './conditions.ts';
import { md5Of, metadataHeaders } from './content.ts';
import { httpDate, named } from './context.ts';
import type { Context } from './context.ts';
import { advanceCopy } from './copy-state.ts';
import { crc64 } from './crc64.ts';

export function getBlob(context: Context): Answer {
  const found = named(context);
  const { call, now } = context;
  const { blob } = found;
  checkReadLease(blob.lease, call.headers.get('x-ms-lease-id'), now);
  checkRead(call, blob);
  advanceCopy(blob, now);
  if (blob.copy?.status === 'pending') throw new Fault('PendingCopyOperation');
  const range = rangeOf(call, blob.content.length);
  const headers = { ...blobHeaders(found, now), 'Content-MD5': blob.headers.contentMd5 };
  if (range === undefined) {
    if (call.headers.get('x-ms-range-get-content-md5') === 'true') {
      throw badHeader('x-ms-range-get-content-md5', 'true');
    }
    return { status: 200, headers, body: blob.content };
  }
  const body = blob.content.subarray(range.start, range.end + 1);
  return {
    status: 206,
    headers: {
      ...headers,
      ...rangeChecksum(call, body),
      'Content-Range': `bytes ${range.start}-${range.end}/${blob.content.length}`,
      'x-ms-blob-content-md5': blob.headers.contentMd5,
    },
    body,
  };
}

export function getProperties(context: Context): Answer {
  const found = named(context);
  const { call, now } = context;
  checkReadLease(found.blob.lease, call.headers.get('x-ms-lease-id'), now);
  checkRead(call, found.blob);
  advanceCopy(found.blob, now);
  const length = found.blob.copy?.status === 'pending' ? 0 : found.blob.content.length;
  return {
    status: 200,
    headers: {
      'Content-Length': length,
      ...blobHeaders(found, now),
      'Content-MD5': found.blob.headers.contentMd5,
    },
  };
}

export function getMetadata(context: Context): Answer {
  const { blob } = named(context);
  checkRead(context.call, blob);
  return {
    status: 200,
    headers: {
      ETag: blob.etag,
      'Last-Modified': httpDate(blob.modified),
      ...metadataHeaders(blob.metadata),
    },
  };
}

/** The bytes that are asked for; `x-ms-range` goes before `Range`. @throws Fault `InvalidRange` (416). */
function rangeOf(call: Call, size: number): { start: number; end: number } | undefined {
  const text = call.headers.get('x-ms-range') ?? call.headers.get('range');
  if (text === undefined) return undefined;
  const match = /^bytes=(\d+)-(\d*)$/u.exec(text.trim());
  // The service knows no suffix ranges and no lists; what it can't read it leaves out.
  if (match === null) return undefined;
  const start = Number(match[1]);
  const last = match[2] === '' ? size - 1 : Number(match[2]);
  if (match[2] !== '' && last < start) return undefined;
  if (start >= size) {
    throw new Fault('InvalidRange', { headers: { 'Content-Range': `bytes */${size}` } });
  }
  return { start, end: Math.min(last, size - 1) };
}

const largestChecked = 4 * 1024 * 1024;

function rangeChecksum(call: Call, body: Buffer): Record<string, string | undefined> {
  const md5 = call.headers.get('x-ms-range-get-content-md5') === 'true';
  const crc = call.headers.get('x-ms-range-get-content-crc64') === 'true';
  if (md5 && crc) throw badHeader('x-ms-range-get-content-crc64', 'true');
  if ((md5 || crc) && body.length > largestChecked) throw new Fault('OutOfRangeInput');
  return {
    'Content-MD5': md5 ? md5Of(body) : undefined,
    'x-ms-content-crc64': crc ? crc64(body) : undefined,
  };
}
