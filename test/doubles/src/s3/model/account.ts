import { randomBytes } from 'node:crypto';
import type { S3BucketSettings, S3Credentials } from '../options.ts';
import { Bucket } from './bucket.ts';
import { Ids } from './ids.ts';

/** Credentials for one directory bucket, for five minutes. */
export interface Session {
  readonly bucket: string;
  readonly credentials: S3Credentials;
}

/** All that one double knows. */
export class Account {
  readonly region: string;
  readonly clock: () => number;
  readonly buckets = new Map<string, Bucket>();
  readonly ids = new Ids();
  readonly owner = randomBytes(32).toString('hex');
  credentials: S3Credentials;
  /** Given out for directory buckets, by access key id. */
  readonly sessions = new Map<string, Session>();

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
