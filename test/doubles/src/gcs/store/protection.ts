import { GcsError } from '../errors.ts';
import type { Bucket } from './bucket.ts';
import type { Generation } from './generation.ts';

/** When the bucket lets go of an object, in milliseconds. `undefined`: no policy, or one that waits for a hold. */
export function retentionEnd(bucket: Bucket, object: Generation): number | undefined {
  const { retentionSeconds } = bucket.settings;
  // While the event-based hold is on, the period has not begun.
  if (retentionSeconds === 0 || object.facts.eventBasedHold === true) return undefined;
  return (object.released ?? object.created) + retentionSeconds * 1000;
}

/** @throws GcsError 403 when the live generation can't be replaced, or deleted by its name. */
export function checkReplaceable(bucket: Bucket, object: Generation | undefined): void {
  if (object === undefined) return;
  checkHolds(object);
  // With versions it is not lost: it becomes noncurrent.
  if (!bucket.settings.versioning) checkRetention(bucket, object);
}

/** @throws GcsError 403 when this generation can't be deleted for good. */
export function checkRemovable(bucket: Bucket, object: Generation): void {
  checkHolds(object);
  checkRetention(bucket, object);
}

function checkHolds({ bucket, name, facts }: Generation): void {
  const { temporaryHold, eventBasedHold } = facts;
  if (temporaryHold !== true && eventBasedHold !== true) return;
  const kind = temporaryHold === true ? 'Temporary' : 'Event-Based';
  const message = `Object '${bucket}/${name}' is under active ${kind} hold and cannot be deleted, overwritten or archived until hold is removed.`;
  // Documented is the reason objectUnderActiveHold. What the service has been seen to send is the reason
  // of missing permissions, told apart by the message alone.
  throw new GcsError(403, 'forbidden', message, {
    xml: {
      code: 'ObjectUnderActiveHold',
      message: 'Object overwrite or deletion is not allowed due to active hold on the object.',
    },
  });
}

function checkRetention(bucket: Bucket, object: Generation): void {
  const own = object.facts.retention?.retainUntilTime;
  const end = Math.max(retentionEnd(bucket, object) ?? 0, own === undefined ? 0 : Date.parse(own));
  if (end <= bucket.now()) return;
  const until = new Date(end).toISOString();
  const message = `Object '${object.bucket}/${object.name}' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until ${until}`;
  throw new GcsError(403, 'retentionPolicyNotMet', message, {
    xml: {
      code: 'RetentionPolicyNotMet',
      message: 'Object overwrite or deletion is not allowed due to retention policy.',
    },
  });
}
