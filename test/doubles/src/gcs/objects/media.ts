import { gunzipSync } from 'node:zlib';
import { GcsError } from '../errors.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { etagOf } from '../store/generation.ts';
import type { Generation } from '../store/generation.ts';

/** The bytes of an object, or a range of them. @throws GcsError 416 */
export function downloadObject(object: Generation, call: Call): Reply {
  const { data, facts } = object;
  if (facts.contentEncoding === 'gzip' && !acceptsGzip(call)) {
    // Who doesn't take gzip gets the bytes unpacked; their length isn't known then, and ranges don't count.
    const headers = { ...headersOf(object), warning: '214 UploadServer gunzipped' };
    return { status: 200, headers, body: gunzipSync(data) };
  }
  const encoding = facts.contentEncoding;
  const headers = {
    ...headersOf(object),
    'accept-ranges': 'bytes',
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  };
  const range = rangeIn(call.headers.range, data.length);
  if (range === undefined) return { status: 200, headers, body: data };
  const contentRange = `bytes ${range.first}-${range.last}/${data.length}`;
  return {
    status: 206,
    headers: { ...headers, 'content-range': contentRange },
    body: data.subarray(range.first, range.last + 1),
  };
}

function headersOf(object: Generation): Record<string, string> {
  const { md5, crc32c, facts, data } = object;
  const hashes = [`crc32c=${crc32c}`, ...(md5 === undefined ? [] : [`md5=${md5}`])];
  return {
    'content-type': facts.contentType ?? 'application/octet-stream',
    ...(facts.cacheControl === undefined ? {} : { 'cache-control': facts.cacheControl }),
    ...(facts.contentDisposition === undefined
      ? {}
      : { 'content-disposition': facts.contentDisposition }),
    ...(facts.contentLanguage === undefined ? {} : { 'content-language': facts.contentLanguage }),
    etag: etagOf(object),
    'last-modified': new Date(object.updated).toUTCString(),
    'x-goog-generation': object.generation,
    'x-goog-metageneration': object.metageneration.toString(),
    'x-goog-hash': hashes.join(','),
    'x-goog-storage-class': facts.storageClass ?? 'STANDARD',
    'x-goog-stored-content-encoding': facts.contentEncoding ?? 'identity',
    'x-goog-stored-content-length': data.length.toString(),
  };
}

function acceptsGzip(call: Call): boolean {
  return /\bgzip\b/.test(call.headers['accept-encoding']?.toString() ?? '');
}

/** `undefined`: all of it, also for what is no range of bytes, which HTTP lets servers ignore. */
function rangeIn(
  header: string | undefined,
  size: number,
): { readonly first: number; readonly last: number } | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || from + to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < first) return undefined;
  if (first >= size) {
    throw new GcsError(416, 'requestedRangeNotSatisfiable', 'Request range not satisfiable', {
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  return { first, last };
}
