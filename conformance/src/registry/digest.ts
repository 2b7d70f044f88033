import { createHash } from 'node:crypto';

/** `<algorithm>:<hex>`, as manifests and link files hold it. */
export type Digest = string;

/** Text stands for its UTF-8 bytes. */
export type Content = Uint8Array | string;

const encoder = new TextEncoder();

/** The bytes of `content`. */
export function bytesOf(content: Content): Uint8Array {
  return typeof content === 'string' ? encoder.encode(content) : content;
}

/** The digest of `content`. */
export function digestOf(content: Content, algorithm: 'sha256' | 'sha512' = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}

/** Splits a digest. @throws where `digest` is not one. */
export function splitDigest(digest: Digest): { readonly algorithm: string; readonly hex: string } {
  const match = /^([a-z0-9]+(?:[+._-][a-z0-9]+)*):([0-9a-f]{32,})$/.exec(digest);
  if (match === null) throw new TypeError(`${JSON.stringify(digest)} is not a digest`);
  const [, algorithm = '', hex = ''] = match;
  return { algorithm, hex };
}
