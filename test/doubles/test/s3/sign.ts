import { createHash, createHmac } from 'node:crypto';

/** Who signs, and for where. */
export interface Signer {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Default: `s3`. */
  readonly service?: string;
}

/** A request before it is signed. */
export interface Unsigned {
  readonly method: string;
  readonly host: string;
  /** Percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hex, or a word such as `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** What follows from a signature: the headers to send, and what signed chunks go on from. */
export interface Signature {
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
  readonly timestamp: string;
  readonly scope: string;
  readonly key: Buffer;
}

/** Signs by the documentation of Signature Version 4, and shares no code with the double. */
export function sign(request: Unsigned, signer: Signer): Signature {
  const timestamp = new Date(request.atMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = timestamp.slice(0, 8);
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.host,
    'x-amz-date': timestamp,
    'x-amz-content-sha256': request.payloadHash,
  };
  if (signer.sessionToken !== undefined) headers['x-amz-security-token'] = signer.sessionToken;
  const names = Object.keys(headers).sort();
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}`),
    '',
    names.join(';'),
    request.payloadHash,
  ].join('\n');
  const { region, service = 's3' } = signer;
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${signer.secretAccessKey}`),
  );
  const value = hmac(key, ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n'));
  const signature = value.toString('hex');
  const credential = `${signer.accessKeyId}/${scope}`;
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { headers, value: signature, timestamp, scope, key };
}

/**
 * Frames a body as aws-chunked with a signature for each chunk.
 * @param trailer `name:value`, signed and sent behind the chunks
 */
export function signedChunks(chunks: readonly Buffer[], seed: Signature, trailer?: string): Buffer {
  let previous = seed.value;
  const framed = [...chunks, Buffer.alloc(0)].map((chunk) => {
    const toSign = [
      'AWS4-HMAC-SHA256-PAYLOAD',
      seed.timestamp,
      seed.scope,
      previous,
      sha256(''),
      sha256(chunk),
    ].join('\n');
    previous = hmac(seed.key, toSign).toString('hex');
    const head = `${chunk.length.toString(16)};chunk-signature=${previous}\r\n`;
    const end = chunk.length === 0 && trailer !== undefined ? '' : '\r\n';
    return Buffer.concat([Buffer.from(head), chunk, Buffer.from(end)]);
  });
  if (trailer === undefined) return Buffer.concat(framed);
  const toSign = [
    'AWS4-HMAC-SHA256-TRAILER',
    seed.timestamp,
    seed.scope,
    previous,
    sha256(`${trailer}\n`),
  ].join('\n');
  const signature = hmac(seed.key, toSign).toString('hex');
  const lines = `${trailer}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`;
  return Buffer.concat([...framed, Buffer.from(lines)]);
}

export function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
