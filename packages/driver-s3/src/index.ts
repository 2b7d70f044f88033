export type { S3Credentials, S3Options } from './config.ts';
export { createS3Driver, open } from './driver.ts';
export type { S3Driver } from './driver.ts';
export { registration } from './plugin.ts';
