import type { Probe } from './probe.ts';
import { bucketProbes } from './probes/buckets.ts';
import { bulkProbes } from './probes/bulk.ts';
import { changeProbes } from './probes/changes.ts';
import { keepingProbes } from './probes/keeping.ts';
import { listingProbes } from './probes/listing.ts';
import { objectProbes } from './probes/objects.ts';
import { preconditionProbes } from './probes/preconditions.ts';
import { resumableProbes } from './probes/resumable.ts';
import { uploadProbes } from './probes/uploads.ts';

/** All that is asked of a server. */
export const probes: readonly Probe[] = [
  ...objectProbes,
  ...listingProbes,
  ...preconditionProbes,
  ...uploadProbes,
  ...resumableProbes,
  ...changeProbes,
  ...keepingProbes,
  ...bulkProbes,
  ...bucketProbes,
];
