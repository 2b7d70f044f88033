import { API_VERSION } from '@dunnage/driver-api';
import type { DriverRegistration } from '@dunnage/driver-api';

/** Names the driver without loading it. */
export const registration: DriverRegistration = {
  api: API_VERSION,
  name: 'fs',
  schemes: ['file'],
  registryNames: ['filesystem'],
  summary: 'Directories on a local disk or a network mount',
  example: 'file:///var/lib/registry',
  load: () => import('./driver.ts'),
};

/** What oclif calls for the hook `dunnage:drivers`. */
export default function drivers(): DriverRegistration {
  return registration;
}
