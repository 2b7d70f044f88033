import { differences } from './differences.ts';
import type { S3Implementation } from './differences.ts';
import type { Facts } from './probe.ts';
import { bucketProbes } from './probes/buckets.ts';
import { deletingProbes } from './probes/deleting.ts';
import { listingProbes } from './probes/listing.ts';
import { lockProbes } from './probes/locks.ts';
import { readingProbes } from './probes/reading.ts';
import { signingProbes } from './probes/signing.ts';
import { uploadProbes } from './probes/uploads.ts';
import { versionProbes } from './probes/versions.ts';
import { writingProbes } from './probes/writing.ts';
import { Wire } from './wire.ts';
import type { S3Endpoint } from './wire.ts';

const PROBES = [
  ...bucketProbes,
  ...listingProbes,
  ...readingProbes,
  ...writingProbes,
  ...deletingProbes,
  ...versionProbes,
  ...lockProbes,
  ...uploadProbes,
  ...signingProbes,
];

/** One probe, aimed at a server. */
export interface AimedProbe {
  readonly name: string;
  /** What this server is known to answer. */
  readonly expected: Facts;
  /** Why it differs from Amazon S3, where it does. */
  readonly reasons: readonly string[];
  readonly run: () => Promise<Facts>;
}

/** All probes, aimed at a server that is what it says it is. */
export function s3Fidelity(
  endpoint: S3Endpoint,
  implementation: S3Implementation | 's3' = 's3',
): { readonly probes: readonly AimedProbe[] } {
  const wire = new Wire(endpoint);
  const probes = PROBES.map(({ name, facts, run }) => {
    const known = implementation === 's3' ? [] : differences[implementation];
    const own = known.filter(({ probe }) => probe === name);
    const expected = Object.assign(
      {},
      facts,
      ...own.map((difference) => difference.facts),
    ) as Facts;
    return { name, expected, reasons: own.map(({ reason }) => reason), run: () => run(wire) };
  });
  return { probes };
}
