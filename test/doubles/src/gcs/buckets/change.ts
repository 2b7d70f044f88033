import { GcsError, required } from '../errors.ts';
import { checkPreconditions } from '../objects/preconditions.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { flag, jsonBody } from '../protocol/parameters.ts';
import { emptyReply } from '../protocol/reply.ts';
import type { Bucket } from '../store/bucket.ts';
import { checkBucketName } from '../store/names.ts';
import type { Service } from '../store/service.ts';
import { bucketReply } from './get.ts';
import { changedSettings, newSettings } from './settings.ts';

/** `buckets.insert` */
export function createBucket(service: Service, call: Call): Reply {
  if (!call.query.has('project')) throw required('project');
  const resource = jsonBody(call.body);
  const { name } = resource;
  if (typeof name !== 'string') throw required('name');
  checkBucketName(name);
  if (service.buckets.has(name)) {
    const message =
      'Your previous request to create the named bucket succeeded and you already own it.';
    throw new GcsError(409, 'conflict', message);
  }
  const settings = newSettings(resource, flag(call, 'enableObjectRetention'));
  return bucketReply(service.createBucket(name, settings), call);
}

/** `buckets.patch` */
export function patchBucket(bucket: Bucket, call: Call): Reply {
  checkPreconditions(call, bucket);
  bucket.change(changedSettings(bucket.settings, jsonBody(call.body)));
  return bucketReply(bucket, call);
}

/** `buckets.lockRetentionPolicy`, which can't be undone. */
export function lockRetention(bucket: Bucket, call: Call): Reply {
  if (!call.query.has('ifMetagenerationMatch')) throw required('ifMetagenerationMatch');
  checkPreconditions(call, bucket);
  if (bucket.settings.retentionSeconds === 0) {
    throw new GcsError(400, 'badRequest', 'The bucket has no retention policy to lock.');
  }
  bucket.change({ ...bucket.settings, retentionLocked: true });
  return bucketReply(bucket, call);
}

/** `buckets.delete` */
export function deleteBucket(service: Service, bucket: Bucket, call: Call): Reply {
  checkPreconditions(call, bucket);
  if (!bucket.empty) {
    throw new GcsError(409, 'conflict', 'The bucket you tried to delete is not empty.');
  }
  service.buckets.delete(bucket.name);
  return emptyReply(204);
}
