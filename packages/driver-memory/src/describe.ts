import { hash } from 'node:crypto';
import type { Key, ObjectInfo } from '@dunnage/driver-api';
import type { Profile } from './profiles/profile.ts';

/** When and as which of the store's writes something is stored. */
export interface Write {
  /** By the store's clock. */
  readonly time: number;
  /** Counts all writes of the store. */
  readonly serial: number;
}

/** What the store says of an object: frozen, because every reader gets the same record. */
export function describeObject(
  profile: Profile,
  key: Key,
  bytes: Uint8Array,
  write: Write,
): ObjectInfo {
  const { capabilities, etag, versioned } = profile;
  const hashed = capabilities.list.checksumsInListing.includes('md5');
  const md5 = hashed || etag === 'content' ? hash('md5', bytes) : undefined;
  return Object.freeze({
    key,
    size: bytes.byteLength,
    modified: modifiedAt(profile, write),
    ...(etag === 'write' && { etag: `w${write.serial}` }),
    ...(etag === 'content' && md5 !== undefined && { etag: md5 }),
    ...(versioned && { version: versionOf(profile, write) }),
    ...(hashed && md5 !== undefined && { checksums: Object.freeze({ md5 }) }),
  });
}

/** What a versioned store says of a delete marker. */
export function describeMarker(
  profile: Profile,
  key: Key,
  write: Write,
): ObjectInfo & { readonly version: string } {
  const version = versionOf(profile, write);
  return Object.freeze({ key, size: 0, modified: modifiedAt(profile, write), version });
}

function modifiedAt({ capabilities }: Profile, { time }: Write): number {
  const { modifiedResolutionMs: resolution } = capabilities;
  return Math.floor(time / resolution) * resolution;
}

/** Generations are numbers that grow; version ids of S3 are opaque. */
function versionOf({ keeps }: Profile, { serial }: Write): string {
  return keeps === 'versions' ? `v${serial.toString(36).padStart(8, '0')}` : String(1e15 + serial);
}
