import type { Facts } from './probe.ts';

/** Servers other than Amazon's that the double is compared with. */
export type S3Implementation = 'ceph' | 'swift' | 'versitygw';

/** Where a server answers otherwise than Amazon S3, and so than the double. */
export interface Difference {
  /** Name of the probe. */
  readonly probe: string;
  /** What it answers instead. */
  readonly facts: Facts;
  readonly reason: string;
}

export const differences: Readonly<Record<S3Implementation, readonly Difference[]>> = {
  ceph: [],
  swift: [],
  versitygw: [],
};
