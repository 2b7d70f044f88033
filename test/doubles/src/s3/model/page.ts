import { compareUtf8 } from '../../shared/sorted-map.ts';
import type { SortedMap } from '../../shared/sorted-map.ts';

/** What a listing asks for. */
export interface PageQuery {
  readonly prefix: string;
  /** Empty: none. */
  readonly delimiter: string;
  /** Names up to this one, and common prefixes up to it, were listed before. */
  readonly after: string;
  readonly limit: number;
}

export type Entry<Item> =
  | { readonly kind: 'item'; readonly name: string; readonly item: Item }
  | { readonly kind: 'prefix'; readonly name: string };

export interface Page<Item> {
  readonly entries: readonly Entry<Item>[];
  readonly truncated: boolean;
}

/**
 * One page of a sorted listing. Common prefixes count like items.
 * @param itemsOf what a name contributes, in order
 * @param rest what of `after` itself is still to be listed
 */
export function collectPage<Value, Item>(
  names: SortedMap<Value>,
  query: PageQuery,
  itemsOf: (value: Value) => readonly Item[],
  rest: (value: Value) => readonly Item[] = () => [],
): Page<Item> {
  const { prefix, delimiter, after, limit } = query;
  const entries: Entry<Item>[] = [];
  if (limit === 0) return { entries, truncated: false };
  let start: string | undefined = compareUtf8(after, prefix) > 0 ? after : prefix;
  while (start !== undefined) {
    const from: string = start;
    start = undefined;
    for (const [name, value] of names.from(from)) {
      if (!name.startsWith(prefix)) break;
      const items = name === after ? rest(value) : itemsOf(value);
      if (items.length === 0) continue;
      const group = commonPrefix(name, prefix, delimiter);
      if (group === undefined) {
        for (const item of items) {
          if (entries.length === limit) return { entries, truncated: true };
          entries.push({ kind: 'item', name, item });
        }
        continue;
      }
      if (compareUtf8(group, after) > 0) {
        if (entries.length === limit) return { entries, truncated: true };
        entries.push({ kind: 'prefix', name: group });
      }
      start = successor(group);
      break;
    }
  }
  return { entries, truncated: false };
}

/** What a name is rolled up into: up to the first delimiter after the prefix. */
export function commonPrefix(name: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const index = name.indexOf(delimiter, prefix.length);
  return index < 0 ? undefined : name.slice(0, index + delimiter.length);
}

/** The first name behind all that begin with this one; `undefined` if there can be none. */
function successor(start: string): string | undefined {
  const points = Array.from(start, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last < 0x10ffff) {
      // Surrogates are no characters of their own.
      const next = last === 0xd7ff ? 0xe000 : last + 1;
      return String.fromCodePoint(...points, next);
    }
  }
  return undefined;
}
