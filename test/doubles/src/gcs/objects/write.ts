import type { Call } from '../protocol/call.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Generation } from '../store/generation.ts';
import { checkObjectName } from '../store/names.ts';
import { checkReplaceable } from '../store/protection.ts';
import type { Draft, Service } from '../store/service.ts';
import { checkPreconditions } from './preconditions.ts';

/**
 * Writes an object, if nothing is against it: preconditions come before holds and retention.
 * @throws GcsError 400, 403, 412
 */
export function writeObject(
  service: Service,
  bucket: Bucket,
  name: string,
  draft: Draft,
  call: Call,
): Generation {
  checkWrite(service, bucket, name, call);
  return service.write(bucket, name, draft);
}

/** All that {@link writeObject} checks. */
export function checkWrite(service: Service, bucket: Bucket, name: string, call: Call): void {
  checkObjectName(name);
  const current = bucket.live(name);
  service.access.require('storage.objects.create');
  if (current !== undefined) service.access.require('storage.objects.delete');
  checkPreconditions(call, current);
  checkReplaceable(bucket, current);
}
