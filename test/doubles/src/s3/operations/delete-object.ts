import { S3Fault, invalidArgument } from '../errors.ts';
import type { Version } from '../model/version.ts';
import type { Answer } from '../wire/answer.ts';
import { headerOf } from './call.ts';
import type { BucketCall, ObjectCall } from './call.ts';
import { checkDeleteConditions } from './delete-conditions.ts';
import { namedVersion } from './find.ts';

export function deleteObject(call: ObjectCall): Answer {
  const { bucket, key } = call;
  const versionId = namedVersion(call, bucket);
  const conditions = {
    etag: headerOf(call, 'if-match'),
    size: headerOf(call, 'x-amz-if-match-size'),
    modified: headerOf(call, 'x-amz-if-match-last-modified-time'),
  };
  checkDeleteConditions(bucket, key, conditions, versionId);
  const outcome = removeObject(call, key, versionId);
  const headers: Record<string, string> = {};
  const shown = outcome.marker?.versionId ?? versionId;
  if (shown !== undefined) headers['x-amz-version-id'] = shown;
  if (outcome.marker !== undefined) headers['x-amz-delete-marker'] = 'true';
  return { status: 204, headers };
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
