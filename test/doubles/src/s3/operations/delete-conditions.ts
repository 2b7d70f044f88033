import { S3Fault, noSuchKey, notImplemented, preconditionFailed } from '../errors.ts';
import type { Bucket } from '../model/bucket.ts';
import { etagMatches } from './conditions.ts';

/** What a delete asks of the object, before it goes. */
export interface DeleteConditions {
  readonly etag: string | undefined;
  /** Only directory buckets judge these two. */
  readonly size: string | undefined;
  readonly modified: string | undefined;
}

/**
 * @throws NoSuchKey when there is no current object, PreconditionFailed when it is another one,
 * NotImplemented for a condition on a version or one that the kind of bucket does not take
 */
export function checkDeleteConditions(
  bucket: Bucket,
  key: string,
  conditions: DeleteConditions,
  versionId: string | undefined,
): void {
  if (bucket.has('delete-ignores-conditions')) return;
  const { etag, size, modified } = conditions;
  if (bucket.isDirectory) {
    checkDirectoryConditions(bucket, key, conditions);
    return;
  }
  if (modified !== undefined) throw notImplemented('x-amz-if-match-last-modified-time');
  if (size !== undefined) throw notImplemented('x-amz-if-match-size');
  if (etag === undefined) return;
  // Conditions are for current versions only.
  if (versionId !== undefined) throw notImplemented('If-Match');
  const current = bucket.current(key);
  if (current === undefined) throw noSuchKey(key);
  if (!etagMatches(etag, current.etag)) throw preconditionFailed('If-Match');
}

/** Here what is not there fulfils every condition. */
function checkDirectoryConditions(
  bucket: Bucket,
  key: string,
  { etag, size, modified }: DeleteConditions,
): void {
  const current = bucket.current(key);
  if (current === undefined) return;
  const holds =
    (etag === undefined || etagMatches(etag, current.etag)) &&
    (size === undefined || Number(size) === current.bytes.length) &&
    (modified === undefined || sameSecond(modified, current.modifiedMs));
  if (!holds) throw new S3Fault('PreconditionFailed');
}

function sameSecond(time: string, ms: number): boolean {
  return Math.floor(Date.parse(time) / 1000) === Math.floor(ms / 1000);
}
