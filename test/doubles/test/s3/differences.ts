import type { Differences } from './difference.ts';
import { ceph } from './differences/ceph.ts';
import { swift } from './differences/swift.ts';
import { versitygw } from './differences/versitygw.ts';

/** Servers other than Amazon's that the double is compared with. */
export type S3Implementation = 'ceph' | 'swift' | 'versitygw';

export const differences: Readonly<Record<S3Implementation, Differences>> = {
  ceph,
  swift,
  versitygw,
};
