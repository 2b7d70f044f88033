import type { Wire } from './wire.ts';

/** What a probe found: plain values, alike on every run. */
export type Facts = Readonly<Record<string, unknown>>;

/** A question to a server, and what the service is known to answer. */
export interface Probe {
  readonly name: string;
  /** Makes buckets of its own and looks at what happens. */
  readonly run: (wire: Wire) => Promise<Facts>;
  readonly facts: Facts;
}

/** By the name of a probe: what a server answers otherwise than the service, and why that is let be. */
export type Differences = Readonly<
  Record<string, { readonly facts: Facts; readonly reason: string } | undefined>
>;
