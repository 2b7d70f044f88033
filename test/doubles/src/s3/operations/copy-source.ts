import {
  S3Fault,
  invalidArgument,
  invalidRequest,
  noSuchKey,
  preconditionFailed,
} from '../errors.ts';
import type { Bucket } from '../model/bucket.ts';
import { isArchived, NULL_VERSION } from '../model/version.ts';
import type { ObjectVersion } from '../model/version.ts';
import { decodePath } from '../wire/request.ts';
import { accessDenied, headerOf } from './call.ts';
import type { ObjectCall } from './call.ts';
import { failedReadCondition } from './conditions.ts';
import { isVersionId } from './find.ts';

/** What is to be copied. */
export interface CopySource {
  readonly bucket: Bucket;
  readonly key: string;
  readonly version: ObjectVersion;
  /** Whether the request named the version. */
  readonly named: boolean;
}

const HEADER = 'x-amz-copy-source';

/** @throws what S3 answers when the source is not there or its conditions do not hold */
export function findSource(call: ObjectCall): CopySource {
  const text = headerOf(call, HEADER) ?? '';
  const [path = '', query = ''] = text.replace(/^\//, '').split('?');
  const slash = path.indexOf('/');
  if (slash <= 0 || slash === path.length - 1) {
    throw invalidArgument(HEADER, HEADER, 'Invalid copy source object key');
  }
  const name = decodePath(path.slice(0, slash));
  const key = decodePath(path.slice(slash + 1));
  const versionId = new URLSearchParams(query).get('versionId') ?? undefined;
  const bucket = call.account.buckets.get(name);
  if (bucket === undefined) throw new S3Fault('NoSuchBucket', { fields: { BucketName: name } });
  const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  if (bucket.denies(action)) throw accessDenied(action, name);
  const version = findVersion(bucket, key, versionId);
  const failed = failedReadCondition(call, version, 'x-amz-copy-source-');
  if (failed !== undefined) throw preconditionFailed(failed);
  if (isArchived(version)) throw new S3Fault('ObjectNotInActiveTierError');
  return { bucket, key, version, named: versionId !== undefined };
}

function findVersion(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  if (versionId === undefined) {
    const current = bucket.current(key);
    if (current === undefined) throw noSuchKey(key);
    return current;
  }
  if (!isVersionId(bucket, versionId)) {
    throw invalidArgument('versionId', versionId, 'Invalid version id specified');
  }
  const version = bucket.versions(key).find((candidate) => candidate.versionId === versionId);
  if (version === undefined) {
    throw new S3Fault('NoSuchVersion', { fields: { Key: key, VersionId: versionId } });
  }
  if (version.kind === 'object') return version;
  throw invalidRequest(
    'The source of a copy request may not specifically refer to a delete marker by version id.',
  );
}

/** @throws InvalidRequest for what one copy does not take */
export function checkCopySize(bucket: Bucket, size: number): void {
  if (size <= bucket.maxCopySize) return;
  throw invalidRequest(
    `The specified copy source is larger than the maximum allowable size for a copy source: ${bucket.maxCopySize}`,
  );
}

/** Which version was copied, if it has an id. */
export function sourceHeaders({ version }: CopySource): Record<string, string> {
  return version.versionId === NULL_VERSION
    ? {}
    : { 'x-amz-copy-source-version-id': version.versionId };
}
