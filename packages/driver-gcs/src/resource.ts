import type { Checksums, Key, ObjectInfo } from '@dunnage/driver-api';

/** The fields of an object's metadata that {@link infoOf} reads. */
export const INFO_FIELDS = 'name,size,timeCreated,generation,md5Hash,crc32c';
/** Those of a listing, which has no need of the second hash. */
export const LISTED_FIELDS = 'name,size,timeCreated,generation,md5Hash';

/** An object's metadata as the JSON API gives it, as far as it is asked for. */
export interface ObjectResource {
  readonly name?: unknown;
  /** Decimal text, as are all 64-bit numbers. */
  readonly size?: unknown;
  readonly timeCreated?: unknown;
  readonly generation?: unknown;
  /** Base64. Composed objects have none. */
  readonly md5Hash?: unknown;
  readonly crc32c?: unknown;
  readonly timeDeleted?: unknown;
}

/** An answer that is not what the API promises: a proxy's page, or a cut one. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** What the contract wants to know of an object. @throws Malformed where something is missing */
export function infoOf(
  key: Key,
  resource: ObjectResource,
): ObjectInfo & { readonly version: string } {
  const { generation } = resource;
  const size = Number(resource.size);
  const created = Date.parse(String(resource.timeCreated));
  if (typeof generation !== 'string' || !Number.isSafeInteger(size) || Number.isNaN(created)) {
    throw new Malformed('the store left out the size, time or generation of an object');
  }
  const checksums = checksumsOf(resource.md5Hash, resource.crc32c);
  return {
    key,
    size,
    modified: wholeSeconds(created),
    etag: generation,
    version: generation,
    ...(checksums !== undefined && { checksums }),
  };
}

/**
 * Milliseconds cut to seconds. The content's age is `timeCreated` of its generation: `updated` changes with
 * every change of metadata. A download tells it in whole seconds only, and all verbs have to say the same.
 */
export function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** Hashes in base64 as the contract has them. */
export function checksumsOf(md5: unknown, crc32c: unknown): Checksums | undefined {
  if (typeof md5 !== 'string' && typeof crc32c !== 'string') return undefined;
  return {
    ...(typeof md5 === 'string' && { md5: hexOf(md5) }),
    ...(typeof crc32c === 'string' && { crc32c: hexOf(crc32c) }),
  };
}

/** A generation that a store can have given; `0` stands for "no object" in conditions. */
export function isGeneration(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text);
}

function hexOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}
