import { GcsError } from '../errors.ts';
import type { Bucket } from './bucket.ts';
import type { Generation } from './generation.ts';

/** When the retention of an object ends, in milliseconds. `undefined`: it has none, or none that counts yet. */
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
  const hold =
    facts.temporaryHold === true
      ? 'Temporary'
      : facts.eventBasedHold === true
        ? 'Event-Based'
        : undefined;
  if (hold === undefined) return;
  throw new GcsError(
    403,
    'objectUnderActiveHold',
    `Object '${bucket}/${name}' is under active ${hold} hold and cannot be deleted, overwritten or archived until hold is removed.`,
  );
}

function checkRetention(bucket: Bucket, object: Generation): void {
  const own = object.facts.retention?.retainUntilTime;
  const end = Math.max(retentionEnd(bucket, object) ?? 0, own === undefined ? 0 : Date.parse(own));
  if (end <= bucket.now()) return;
  throw new GcsError(
    403,
    'retentionPolicyNotMet',
    `Object '${object.bucket}/${object.name}' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until ${new Date(end).toISOString()}`,
  );
}
