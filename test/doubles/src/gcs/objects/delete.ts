import type { Call, Reply } from '../protocol/call.ts';
import { emptyReply } from '../protocol/reply.ts';
import type { Bucket } from '../store/bucket.ts';
import { checkRemovable, checkReplaceable } from '../store/protection.ts';
import { findObject } from './find.ts';
import { checkPreconditions } from './preconditions.ts';

/** `objects.delete`: a named generation goes past versioning, else the live one becomes noncurrent. */
export function deleteObject(bucket: Bucket, name: string, call: Call): Reply {
  const object = findObject(bucket, name, call);
  checkPreconditions(call, object, { read: false });
  if (call.query.has('generation')) {
    checkRemovable(bucket, object);
    bucket.remove(object);
  } else {
    checkReplaceable(bucket, object);
    bucket.delete(object);
  }
  return emptyReply(204);
}
