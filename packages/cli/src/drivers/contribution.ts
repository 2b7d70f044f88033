import type { DriverRegistration } from '@dunnage/driver-api';

/** The oclif plugin that a driver came with. */
export interface DriverOrigin {
  /** Its package's name. */
  readonly plugin: string;
  readonly version: string;
  /** `'bundled'`: comes with Dunnage. `'installed'` or `'linked'`: the user chose it, so it may replace a bundled one. */
  readonly kind: 'bundled' | 'installed' | 'linked';
  /** Where it lies on disk. */
  readonly root: string;
}

/** A driver that a plugin brought, with a registration that has been checked. */
export interface Contribution {
  readonly registration: DriverRegistration;
  readonly origin: DriverOrigin;
}

/** A plugin, or one of its drivers, that can't be used, and why, in words. */
export interface DriverProblem {
  readonly plugin: string;
  readonly message: string;
  readonly advice: string;
}
