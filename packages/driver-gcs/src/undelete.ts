import type { Key, ObjectInfo, OpOptions } from '@dunnage/driver-api';
import type { Bucket } from './bucket.ts';
import { rewrite } from './copy.ts';
import { HttpFailure } from './http/failure.ts';
import { lookUp } from './read.ts';
import { INFO_FIELDS, infoOf, isGeneration } from './resource.ts';
import type { ObjectResource } from './resource.ts';

/**
 * Makes a generation the live one again: a noncurrent one by a copy of it, a soft-deleted one by restoring it.
 * The live object then has a generation of its own.
 */
export async function undelete(
  bucket: Bucket,
  key: Key,
  version: string,
  options?: OpOptions,
): Promise<ObjectInfo> {
  bucket.session.checkKey('undelete', key);
  return bucket.session.run('undelete', options, key, async (signal) => {
    if (!isGeneration(version)) throw new HttpFailure(404, 'notFound', 'no such generation', {});
    const found = await lookUp(bucket, key, version, signal);
    if (found === undefined) return restore(bucket, key, version, signal);
    const live = await lookUp(bucket, key, undefined, signal);
    if (live?.version === version) return live;
    return rewrite(bucket, { from: found, to: key, ifGenerationMatch: undefined }, signal);
  });
}

/** @throws HttpFailure 404 where no such generation is kept */
async function restore(
  bucket: Bucket,
  key: Key,
  generation: string,
  signal: AbortSignal,
): Promise<ObjectInfo> {
  const path = bucket.paths.restore(bucket.nameOf(key), { generation, fields: INFO_FIELDS });
  const resource = await bucket.client.askJson({ method: 'POST', path }, signal);
  return infoOf(key, resource as ObjectResource);
}
