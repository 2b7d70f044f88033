import type { Facts } from './probe.ts';

/** Where a server answers otherwise than Amazon S3, and so than the double. */
export interface Difference {
  readonly reason: string;
  /** What it answers instead. */
  readonly facts?: Facts;
  /** Facts that change from run to run there. */
  readonly varies?: readonly string[];
}

/** By the names of probes. */
export type Differences = Readonly<Record<string, Difference>>;
