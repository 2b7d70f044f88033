import type { DriverRegistration } from '@dunnage/driver-api';

/** What the host knows of this driver before it loads it. */
export const registration: DriverRegistration = {
  api: 1,
  name: 'azure',
  schemes: ['azblob'],
  registryNames: ['azure'],
  summary: 'Azure Blob Storage',
  example: 'azblob://container/root?account=NAME',
  load: () => import('./driver.ts'),
};

/** Target of the oclif hook `dunnage:drivers`. */
export default function drivers(): DriverRegistration {
  return registration;
}
