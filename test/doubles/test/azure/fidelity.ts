import type { Difference } from './differences.ts';
import type { Facts } from './probe.ts';
import { probes } from './probes.ts';
import { Wire } from './wire.ts';
import type { AzureEndpoint } from './wire.ts';

/** One question to a server, and what it is to answer. */
export interface Check {
  readonly name: string;
  /** What the service answers, but for what this server is known to do otherwise. */
  readonly expected: Facts;
  readonly run: () => Promise<Facts>;
}

/**
 * All that is asked of a server, the double or another. `differences` are the ones that this server is known to
 * have; each has to be the name of a probe.
 */
export function azureFidelity(
  endpoint: AzureEndpoint,
  differences: readonly Difference[] = [],
): readonly Check[] {
  const wire = new Wire(endpoint);
  const known = new Map(differences.map((difference) => [difference.probe, difference.facts]));
  const checks = probes.map(({ name, run, facts }) => {
    const expected = { ...facts, ...known.get(name) };
    known.delete(name);
    return { name, expected, run: () => run(wire) };
  });
  if (known.size > 0) throw new Error(`no such probes: ${[...known.keys()].join(', ')}`);
  return checks;
}
