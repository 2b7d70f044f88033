export { startS3Double } from './double.ts';
export type { S3Double } from './double.ts';
export type { S3Bucket, S3ObjectFacts, S3UploadOptions } from './handle.ts';
export type {
  Retention,
  S3BucketSettings,
  S3Credentials,
  S3DoubleOptions,
  S3Quirk,
  S3SeenRequest,
} from './options.ts';
