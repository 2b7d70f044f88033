import type { Call, Reply } from '../protocol/call.ts';
import { emptyReply } from '../protocol/reply.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Generation } from '../store/generation.ts';
import { checkRemovable, checkReplaceable } from '../store/protection.ts';
import { findObject } from './find.ts';
import { checkPreconditions } from './preconditions.ts';

/** `objects.delete` */
export function deleteObject(bucket: Bucket, name: string, call: Call): Reply {
  const object = findObject(bucket, name, call);
  checkPreconditions(call, object);
  dispose(bucket, object, call.query.has('generation') ? 'generation' : 'live');
  return emptyReply(204);
}

/**
 * Deletes a generation that was named, past versioning, or the live one, which becomes noncurrent where
 * there are versions.
 * @throws GcsError 403
 */
export function dispose(bucket: Bucket, object: Generation, named: 'generation' | 'live'): void {
  if (named === 'generation') {
    checkRemovable(bucket, object);
    bucket.remove(object);
  } else {
    checkReplaceable(bucket, object);
    bucket.delete(object);
  }
}
