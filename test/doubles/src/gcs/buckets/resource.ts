import { Buffer } from 'node:buffer';
import { time } from '../objects/resource.ts';
import type { Bucket } from '../store/bucket.ts';

/** A bucket's metadata as the JSON API gives it. Keys whose value is `undefined` are left out. */
export function bucketResource(bucket: Bucket, base: string): Record<string, unknown> {
  const { settings } = bucket;
  const effectiveTime = time(bucket.created);
  const retention = {
    retentionPeriod: settings.retentionSeconds.toString(),
    effectiveTime,
    ...(settings.retentionLocked ? { isLocked: true } : {}),
  };
  const softDelete = { retentionDurationSeconds: settings.softDeleteSeconds.toString() };
  return {
    kind: 'storage#bucket',
    selfLink: `${base}/storage/v1/b/${bucket.name}`,
    id: bucket.name,
    name: bucket.name,
    projectNumber: '1',
    generation: (bucket.created * 1000).toString(),
    metageneration: bucket.metageneration.toString(),
    location: settings.location,
    locationType: 'multi-region',
    storageClass: settings.storageClass,
    etag: bucketEtag(bucket),
    timeCreated: time(bucket.created),
    updated: time(bucket.updated),
    labels: Object.keys(settings.labels).length === 0 ? undefined : settings.labels,
    defaultEventBasedHold: settings.defaultEventBasedHold ? true : undefined,
    versioning: settings.versioning ? { enabled: true } : undefined,
    retentionPolicy: settings.retentionSeconds === 0 ? undefined : retention,
    objectRetention: settings.objectRetention ? { mode: 'Enabled' } : undefined,
    softDeletePolicy:
      settings.softDeleteSeconds === 0 ? softDelete : { ...softDelete, effectiveTime },
    hierarchicalNamespace: settings.hierarchicalNamespace ? { enabled: true } : undefined,
    iamConfiguration: {
      publicAccessPrevention: 'inherited',
      uniformBucketLevelAccess: { enabled: settings.uniformBucketLevelAccess },
    },
    rpo: 'DEFAULT',
  };
}

/** Changes with each change of the settings. */
export function bucketEtag(bucket: Bucket): string {
  return Buffer.from(`\u0008${bucket.metageneration}`).toString('base64');
}
