import { randomBytes } from 'node:crypto';
import type { S3BucketSettings, S3Credentials } from '../options.ts';
import { Bucket } from './bucket.ts';
import { Ids } from './ids.ts';

/** All that one double knows. */
export class Account {
  readonly region: string;
  readonly clock: () => number;
  readonly buckets = new Map<string, Bucket>();
  readonly ids = new Ids();
  readonly owner = randomBytes(32).toString('hex');
  credentials: S3Credentials;

  constructor(region: string, clock: () => number, credentials: S3Credentials) {
    this.region = region;
    this.clock = clock;
    this.credentials = credentials;
  }

  create(name: string, settings: S3BucketSettings): Bucket {
    const region = settings.region ?? this.region;
    const bucket = new Bucket(name, this.clock(), { ...settings, region }, this.ids);
    this.buckets.set(name, bucket);
    return bucket;
  }
}
