import type { DeleteRequest } from '@dunnage/driver-api';
import type { Bulk } from './bulk.ts';

/** One object to delete, and all requests that ask for just that. */
export interface Entry {
  readonly request: DeleteRequest;
  readonly requests: DeleteRequest[];
}

/**
 * Requests in the order in which they are sent, no key twice in a round: answers name keys, and what a store does
 * with two requests for one key at once is its secret. The same request is sent once.
 */
export function roundsOf(requests: readonly DeleteRequest[]): Entry[][] {
  const rounds: Map<string, Entry>[] = [];
  for (const request of requests) {
    const same = (entry: Entry | undefined): boolean =>
      entry === undefined ||
      (entry.request.version === request.version && entry.request.ifMatch === request.ifMatch);
    let round = rounds.find((each) => same(each.get(request.key)));
    if (round === undefined) rounds.push((round = new Map<string, Entry>()));
    const entry = round.get(request.key);
    if (entry === undefined) round.set(request.key, { request, requests: [request] });
    else entry.requests.push(request);
  }
  return rounds.map((round) => [...round.values()]);
}

/** Names that XML can't carry, or that parsers trim. */
// oxlint-disable-next-line no-control-regex -- those are what it is about
const NOT_IN_XML = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]|^\s|\s$/;

/** Which objects have to be deleted each by a request of its own. */
export function isOneByOne(bulk: Bulk): (entry: Entry) => boolean {
  return ({ request }) => bulk.limit === 1 || NOT_IN_XML.test(request.key);
}
