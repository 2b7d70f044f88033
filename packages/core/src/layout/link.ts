import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { parseDigest, type Digest } from './digest.ts';

/** A link is a digest: a few hundred bytes are more than any can have. */
export const LINK_MAX_BYTES = 1024;

/** What the link with this content leads to, or `undefined` when it is empty or malformed. */
export function parseLink(bytes: Uint8Array): Digest | undefined {
  return parseDigest(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').trim(),
  );
}

/** Length in bytes of a link to a SHA-256. */
export const SHA256_LINK_SIZE = 'sha256:'.length + 64;

/** Length in bytes of a link to `digest`. */
export function linkSize(digest: Digest): number {
  return digest.length;
}

/** MD5 (hex) of a link to `digest`: what a listing shows for it, so that the link need not be read. */
export function linkMd5(digest: Digest): string {
  return hash('md5', digest, 'hex');
}
