import { fakeGcsServer } from './differences.ts';
import type { Facts } from './probe.ts';
import { probes } from './probes.ts';
import { Wire } from './wire.ts';
import type { GcsEndpoint } from './wire.ts';

/** Servers whose differences from the service are known. */
export type GcsServer = 'fake-gcs-server';

/** A probe of one server. */
export interface FidelityProbe {
  readonly name: string;
  run(): Promise<Facts>;
  /** What {@link run} has to find. */
  readonly expected: Facts;
  /** Why this server is expected to differ from the service, if it is. */
  readonly difference: string | undefined;
}

/**
 * Everything that can be asked of a server of the JSON API, and what it has to answer: as the service
 * does, but for the known differences of `server`. Buckets are made in it and left there.
 */
export function gcsFidelity(
  endpoint: GcsEndpoint,
  server?: GcsServer,
): { readonly probes: readonly FidelityProbe[] } {
  const differences = server === undefined ? {} : fakeGcsServer;
  return {
    probes: probes.map(({ name, run, facts }) => ({
      name,
      run: () => run(new Wire(endpoint)),
      expected: { ...facts, ...differences[name]?.facts },
      difference: differences[name]?.reason,
    })),
  };
}
