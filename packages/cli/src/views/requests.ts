import { counted, listed } from './words.ts';

/** Verbs of the driver contract, as a person would put them; what is not here goes by its own name. */
const WORDS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  list: ['listing', 'listings'],
  get: ['read', 'reads'],
  stat: ['look-up', 'look-ups'],
  put: ['write', 'writes'],
  delete: ['delete', 'deletes'],
  now: ['clock reading', 'clock readings'],
  'bulk.children': ['directory listed', 'directories listed'],
  'bulk.read': ['file read', 'files read'],
  'bulk.stat': ['file looked up', 'files looked up'],
  pruneEmptyDirectories: ['directory tried', 'directories tried'],
};

/** Counted with the requests that carry them. */
const NOT_REQUESTS = new Set(['delete.keys']);

/** What was asked of the storage, the most frequent first. */
export function requestsText(requests: Readonly<Record<string, number>>): string {
  const parts = Object.entries(requests)
    .filter(([verb, count]) => count > 0 && !NOT_REQUESTS.has(verb))
    .toSorted(([, a], [, b]) => b - a)
    .map(([verb, count]) => counted(count, ...(WORDS[verb] ?? [verb, verb])));
  return parts.length > 0 ? listed(parts) : 'none';
}
