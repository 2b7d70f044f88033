import type { Bucket } from '../store/bucket.ts';
import { etagOf } from '../store/generation.ts';
import type { Generation } from '../store/generation.ts';
import { retentionEnd } from '../store/protection.ts';

/** An object's metadata as the JSON API gives it. Keys whose value is `undefined` are left out. */
export function objectResource(
  bucket: Bucket,
  object: Generation,
  base: string,
): Record<string, unknown> {
  const { name, generation, facts, md5, crc32c, data, componentCount } = object;
  const path = `b/${encodeURIComponent(bucket.name)}/o/${encodeURIComponent(name)}`;
  return {
    kind: 'storage#object',
    id: `${bucket.name}/${name}/${generation}`,
    selfLink: `${base}/storage/v1/${path}`,
    mediaLink: `${base}/download/storage/v1/${path}?generation=${generation}&alt=media`,
    name,
    bucket: bucket.name,
    generation,
    metageneration: object.metageneration.toString(),
    storageClass: bucket.settings.storageClass,
    ...facts,
    size: data.length.toString(),
    md5Hash: md5,
    crc32c,
    componentCount,
    etag: etagOf(object),
    timeCreated: time(object.created),
    updated: time(object.updated),
    timeStorageClassUpdated: time(object.created),
    timeFinalized: time(object.created),
    timeDeleted: object.deleted === undefined ? undefined : time(object.deleted),
    softDeleteTime: object.softDeleted && time(object.softDeleted.since),
    hardDeleteTime: object.softDeleted && time(object.softDeleted.until),
    retentionExpirationTime: retentionTime(bucket, object),
  };
}

/** RFC 3339, as the service writes times. */
export function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function retentionTime(bucket: Bucket, object: Generation): string | undefined {
  const end = retentionEnd(bucket, object);
  return end === undefined ? undefined : time(end);
}
