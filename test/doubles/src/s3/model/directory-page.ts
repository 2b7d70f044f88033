import { createHash } from 'node:crypto';
import type { Bucket } from './bucket.ts';
import { commonPrefix } from './page.ts';
import type { Entry, Page, PageQuery } from './page.ts';
import type { ObjectVersion } from './version.ts';

/**
 * One page of a directory bucket: every entry once, in an order that no client can foresee, but that
 * stays while a listing goes on. Prefixes of uploads in progress are entries too.
 */
export function pageOfDirectory(bucket: Bucket, query: PageQuery): Page<ObjectVersion> {
  const { prefix, delimiter, after, limit } = query;
  const found = new Map<string, Entry<ObjectVersion>>();
  for (const [name] of bucket.keys.from(prefix)) {
    if (!name.startsWith(prefix)) break;
    const group = commonPrefix(name, prefix, delimiter);
    const item = bucket.current(name);
    if (group !== undefined) found.set(group, { kind: 'prefix', name: group });
    else if (item !== undefined) found.set(name, { kind: 'item', name, item });
  }
  for (const [key] of bucket.uploads.from(prefix)) {
    if (!key.startsWith(prefix)) break;
    const group = commonPrefix(key, prefix, delimiter);
    if (group !== undefined) found.set(group, { kind: 'prefix', name: group });
  }
  const place = after === '' ? '' : placeOf(after);
  const rest = Array.from(found.values(), (entry) => ({ entry, place: placeOf(entry.name) }))
    .filter((candidate) => candidate.place > place)
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ entry }) => entry);
  return { entries: rest.slice(0, limit), truncated: limit > 0 && rest.length > limit };
}

const places = new Map<string, string>();

/** Where an entry stands in that order. */
function placeOf(name: string): string {
  let place = places.get(name);
  if (place === undefined) {
    place = createHash('md5').update(name).digest('hex');
    if (places.size > 100_000) places.clear();
    places.set(name, place);
  }
  return place;
}
