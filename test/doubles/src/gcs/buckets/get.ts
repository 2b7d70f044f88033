import { checkPreconditions } from '../objects/preconditions.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { selectFields } from '../protocol/fields.ts';
import { jsonReply } from '../protocol/reply.ts';
import { BUCKET } from '../protocol/schemas.ts';
import type { Bucket } from '../store/bucket.ts';
import { bucketEtag, bucketResource } from './resource.ts';

/** `buckets.get` */
export function getBucket(bucket: Bucket, call: Call): Reply {
  checkPreconditions(call, bucket);
  return bucketReply(bucket, call);
}

/** The metadata of a bucket, as every call that makes or changes one answers. */
export function bucketReply(bucket: Bucket, call: Call): Reply {
  const resource = bucketResource(bucket, call.base);
  const selected = selectFields(resource, call.query.get('fields'), BUCKET);
  return jsonReply(selected, 200, { etag: bucketEtag(bucket) });
}
