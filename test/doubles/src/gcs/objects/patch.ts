import { GcsError, invalid } from '../errors.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { flag, jsonBody } from '../protocol/parameters.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Generation, ObjectFacts } from '../store/generation.ts';
import { factChangesIn, factsIn } from './facts.ts';
import type { FactChanges } from './facts.ts';
import { findObject } from './find.ts';
import { objectReply } from './get.ts';
import { checkPreconditions } from './preconditions.ts';

/** `objects.patch`: what is not named stays. */
export function patchObject(bucket: Bucket, name: string, call: Call): Reply {
  return change(bucket, name, call, ({ facts }) =>
    merge(facts, factChangesIn(jsonBody(call.body))),
  );
}

/** `objects.update`: what is not named goes. */
export function updateObject(bucket: Bucket, name: string, call: Call): Reply {
  return change(bucket, name, call, () => factsIn(jsonBody(call.body)));
}

function change(
  bucket: Bucket,
  name: string,
  call: Call,
  facts: (object: Generation) => ObjectFacts,
): Reply {
  const object = findObject(bucket, name, call);
  checkPreconditions(call, object);
  // The class is changed by a rewrite only.
  const { storageClass } = object.facts;
  const next = { ...facts(object), ...(storageClass === undefined ? {} : { storageClass }) };
  checkRetentionChange(bucket, object, next, call);
  const now = bucket.now();
  if (object.facts.eventBasedHold === true && next.eventBasedHold !== true) object.released = now;
  object.facts = next;
  object.metageneration++;
  object.updated = now;
  return objectReply(bucket, object, call);
}

function merge(facts: ObjectFacts, changes: FactChanges): ObjectFacts {
  const merged: Record<string, unknown> = { ...facts, ...changes };
  const metadata = changes.metadata && { ...facts.metadata, ...changes.metadata };
  if (metadata) merged['metadata'] = withoutNulls(metadata);
  // Once set, the time of one's own stays.
  if (changes.customTime === null) merged['customTime'] = facts.customTime;
  return withoutNulls(merged);
}

function withoutNulls(values: Readonly<Record<string, unknown>>): Record<string, never> {
  const entries = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as Record<string, never>;
}

/** @throws GcsError 400, 403 */
function checkRetentionChange(
  bucket: Bucket,
  { facts, bucket: owner, name }: Generation,
  next: ObjectFacts,
  call: Call,
): void {
  const { retention: before } = facts;
  const { retention: after } = next;
  if (after !== undefined && !bucket.settings.objectRetention) {
    throw invalid(
      'Object Retention Configuration cannot be specified on an object in a bucket without Object Retention enabled.',
    );
  }
  if (after !== undefined && next.eventBasedHold === true) {
    throw invalid('An object cannot have a retention configuration and an event-based hold.');
  }
  if (before === undefined) return;
  const extended =
    after !== undefined &&
    after.mode === before.mode &&
    Date.parse(after.retainUntilTime) >= Date.parse(before.retainUntilTime);
  const allowed = before.mode === 'Unlocked' && flag(call, 'overrideUnlockedRetention');
  if (extended || allowed) return;
  throw new GcsError(
    403,
    'forbidden',
    `The retention configuration of object '${owner}/${name}' cannot be reduced or removed.`,
  );
}
