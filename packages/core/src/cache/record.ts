import { Buffer } from 'node:buffer';
import { ROLES, type Reference } from '../content/manifest.ts';
import { makeDigest, parseDigest, type Digest } from '../layout/digest.ts';

/** What is remembered of a manifest. */
export interface CachedManifest {
  readonly digest: Digest;
  readonly schema1: boolean;
  readonly indexWithLayers: boolean;
  readonly references: readonly Reference[];
}

const SCHEMA1 = 1;
const INDEX_WITH_LAYERS = 2;
const OPTIONAL = 0x80;

/**
 * A record: the digest, a byte of flags, the number of references (32 bits), and for each a byte with its role and its
 * digest. A digest is its length (16 bits; 0 for a SHA-256, which is 32 raw bytes) and its text.
 */
export function encodeRecord(manifest: CachedManifest): Buffer {
  const { digest, schema1, indexWithLayers, references } = manifest;
  const head = Buffer.alloc(5);
  head.writeUInt8((schema1 ? SCHEMA1 : 0) | (indexWithLayers ? INDEX_WITH_LAYERS : 0), 0);
  head.writeUInt32LE(references.length, 1);
  const parts = [encodeDigest(digest), head];
  for (const { digest: target, role, optional } of references) {
    parts.push(Buffer.of(ROLES.indexOf(role) | (optional ? OPTIONAL : 0)), encodeDigest(target));
  }
  return Buffer.concat(parts);
}

/** The records in a payload. @throws {RangeError} when it is none of ours: the checksum said otherwise. */
export function* decodeRecords(payload: Buffer): Generator<CachedManifest> {
  let at = 0;
  const digest = (): Digest => {
    const length = payload.readUInt16LE(at);
    const end = at + 2 + (length === 0 ? 32 : length);
    const bytes = payload.subarray(at + 2, end);
    at = end;
    const found =
      length === 0
        ? makeDigest('sha256', bytes.toString('hex'))
        : parseDigest(bytes.toString('latin1'));
    if (found === undefined) throw new RangeError('not a digest');
    return found;
  };
  while (at < payload.length) {
    const name = digest();
    const flags = payload.readUInt8(at);
    const count = payload.readUInt32LE(at + 1);
    at += 5;
    const references: Reference[] = [];
    for (let index = 0; index < count; index++) {
      const byte = payload.readUInt8(at++);
      const role = ROLES[byte & ~OPTIONAL];
      if (role === undefined) throw new RangeError('not a role');
      references.push({ digest: digest(), role, optional: (byte & OPTIONAL) !== 0 });
    }
    yield {
      digest: name,
      schema1: (flags & SCHEMA1) !== 0,
      indexWithLayers: (flags & INDEX_WITH_LAYERS) !== 0,
      references,
    };
  }
}

function encodeDigest(digest: Digest): Buffer {
  if (digest.startsWith('sha256:')) {
    return Buffer.concat([Buffer.of(0, 0), Buffer.from(digest.slice(7), 'hex')]);
  }
  const text = Buffer.from(digest, 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  return Buffer.concat([length, text]);
}
