import { S3Fault, invalidArgument, noSuchKey } from '../errors.ts';
import { NULL_VERSION } from '../model/version.ts';
import type { Bucket } from '../model/bucket.ts';
import type { ObjectVersion, Version } from '../model/version.ts';
import { accessDenied, parameter } from './call.ts';
import type { Call, ObjectCall } from './call.ts';

/** The version that a request names. @throws InvalidArgument for an id that S3 never gave out */
export function namedVersion(call: Call, bucket: Bucket): string | undefined {
  const versionId = parameter(call, 'versionId');
  if (versionId === undefined) return undefined;
  if (!isVersionId(bucket, versionId)) {
    throw invalidArgument('versionId', versionId, 'Invalid version id specified');
  }
  return versionId;
}

export function isVersionId(bucket: Bucket, versionId: string): boolean {
  return versionId === NULL_VERSION || bucket.ids.isVersion(versionId);
}

/** The object that a read is about. @throws NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker */
export function findObject(call: ObjectCall): ObjectVersion {
  const { bucket, key, request } = call;
  const versionId = namedVersion(call, bucket);
  if (versionId === undefined) {
    const newest = bucket.versions(key)[0];
    if (newest?.kind === 'object') return newest;
    throw missing(bucket, key, newest);
  }
  const version = bucket.versions(key).find((candidate) => candidate.versionId === versionId);
  if (version === undefined) {
    throw new S3Fault('NoSuchVersion', { fields: { Key: key, VersionId: versionId } });
  }
  if (version.kind === 'object') return version;
  throw new S3Fault('MethodNotAllowed', {
    fields: { Method: request.method, ResourceType: 'DeleteMarker' },
    headers: {
      ...markerHeaders(version),
      allow: 'DELETE',
      'last-modified': new Date(version.modifiedMs).toUTCString(),
    },
  });
}

/** Who may not list is not told what is missing. */
function missing(bucket: Bucket, key: string, marker: Version | undefined): S3Fault {
  if (bucket.denies('s3:ListBucket')) return accessDenied('s3:ListBucket', bucket.name);
  if (marker === undefined) return noSuchKey(key);
  return new S3Fault('NoSuchKey', { fields: { Key: key }, headers: markerHeaders(marker) });
}

function markerHeaders(marker: Version): Record<string, string> {
  return { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId };
}
