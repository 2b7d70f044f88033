import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { S3Fault } from '../errors.ts';

/** A request taken apart; nothing of it is judged yet. */
export interface S3Request {
  readonly method: string;
  /** As it came, percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  /** As it came; aws-chunked is not undone. */
  readonly body: Buffer;
}

/** @throws InvalidURI when the path is no UTF-8 */
export function parseRequest(message: IncomingMessage, body: Buffer): S3Request {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const headers = message.headers;
  const hostBucket = bucketOfHost(headers.host ?? '');
  const rest = path.slice(1);
  const slash = rest.indexOf('/');
  const pathBucket = decodePath(slash < 0 ? rest : rest.slice(0, slash));
  const pathKey = slash < 0 ? '' : rest.slice(slash + 1);
  const bucket = hostBucket ?? pathBucket;
  const key = hostBucket === undefined ? withoutJoint(bucket, pathKey) : rest;
  return {
    method: message.method ?? 'GET',
    path,
    query,
    headers,
    bucket: bucket === '' ? undefined : bucket,
    key: key === '' ? undefined : decodePath(key),
    body,
  };
}

/**
 * S3 has directory buckets by virtual host only. Given an endpoint without, the SDK joins their name and
 * the rest of the path by two slashes.
 */
function withoutJoint(bucket: string, key: string): string {
  return bucket.endsWith('--x-s3') ? key.replace(/^\//, '') : key;
}

/** Virtual-host style: `bucket.localhost`, `bucket.s3.amazonaws.com`, `bucket.s3.REGION.amazonaws.com`. */
function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return /^(.+)\.(?:localhost|s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com)$/.exec(name)?.[1];
}

/** S3 takes a plus sign for a space in paths too; who means one has to encode it. */
export function decodePath(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    throw new S3Fault('InvalidURI', { fields: { URI: text } });
  }
}

/** A header that is there at most once. */
export function header(request: Pick<S3Request, 'headers'>, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
