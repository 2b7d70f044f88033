import type { Bucket } from './bucket.ts';
import { HttpFailure } from './http/failure.ts';

/** What is set for a bucket, as far as it matters to who deletes. */
export interface BucketSettings {
  readonly versions: 'none' | 'enabled' | 'unknown';
  /** Whether deleted objects can be restored for a while. */
  readonly softDelete: 'off' | 'on' | 'unknown';
  /** Whether a policy, or holds that objects get by default, may keep objects from being deleted. */
  readonly retention: 'none' | 'possible' | 'unknown';
}

const FIELDS =
  'name,versioning,softDeletePolicy,retentionPolicy,defaultEventBasedHold,objectRetention';

const UNKNOWN: BucketSettings = {
  versions: 'unknown',
  softDelete: 'unknown',
  retention: 'unknown',
};

/**
 * Asks for the bucket's settings. Without the permission for that they are unknown: to work with objects
 * is a permission of its own.
 * @throws HttpFailure where there is no such bucket
 */
export async function readSettings(bucket: Bucket, signal: AbortSignal): Promise<BucketSettings> {
  const path = bucket.paths.bucket({ fields: FIELDS });
  let resource: BucketResource;
  try {
    resource = (await bucket.client.askJson({ method: 'GET', path }, signal)) as BucketResource;
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    if (error.status === 403) return UNKNOWN;
    if (error.status !== 404) throw error;
    throw new HttpFailure(404, 'bucketMissing', error.said, error.headers);
  }
  const { versioning, softDeletePolicy, retentionPolicy } = resource;
  const { defaultEventBasedHold, objectRetention } = resource;
  const retained = Number(retentionPolicy?.retentionPeriod ?? 0) > 0;
  const mayBeHeld =
    retained || defaultEventBasedHold === true || objectRetention?.mode === 'Enabled';
  return {
    versions: versioning?.enabled === true ? 'enabled' : 'none',
    softDelete: Number(softDeletePolicy?.retentionDurationSeconds ?? 0) > 0 ? 'on' : 'off',
    retention: mayBeHeld ? 'possible' : 'none',
  };
}

/** A bucket's metadata as the JSON API gives it, as far as it is asked for. */
interface BucketResource {
  readonly versioning?: { readonly enabled?: unknown };
  readonly softDeletePolicy?: { readonly retentionDurationSeconds?: unknown };
  readonly retentionPolicy?: { readonly retentionPeriod?: unknown };
  readonly defaultEventBasedHold?: unknown;
  readonly objectRetention?: { readonly mode?: unknown };
}
