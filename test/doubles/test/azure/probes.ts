import type { Probe } from './probe.ts';
import { batchProbes } from './probes/batches.ts';
import { blockProbes } from './probes/blocks.ts';
import { conditionProbes } from './probes/conditions.ts';
import { copyProbes } from './probes/copies.ts';
import { deleteProbes } from './probes/deletes.ts';
import { errorProbes } from './probes/errors.ts';
import { listingProbes } from './probes/listing.ts';
import { objectProbes } from './probes/objects.ts';

/** All that is asked of a server. */
export const probes: readonly Probe[] = [
  ...objectProbes,
  ...errorProbes,
  ...conditionProbes,
  ...listingProbes,
  ...blockProbes,
  ...deleteProbes,
  ...batchProbes,
  ...copyProbes,
];
