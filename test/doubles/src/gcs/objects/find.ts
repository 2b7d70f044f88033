import { invalid, objectMissing } from '../errors.ts';
import type { Call } from '../protocol/call.ts';
import { flag, int64 } from '../protocol/parameters.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Generation } from '../store/generation.ts';

/**
 * The generation that a request names, or the live one.
 * @throws GcsError 404
 */
export function findObject(
  bucket: Bucket,
  name: string,
  call: Call,
  parameter = 'generation',
): Generation {
  const generation = int64(call, parameter);
  const object = generation === undefined ? bucket.live(name) : bucket.find(name, generation);
  if (object === undefined) throw objectMissing(bucket.name, name, generation);
  return object;
}

/**
 * As {@link findObject}, for reads of metadata, which can be about soft-deleted generations.
 * @throws GcsError 404; 400 when a soft-deleted one is asked for without its generation
 */
export function findReadable(bucket: Bucket, name: string, call: Call): Generation {
  if (!flag(call, 'softDeleted')) return findObject(bucket, name, call);
  const generation = int64(call, 'generation');
  if (generation === undefined) {
    throw invalid('You must specify a generation to get a soft-deleted object.', 'generation');
  }
  const object = bucket.findSoftDeleted(name, generation);
  if (object === undefined) throw objectMissing(bucket.name, name, generation);
  return object;
}
