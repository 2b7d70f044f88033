import {
  deleteBucket,
  getEncryption,
  getLifecycle,
  getLocation,
  getVersioning,
  headBucket,
  putVersioning,
} from './buckets.ts';
import type { BucketCall, ObjectCall, Run } from './call.ts';
import { deleteObject } from './delete-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { getObject } from './get-object.ts';
import { listObjectsV1, listObjectsV2 } from './list-objects.ts';
import {
  getLegalHold,
  getLockConfiguration,
  getRetention,
  putLegalHold,
  putLockConfiguration,
  putRetention,
} from './locks.ts';
import { putObject } from './put-object.ts';

/** How a request of an operation looks. */
export interface Operation<Kind> {
  /** As AWS calls it. */
  readonly name: string;
  readonly method: string;
  /** The parameter that tells it from others of the same method. */
  readonly by?: string;
  /** Whether it has x-amz-copy-source. */
  readonly copies?: true;
  /** What IAM calls the right to it. */
  readonly action?: string;
  /** The right to it where a version is named. */
  readonly versionAction?: string;
  /** Directory buckets do not have it. */
  readonly general?: true;
  readonly run: Kind;
}

/** The first one that fits is meant. */
export const BUCKET_OPERATIONS: readonly Operation<Run<BucketCall>>[] = [
  {
    name: 'ListObjectsV2',
    method: 'GET',
    by: 'list-type',
    action: 's3:ListBucket',
    run: listObjectsV2,
  },
  {
    name: 'GetBucketLocation',
    method: 'GET',
    by: 'location',
    action: 's3:GetBucketLocation',
    general: true,
    run: getLocation,
  },
  {
    name: 'GetBucketVersioning',
    method: 'GET',
    by: 'versioning',
    action: 's3:GetBucketVersioning',
    general: true,
    run: getVersioning,
  },
  {
    name: 'PutBucketVersioning',
    method: 'PUT',
    by: 'versioning',
    action: 's3:PutBucketVersioning',
    general: true,
    run: putVersioning,
  },
  {
    name: 'GetObjectLockConfiguration',
    method: 'GET',
    by: 'object-lock',
    action: 's3:GetBucketObjectLockConfiguration',
    general: true,
    run: getLockConfiguration,
  },
  {
    name: 'PutObjectLockConfiguration',
    method: 'PUT',
    by: 'object-lock',
    action: 's3:PutBucketObjectLockConfiguration',
    general: true,
    run: putLockConfiguration,
  },
  {
    name: 'GetBucketEncryption',
    method: 'GET',
    by: 'encryption',
    action: 's3:GetEncryptionConfiguration',
    run: getEncryption,
  },
  {
    name: 'GetBucketLifecycleConfiguration',
    method: 'GET',
    by: 'lifecycle',
    action: 's3:GetLifecycleConfiguration',
    run: getLifecycle,
  },
  { name: 'DeleteObjects', method: 'POST', by: 'delete', run: deleteObjects },
  { name: 'HeadBucket', method: 'HEAD', action: 's3:ListBucket', run: headBucket },
  {
    name: 'ListObjects',
    method: 'GET',
    action: 's3:ListBucket',
    general: true,
    run: listObjectsV1,
  },
  { name: 'DeleteBucket', method: 'DELETE', action: 's3:DeleteBucket', run: deleteBucket },
];

export const OBJECT_OPERATIONS: readonly Operation<Run<ObjectCall>>[] = [
  {
    name: 'GetObjectRetention',
    method: 'GET',
    by: 'retention',
    action: 's3:GetObjectRetention',
    general: true,
    run: getRetention,
  },
  {
    name: 'PutObjectRetention',
    method: 'PUT',
    by: 'retention',
    action: 's3:PutObjectRetention',
    general: true,
    run: putRetention,
  },
  {
    name: 'GetObjectLegalHold',
    method: 'GET',
    by: 'legal-hold',
    action: 's3:GetObjectLegalHold',
    general: true,
    run: getLegalHold,
  },
  {
    name: 'PutObjectLegalHold',
    method: 'PUT',
    by: 'legal-hold',
    action: 's3:PutObjectLegalHold',
    general: true,
    run: putLegalHold,
  },
  {
    name: 'GetObject',
    method: 'GET',
    action: 's3:GetObject',
    versionAction: 's3:GetObjectVersion',
    run: getObject,
  },
  {
    name: 'HeadObject',
    method: 'HEAD',
    action: 's3:GetObject',
    versionAction: 's3:GetObjectVersion',
    run: getObject,
  },
  { name: 'PutObject', method: 'PUT', action: 's3:PutObject', run: putObject },
  {
    name: 'DeleteObject',
    method: 'DELETE',
    action: 's3:DeleteObject',
    versionAction: 's3:DeleteObjectVersion',
    run: deleteObject,
  },
];

/** Parameters that name another operation, even one that the double does not have. */
const SUBRESOURCES = new Set([
  ...[...BUCKET_OPERATIONS, ...OBJECT_OPERATIONS].flatMap(({ by }) => by ?? []),
  ...['accelerate', 'acl', 'analytics', 'attributes', 'cors', 'intelligent-tiering', 'inventory'],
  ...['logging', 'metrics', 'notification', 'ownershipControls', 'policy', 'policyStatus'],
  ...['publicAccessBlock', 'renameObject', 'replication', 'requestPayment', 'restore', 'select'],
  ...['session', 'tagging', 'torrent', 'website'],
]);

/** What a request asks for; `undefined` when the double has no such operation. */
export function match<Kind>(
  operations: readonly Operation<Kind>[],
  method: string,
  query: URLSearchParams,
  copies: boolean,
): Operation<Kind> | undefined {
  const names = [...query.keys()].filter((name) => SUBRESOURCES.has(name));
  return operations.find(
    (operation) =>
      operation.method === method &&
      (operation.copies === undefined || copies) &&
      (operation.by === undefined ? names.length === 0 : names.includes(operation.by)),
  );
}
