import { lastStamp, stateStamp } from '../state/blob.ts';
import type { Blob, Entry } from '../state/blob.ts';
import type { Container } from '../state/container.ts';
import { byStamp, expire } from '../state/history.ts';
import type { ListQuery, Place } from './list-query.ts';

/** One item of a listing. */
export type Item =
  | { readonly kind: 'blob'; readonly entry: Entry; readonly blob: Blob; readonly place: Place }
  | { readonly kind: 'uncommitted' | 'versions-only'; readonly entry: Entry; readonly place: Place }
  | {
      readonly kind: 'prefix';
      readonly prefix: string;
      /** What a hierarchical namespace has for it. */
      readonly directory: Blob | undefined;
      readonly place: Place;
    };

/** All items from the marker on, in the order of the service. */
export function* items(container: Container, query: ListQuery, now: number): Generator<Item> {
  const { prefix, delimiter, marker } = query;
  const starts = [prefix, marker?.name ?? '', query.startFrom ?? ''];
  const first = starts.reduce((a, b) => (container.precedes(a, b) ? b : a));
  let group: string | undefined;
  for (const entry of container.from(first)) {
    const { name } = entry;
    if (!name.startsWith(prefix)) return;
    if (group !== undefined && name.startsWith(group)) continue;
    expire(entry, now);
    const states = statesOf(entry, query);
    const cut = delimiter === undefined ? -1 : name.indexOf(delimiter, prefix.length);
    if (cut >= 0 && delimiter !== undefined) {
      if (states.length === 0) continue;
      group = name.slice(0, cut + delimiter.length);
      yield prefixItem(container, group);
      continue;
    }
    // A directory of a hierarchical namespace stands for what is below it.
    if (delimiter === '/' && entry.current?.directory === true) {
      group = `${name}/`;
      yield prefixItem(container, group);
      continue;
    }
    for (const item of states) {
      const before = marker?.name === name && item.place.stamp < marker.stamp;
      if (!before) yield item;
    }
  }
}

/** The states of one name that a listing shows, oldest first and the base last. */
function statesOf(entry: Entry, query: ListQuery): Item[] {
  const { include, showOnly } = query;
  const shown = entry.past.filter((blob) => showsPast(blob, query)).sort(byStamp);
  const base = entry.current;
  if (base !== undefined && shows(base, showOnly)) shown.push(base);
  const found: Item[] = shown.map((blob) => {
    return { kind: 'blob', entry, blob, place: { name: entry.name, stamp: stampOf(blob, base) } };
  });
  const place = { name: entry.name, stamp: lastStamp };
  if (base === undefined && entry.staged.size > 0 && include.has('uncommittedblobs')) {
    found.push({ kind: 'uncommitted', entry, place });
  }
  const versions = entry.past.some((blob) => blob.versionId !== undefined);
  if (base === undefined && versions && include.has('deletedwithversions')) {
    found.push({ kind: 'versions-only', entry, place });
  }
  return found;
}

function showsPast(blob: Blob, { include, showOnly }: ListQuery): boolean {
  if (blob.deleted !== undefined && showOnly !== 'deleted' && !include.has('deleted')) return false;
  if (blob.deleted === undefined && showOnly === 'deleted') return false;
  if (blob.snapshot !== undefined) return include.has('snapshots');
  return blob.versionId === undefined || include.has('versions');
}

function shows(base: Blob, showOnly: string | undefined): boolean {
  if (showOnly === undefined) return true;
  return showOnly === (base.directory ? 'directories' : 'files');
}

function stampOf(blob: Blob, base: Blob | undefined): string {
  return blob === base ? lastStamp : stateStamp(blob);
}

function prefixItem(container: Container, prefix: string): Item {
  const name = prefix.slice(0, -1);
  const directory = container.hns ? container.entry(name)?.current : undefined;
  // The next page begins with the entry that makes the group: the directory, where there is one.
  const place = { name: directory === undefined ? prefix : name, stamp: lastStamp };
  return { kind: 'prefix', prefix, directory, place };
}
