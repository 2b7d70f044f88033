import * as buckets from './buckets.ts';
import type { BucketCall, ObjectCall, Run } from './call.ts';
import { completeUpload } from './complete-upload.ts';
import { copyObject } from './copy-object.ts';
import { createSession } from './create-session.ts';
import { deleteObject } from './delete-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { getObject } from './get-object.ts';
import { listObjectsV1, listObjectsV2 } from './list-objects.ts';
import { listParts, listUploads } from './list-uploads.ts';
import { listObjectVersions } from './list-versions.ts';
import * as locks from './locks.ts';
import { operation } from './operation.ts';
import type { Operation } from './operation.ts';
import { putObject } from './put-object.ts';
import * as uploads from './uploads.ts';

const GENERAL = { general: true };
const LIST = { action: 's3:ListBucket' };
const PUT = { action: 's3:PutObject' };
const READ = { action: 's3:GetObject', versionAction: 's3:GetObjectVersion' };

/** The first one that fits is meant. */
export const BUCKET_OPERATIONS: readonly Operation<Run<BucketCall>>[] = [
  operation('GET ?list-type', 'ListObjectsV2', listObjectsV2, LIST),
  operation('GET ?location', 'GetBucketLocation', buckets.getLocation, GENERAL),
  operation('GET ?versioning', 'GetBucketVersioning', buckets.getVersioning, GENERAL),
  operation('PUT ?versioning', 'PutBucketVersioning', buckets.putVersioning, GENERAL),
  operation('GET ?object-lock', 'GetObjectLockConfiguration', locks.getLockConfiguration, {
    action: 's3:GetBucketObjectLockConfiguration',
    general: true,
  }),
  operation('PUT ?object-lock', 'PutObjectLockConfiguration', locks.putLockConfiguration, {
    action: 's3:PutBucketObjectLockConfiguration',
    general: true,
  }),
  operation('GET ?encryption', 'GetBucketEncryption', buckets.getEncryption, {
    action: 's3:GetEncryptionConfiguration',
  }),
  operation('GET ?lifecycle', 'GetBucketLifecycleConfiguration', buckets.getLifecycle, {
    action: 's3:GetLifecycleConfiguration',
  }),
  operation('GET ?versions', 'ListObjectVersions', listObjectVersions, {
    action: 's3:ListBucketVersions',
    general: true,
  }),
  operation('GET ?uploads', 'ListMultipartUploads', listUploads, {
    action: 's3:ListBucketMultipartUploads',
  }),
  operation('POST ?delete', 'DeleteObjects', deleteObjects, { action: null }),
  operation('GET ?session', 'CreateSession', createSession, { action: 's3express:CreateSession' }),
  operation('HEAD', 'HeadBucket', buckets.headBucket, LIST),
  operation('GET', 'ListObjects', listObjectsV1, { ...LIST, general: true }),
  operation('DELETE', 'DeleteBucket', buckets.deleteBucket),
];

export const OBJECT_OPERATIONS: readonly Operation<Run<ObjectCall>>[] = [
  operation('GET ?retention', 'GetObjectRetention', locks.getRetention, GENERAL),
  operation('PUT ?retention', 'PutObjectRetention', locks.putRetention, GENERAL),
  operation('GET ?legal-hold', 'GetObjectLegalHold', locks.getLegalHold, GENERAL),
  operation('PUT ?legal-hold', 'PutObjectLegalHold', locks.putLegalHold, GENERAL),
  operation('POST ?uploads', 'CreateMultipartUpload', uploads.createUpload, PUT),
  operation('PUT ?uploadId', 'UploadPartCopy', uploads.uploadPartCopy, { ...PUT, copies: true }),
  operation('PUT ?uploadId', 'UploadPart', uploads.uploadPart, PUT),
  operation('GET ?uploadId', 'ListParts', listParts, { action: 's3:ListMultipartUploadParts' }),
  operation('POST ?uploadId', 'CompleteMultipartUpload', completeUpload, PUT),
  operation('DELETE ?uploadId', 'AbortMultipartUpload', uploads.abortUpload),
  operation('GET ?partNumber', 'GetObject', getObject, READ),
  operation('HEAD ?partNumber', 'HeadObject', getObject, READ),
  operation('GET', 'GetObject', getObject, READ),
  operation('HEAD', 'HeadObject', getObject, READ),
  operation('PUT', 'CopyObject', copyObject, { ...PUT, copies: true }),
  operation('PUT', 'PutObject', putObject, PUT),
  operation('DELETE', 'DeleteObject', deleteObject, { versionAction: 's3:DeleteObjectVersion' }),
];
