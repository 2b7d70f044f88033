import type { DriverRegistration } from '@dunnage/driver-api';

/** What the host knows of this driver before it loads it. */
export const registration: DriverRegistration = {
  api: 1,
  name: 'memory',
  schemes: ['mem'],
  registryNames: ['inmemory'],
  summary: 'In the memory of this process, gone with it: for trials and tests',
  example: 'mem://demo?profile=s3',
  load: () => import('./driver.ts'),
};

/** Target of the oclif hook `dunnage:drivers`. */
export default function drivers(): DriverRegistration {
  return registration;
}
