import type { DriverRegistration } from '@dunnage/driver-api';

/** What the host knows of this driver before it loads it. */
export const registration: DriverRegistration = {
  api: 1,
  name: 's3',
  schemes: ['s3'],
  registryNames: ['s3', 's3aws'],
  summary: 'Amazon S3 and what speaks its protocol',
  example: 's3://bucket/root?region=eu-central-1',
  load: () => import('./driver.ts'),
};

/** Target of the oclif hook `dunnage:drivers`. */
export default function drivers(): DriverRegistration {
  return registration;
}
