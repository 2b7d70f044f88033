import { GcsError, objectMissing, required } from '../errors.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { int64 } from '../protocol/parameters.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Service } from '../store/service.ts';
import { objectReply } from './get.ts';
import { writeObject } from './write.ts';

/** `objects.restore`: a new live generation of a soft-deleted one, which itself stays until its time is over. */
export function restoreObject(service: Service, bucket: Bucket, name: string, call: Call): Reply {
  const generation = int64(call, 'generation');
  if (generation === undefined) throw required('generation');
  const object = bucket.findSoftDeleted(name, generation);
  if (object === undefined) throw notRestorable(bucket, name, generation);
  const { data, facts, componentCount } = object;
  const draft = { data, facts, ...(componentCount === undefined ? {} : { componentCount }) };
  return objectReply(bucket, writeObject(service, bucket, name, draft, call), call);
}

function notRestorable(bucket: Bucket, name: string, generation: string): GcsError {
  if (bucket.settings.softDeleteSeconds === 0) {
    return new GcsError(
      412,
      'softDeletePolicyNotSet',
      'Bucket does not have a soft delete policy.',
    );
  }
  if (bucket.find(name, generation) === undefined) {
    return objectMissing(bucket.name, name, generation);
  }
  return new GcsError(
    412,
    'objectNotSoftDeleted',
    'Object is not soft deleted and is either live or noncurrent.',
  );
}
