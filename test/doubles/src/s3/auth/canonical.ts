import { createHash, createHmac } from 'node:crypto';
import { decodePath, header } from '../wire/request.ts';
import type { S3Request } from '../wire/request.ts';
import { encodeStrictly } from '../wire/url-encode.ts';
import type { Authorization } from './authorization.ts';

/** What is hashed for the signature, as the server sees the request. */
export function canonicalRequest(request: S3Request, authorization: Authorization): string {
  const { signedHeaders, payloadHash } = authorization;
  return [
    request.method,
    encodeStrictly(decodePath(request.path)).replaceAll('%2F', '/'),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(request, name)}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

export function stringToSign(authorization: Authorization, canonical: string): string {
  return [
    'AWS4-HMAC-SHA256',
    authorization.timestamp,
    scopeOf(authorization),
    sha256Hex(canonical),
  ].join('\n');
}

export function scopeOf({ day, region, service }: Authorization): string {
  return `${day}/${region}/${service}/aws4_request`;
}

/** The key that a day's requests to a region are signed with. */
export function signingKey(secret: string, { day, region, service }: Authorization): Buffer {
  return [day, region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => hmac(key, part),
    Buffer.from(`AWS4${secret}`),
  );
}

export function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function sha256Hex(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function canonicalQuery(query: URLSearchParams): string {
  return Array.from(query)
    .map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`)
    .sort()
    .join('&');
}

function canonicalValue(request: S3Request, name: string): string {
  return (header(request, name) ?? '').trim().replace(/ +/g, ' ');
}
