import { reads } from './differences/reads.ts';
import { writes } from './differences/writes.ts';
import type { Differences } from './probe.ts';

/** fake-gcs-server 1.56.1 with its memory backend. */
export const fakeGcsServer: Differences = { ...reads, ...writes };
