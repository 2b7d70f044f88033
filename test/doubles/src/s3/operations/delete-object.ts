import {
  S3Fault,
  invalidArgument,
  noSuchKey,
  notImplemented,
  preconditionFailed,
} from '../errors.ts';
import type { Bucket } from '../model/bucket.ts';
import type { Version } from '../model/version.ts';
import type { Answer } from '../wire/answer.ts';
import { headerOf } from './call.ts';
import type { BucketCall, ObjectCall } from './call.ts';
import { etagMatches } from './conditions.ts';
import { namedVersion } from './find.ts';

export function deleteObject(call: ObjectCall): Answer {
  const { bucket, key } = call;
  const versionId = namedVersion(call, bucket);
  const ifMatch = headerOf(call, 'if-match');
  for (const name of ['x-amz-if-match-last-modified-time', 'x-amz-if-match-size']) {
    if (headerOf(call, name) !== undefined && !bucket.isDirectory) throw notImplemented(name);
  }
  const ignored = bucket.has('delete-ignores-conditions');
  if (ifMatch !== undefined && !ignored) {
    // S3 judges current versions only, and says so.
    if (versionId !== undefined) throw notImplemented('If-Match');
    checkEtag(bucket, key, ifMatch);
  }
  const outcome = removeObject(call, key, versionId);
  const headers: Record<string, string> = {};
  const shown = outcome.marker?.versionId ?? versionId;
  if (shown !== undefined) headers['x-amz-version-id'] = shown;
  if (outcome.marker !== undefined) headers['x-amz-delete-marker'] = 'true';
  return { status: 204, headers };
}

/** @throws NoSuchKey when there is no current object, PreconditionFailed when it is another one */
export function checkEtag(bucket: Bucket, key: string, etag: string): void {
  const current = bucket.current(key);
  if (current === undefined) throw noSuchKey(key);
  if (!etagMatches(etag, current.etag)) throw preconditionFailed('If-Match');
}

/** The marker that was left, or the one that was deleted. */
export interface Removal {
  readonly marker: Version | undefined;
}

/**
 * Deletes an object or one version of it; what is not there counts as deleted.
 * @throws AccessDenied when a lock protects it
 */
export function removeObject(
  call: BucketCall,
  key: string,
  versionId: string | undefined,
): Removal {
  const { bucket, nowMs } = call;
  const bypass = headerOf(call, 'x-amz-bypass-governance-retention')?.toLowerCase() === 'true';
  if (bypass && !bucket.hasLocks) {
    throw invalidArgument(
      'x-amz-bypass-governance-retention',
      undefined,
      'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
    );
  }
  if (versionId === undefined) return { marker: bucket.remove(key, nowMs) };
  const version = bucket.versions(key).find((candidate) => candidate.versionId === versionId);
  if (version === undefined) return { marker: undefined };
  if (isLocked(version, nowMs, bypass)) {
    throw new S3Fault('AccessDenied', {
      message: 'Access Denied because object protected by object lock.',
    });
  }
  bucket.removeVersion(key, versionId);
  return { marker: version.kind === 'marker' ? version : undefined };
}

function isLocked(version: Version, nowMs: number, bypass: boolean): boolean {
  if (version.kind === 'marker') return false;
  const { retention, legalHold } = version;
  if (legalHold) return true;
  if (retention === undefined || retention.untilMs <= nowMs) return false;
  return retention.mode === 'COMPLIANCE' || !bypass;
}
