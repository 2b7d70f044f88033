import { objectMissing } from '../errors.ts';
import type { Call } from '../protocol/call.ts';
import { int64 } from '../protocol/parameters.ts';
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
