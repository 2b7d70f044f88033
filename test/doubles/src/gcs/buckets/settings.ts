import { GcsError, invalid } from '../errors.ts';
import { SERVICE_DEFAULTS } from '../store/bucket-settings.ts';
import type { BucketSettings } from '../store/bucket-settings.ts';

const DAY_SECONDS = 24 * 60 * 60;

type Json = Readonly<Record<string, unknown>>;

/**
 * Settings as a bucket's resource changes them: what it does not name stays, `null` is what the service
 * has by default.
 * @throws GcsError 400, 403
 */
export function changedSettings(before: BucketSettings, resource: Json): BucketSettings {
  const after: BucketSettings = {
    ...before,
    versioning: enabled(resource['versioning'], before.versioning),
    softDeleteSeconds: softDelete(resource['softDeletePolicy'], before.softDeleteSeconds),
    retentionSeconds: retention(resource['retentionPolicy'], before),
    objectRetention: before.objectRetention,
    defaultEventBasedHold: truth(resource['defaultEventBasedHold'], before.defaultEventBasedHold),
    uniformBucketLevelAccess: uniformAccess(resource, before.uniformBucketLevelAccess),
    storageClass: text(resource['storageClass'], before.storageClass),
    labels: labels(resource['labels'], before.labels),
  };
  checkTogether(after);
  return after;
}

/** Settings of a bucket that is made from a resource. @throws GcsError 400 */
export function newSettings(resource: Json, objectRetention: boolean): BucketSettings {
  const { hierarchicalNamespace, location } = resource;
  return changedSettings(
    {
      ...SERVICE_DEFAULTS,
      uniformBucketLevelAccess: false,
      objectRetention,
      location: text(location, SERVICE_DEFAULTS.location).toUpperCase(),
      hierarchicalNamespace: enabled(hierarchicalNamespace, false),
    },
    resource,
  );
}

function checkTogether(settings: BucketSettings): void {
  if (!settings.hierarchicalNamespace) return;
  if (!settings.uniformBucketLevelAccess) {
    throw invalid('Hierarchical namespace requires uniform bucket-level access.');
  }
  if (settings.versioning) {
    throw invalid('Object versioning is not supported in buckets with hierarchical namespace.');
  }
}

/** Off, or seven to ninety days. */
function softDelete(policy: unknown, before: number): number {
  if (policy === null) return SERVICE_DEFAULTS.softDeleteSeconds;
  const seconds = period(policy, 'retentionDurationSeconds');
  if (seconds === undefined) return before;
  if (seconds !== 0 && (seconds < 7 * DAY_SECONDS || seconds > 90 * DAY_SECONDS)) {
    throw invalid('Soft delete policy retention duration must be 0 or between 7 and 90 days.');
  }
  return seconds;
}

function retention(policy: unknown, before: BucketSettings): number {
  const { retentionSeconds, retentionLocked } = before;
  const seconds = policy === null ? 0 : period(policy, 'retentionPeriod');
  if (seconds === undefined) return retentionSeconds;
  if (policy !== null && seconds < 1) throw invalid('Retention period must be at least 1 second.');
  if (retentionLocked && seconds === 0) {
    throw new GcsError(
      403,
      'retentionPolicyNotMet',
      'Bucket has a locked Retention Policy which cannot be removed.',
    );
  }
  if (retentionLocked && seconds < retentionSeconds) {
    const message = 'Cannot reduce retention duration of a locked Retention Policy.';
    throw new GcsError(400, 'badRequestException', message);
  }
  return seconds;
}

/** Seconds in a policy; `undefined` where it says nothing of them. */
function period(policy: unknown, field: string): number | undefined {
  if (typeof policy !== 'object' || policy === null) return undefined;
  const value: unknown = (policy as Json)[field];
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (!Number.isSafeInteger(seconds) || seconds < 0) throw invalid(`Invalid value for ${field}.`);
  return seconds;
}

function enabled(switched: unknown, before: boolean): boolean {
  if (switched === undefined) return before;
  return switched !== null && (switched as Json)['enabled'] === true;
}

function truth(value: unknown, before: boolean): boolean {
  return value === undefined ? before : value === true;
}

function text(value: unknown, before: string): string {
  return typeof value === 'string' ? value : before;
}

function uniformAccess(resource: Json, before: boolean): boolean {
  const configuration = resource['iamConfiguration'] as Json | undefined;
  return enabled(configuration?.['uniformBucketLevelAccess'], before);
}

function labels(value: unknown, before: BucketSettings['labels']): BucketSettings['labels'] {
  if (value === undefined) return before;
  const changes = (value ?? {}) as Readonly<Record<string, string | null>>;
  // None named: all are to go.
  if (Object.keys(changes).length === 0) return {};
  const merged = Object.entries({ ...before, ...changes });
  return Object.fromEntries(
    merged.flatMap(([key, label]) => (label === null ? [] : [[key, label]])),
  );
}
