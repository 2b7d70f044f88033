import type { Operation, Protocol } from './operations/index.ts';
import type { ProxiedRequest } from './request.ts';

/** What became of a request: `open` while it goes on, `aborted` by the client, `lost` by the store. */
export type Ending = 'open' | 'answered' | 'cut' | 'reset' | 'aborted' | 'lost';

/** What the proxy remembers of a request. Headers are not among it, and signatures are taken out. */
export interface LoggedRequest {
  readonly number: number;
  readonly protocol: Protocol;
  readonly operation: Operation;
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The fault that struck it. */
  readonly fault: string | undefined;
  /** Bytes of the request's body that were read. */
  readonly bytesIn: number;
  /** Bytes of the answer's body that were sent. */
  readonly bytesOut: number;
  /** Of the answer, when one was begun. */
  readonly status: number | undefined;
  /** Whether anything of it was sent to the store. */
  readonly forwarded: boolean;
  readonly ending: Ending;
}

/** A log entry while it is written. */
export type Entry = { -readonly [Field in keyof LoggedRequest]: LoggedRequest[Field] };

const SECRET = /^(sig|x-amz-(signature|security-token|credential)|x-goog-(signature|credential))$/i;

/** The entry of a request that has just come. */
export function entryOf(request: ProxiedRequest, fault: string | undefined): Entry {
  const { number, protocol, operation, method, path } = request;
  const query = Object.fromEntries(
    [...request.query].map(([name, value]) => [name, SECRET.test(name) ? '(hidden)' : value]),
  );
  return {
    ...{ number, protocol, operation, method, path, query, fault },
    ...{ bytesIn: 0, bytesOut: 0, status: undefined, forwarded: false, ending: 'open' },
  };
}

/** How many requests there were of each operation. */
export type Counts = Readonly<Partial<Record<Operation, number>>>;

/** Counts `requests` by operation. */
export function countsOf(requests: readonly LoggedRequest[]): Counts {
  const counts: Partial<Record<Operation, number>> = {};
  for (const { operation } of requests) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}
