import { ROOT } from '@dunnage/driver-api';
import type { Key, ListedObject, ListOptions, ListPage, Prefix } from '@dunnage/driver-api';
import { childPrefix } from './child-prefix.ts';
import type { Session } from './session.ts';

/**
 * A listing of a store that has no order: the names there are when it begins, scattered, but the same
 * way in every run. What is deleted meanwhile is left out, what is new is not seen.
 */
export async function* listScattered(
  session: Session,
  options: ListOptions,
  pageSize: number,
): AsyncGenerator<ListPage, void, undefined> {
  session.check('list', options);
  const entries = scatteredEntries(session, options);
  let at = 0;
  do {
    session.enter('list', options);
    const entriesOfPage = entries.slice(at, at + pageSize);
    at += pageSize;
    const prefixes = entriesOfPage.filter((entry) => entry.endsWith('/')) as Prefix[];
    const objects: ListedObject[] = [];
    for (const entry of entriesOfPage) {
      const info = session.store.find(entry as Key)?.info;
      if (info !== undefined) objects.push(options.detail === 'keys' ? { key: info.key } : info);
    }
    yield { objects, prefixes, complete: at >= entries.length };
  } while (at < entries.length);
}

function scatteredEntries(session: Session, options: ListOptions): string[] {
  const { prefix = ROOT, depth } = options;
  const { names } = session.store;
  const entries = new Map<string, number>();
  let position = names.seek(prefix);
  for (
    let name = names.at(position, prefix);
    name !== undefined;
    name = names.at(position, prefix)
  ) {
    const entry = (depth === 'children' ? childPrefix(name, prefix) : undefined) ?? name;
    if (!entries.has(entry)) entries.set(entry, scatter(entry));
    position = names.after(position);
  }
  return [...entries].sort((a, b) => a[1] - b[1]).map(([entry]) => entry);
}

/** A number that has nothing to do with the order of the text (FNV-1a). */
function scatter(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
