import { API_VERSION } from '@dunnage/driver-api';
import type { DriverRegistration } from '@dunnage/driver-api';

/** Names the driver without loading it. */
export const registration: DriverRegistration = {
  api: API_VERSION,
  name: 'gcs',
  schemes: ['gs'],
  registryNames: ['gcs'],
  summary: 'Google Cloud Storage',
  example: 'gs://bucket/root',
  load: () => import('./driver.ts'),
};

/** What oclif calls for the hook `dunnage:drivers`. */
export default function drivers(): DriverRegistration {
  return registration;
}
