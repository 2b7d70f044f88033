import { differences } from './differences.ts';
import type { S3Implementation } from './differences.ts';
import type { Facts } from './probe.ts';
import { bucketProbes } from './probes/buckets.ts';
import { checksumProbes } from './probes/checksums.ts';
import { deletingProbes } from './probes/deleting.ts';
import { historyProbes } from './probes/history.ts';
import { listingProbes } from './probes/listing.ts';
import { lockProbes } from './probes/locks.ts';
import { nameProbes } from './probes/names.ts';
import { pendingProbes } from './probes/pending.ts';
import { readingProbes } from './probes/reading.ts';
import { retentionProbes } from './probes/retention.ts';
import { signingProbes } from './probes/signing.ts';
import { uploadProbes } from './probes/uploads.ts';
import { versionProbes } from './probes/versions.ts';
import { writingProbes } from './probes/writing.ts';
import { Wire } from './wire.ts';
import type { S3Endpoint } from './wire.ts';

const PROBES = [
  ...bucketProbes,
  ...listingProbes,
  ...nameProbes,
  ...readingProbes,
  ...writingProbes,
  ...deletingProbes,
  ...versionProbes,
  ...historyProbes,
  ...lockProbes,
  ...retentionProbes,
  ...uploadProbes,
  ...checksumProbes,
  ...pendingProbes,
  ...signingProbes,
];

/** One probe, aimed at a server. */
export interface AimedProbe {
  readonly name: string;
  /** What this server is known to answer. */
  readonly expected: Facts;
  /** Why it differs from Amazon S3, where it does. */
  readonly reason?: string;
  readonly run: () => Promise<Facts>;
}

/** All probes, aimed at a server that is what it says it is. */
export function s3Fidelity(
  endpoint: S3Endpoint,
  implementation: S3Implementation | 's3' = 's3',
): { readonly probes: readonly AimedProbe[] } {
  const wire = new Wire(endpoint);
  const known = implementation === 's3' ? {} : differences[implementation];
  const names = new Set(PROBES.map(({ name }) => name));
  const stray = Object.keys(known).find((name) => !names.has(name));
  if (stray !== undefined) throw new Error(`${implementation} differs in no such probe: ${stray}`);
  const probes = PROBES.map(({ name, facts, run }) => {
    const own = known[name];
    const stable = (found: Facts): Facts => without(found, own?.varies ?? []);
    return {
      name,
      expected: stable({ ...facts, ...own?.facts }),
      ...(own === undefined ? {} : { reason: own.reason }),
      run: async () => stable(await run(wire)),
    };
  });
  return { probes };
}

function without(facts: Facts, names: readonly string[]): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !names.includes(name)));
}
