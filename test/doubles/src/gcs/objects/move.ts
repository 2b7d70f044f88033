import { invalid } from '../errors.ts';
import type { Call, Reply } from '../protocol/call.ts';
import type { Bucket } from '../store/bucket.ts';
import { checkRemovable } from '../store/protection.ts';
import type { Service } from '../store/service.ts';
import { findObject } from './find.ts';
import { objectReply } from './get.ts';
import { checkPreconditions } from './preconditions.ts';
import { writeObject } from './write.ts';

/** `objects.move`: the source is gone for good, soft delete or not; what was at the destination isn't. */
export function moveObject(
  service: Service,
  bucket: Bucket,
  name: string,
  to: string,
  call: Call,
): Reply {
  const source = findObject(bucket, name, call, 'sourceGeneration');
  if (name === to) throw invalid('The source and destination objects must be different.');
  checkPreconditions(call, source, 'ifSource');
  checkRemovable(bucket, source);
  const { data, facts, componentCount } = source;
  const draft = { data, facts, ...(componentCount === undefined ? {} : { componentCount }) };
  const moved = writeObject(service, bucket, to, draft, call);
  bucket.vanish(source);
  return objectReply(bucket, moved, call);
}
