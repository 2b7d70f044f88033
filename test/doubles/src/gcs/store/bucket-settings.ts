/** What can be set for a bucket. Periods in seconds. */
export interface BucketSettings {
  readonly versioning: boolean;
  /** How long deleted objects stay restorable; 0: soft delete is off. */
  readonly softDeleteSeconds: number;
  /** Objects can't be deleted or replaced before this age; 0: no retention policy. */
  readonly retentionSeconds: number;
  /** A locked retention policy can only be made longer. */
  readonly retentionLocked: boolean;
  /** Whether objects can have a retention of their own. */
  readonly objectRetention: boolean;
  /** Whether new objects get an event-based hold. */
  readonly defaultEventBasedHold: boolean;
  readonly hierarchicalNamespace: boolean;
  readonly uniformBucketLevelAccess: boolean;
  readonly location: string;
  readonly storageClass: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A bucket with nothing switched on that would keep deleted bytes. */
export const PLAIN_BUCKET: BucketSettings = {
  versioning: false,
  softDeleteSeconds: 0,
  retentionSeconds: 0,
  retentionLocked: false,
  objectRetention: false,
  defaultEventBasedHold: false,
  hierarchicalNamespace: false,
  uniformBucketLevelAccess: true,
  location: 'US',
  storageClass: 'STANDARD',
  labels: {},
};

/** What the service gives to buckets for which nothing is said: seven days of soft delete. */
export const SERVICE_DEFAULTS: BucketSettings = {
  ...PLAIN_BUCKET,
  softDeleteSeconds: 7 * 24 * 60 * 60,
};
