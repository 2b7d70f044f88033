import type { Key, ListOptions, ListPage, ObjectInfo, Prefix } from '@dunnage/driver-api';
import { compareKeys, ROOT } from '@dunnage/driver-api';
import { checkListOptions, decodeCursor, encodeCursor, Progress } from '@dunnage/driver-kit';
import { infoOf, md5In } from './facts.ts';
import { MAX_PAGE } from './limits.ts';
import { fetchPage } from './page.ts';
import type { PageQuery } from './page.ts';
import type { Listed, Page } from './scan-page.ts';
import type { Store } from './store.ts';

export async function* list(
  store: Store,
  options: ListOptions = {},
): AsyncGenerator<ListPage<ObjectInfo>, void, undefined> {
  const { session, settings } = store;
  const { prefix = ROOT, startAfter, cursor, depth } = options;
  const ordered = !settings.directory;
  const pageSize = checkListOptions(session, 'list', options, {
    startAfter: ordered,
    resumableCursor: true,
    maxPageSize: MAX_PAGE,
  });
  const [from] =
    cursor === undefined ? [undefined] : decodeCursor(session.driver, 'list', cursor, prefix, 1);
  const progress = new Progress(session.driver, prefix, ordered).from(from);
  const query: PageQuery = {
    prefix: store.root.nameOf(prefix),
    size: pageSize,
    children: depth === 'children',
    startAfter: from === undefined ? startAfterFor(store, prefix, startAfter) : undefined,
  };
  using operation = session.begin('list', options, prefix);
  let token = from;
  do {
    operation.check();
    let page: Page;
    try {
      page = await fetchPage(store, query, token, operation.signal);
    } catch (error) {
      throw operation.error(error);
    }
    if (ordered) checkOrder(store, prefix, page);
    progress.check({ ...edges(page), token: page.token, truncated: page.truncated });
    token = page.truncated ? page.token : undefined;
    const { objects, prefixes } = keysOf(store, prefix, page);
    yield {
      objects,
      prefixes,
      ...(token !== undefined && { cursor: encodeCursor(prefix, token) }),
      complete: token === undefined,
    };
  } while (token !== undefined);
}

/**
 * The name to start after. One before all names of the prefix is left out: some stores then find nothing.
 */
function startAfterFor(store: Store, prefix: Prefix, startAfter: Key | undefined) {
  if (startAfter === undefined || compareKeys(startAfter, prefix) < 0) return undefined;
  return store.root.nameOf(startAfter);
}

/** @throws {StorageError} `INCOMPLETE`: who goes by the order would pass over what comes too late. */
function checkOrder(store: Store, prefix: Prefix, { objects, prefixes }: Page): void {
  const names = [objects.map(({ name }) => name), prefixes];
  for (const row of names) {
    for (const [index, name] of row.entries()) {
      const before = row[index - 1];
      if (before === undefined || isBefore(before, name)) continue;
      const message = `the listing of ${JSON.stringify(prefix)} is not in the order of S3: ${JSON.stringify(name)} comes behind ${JSON.stringify(before)}`;
      throw store.session.error('INCOMPLETE', 'list', message, prefix);
    }
  }
}

/** Characters that JavaScript orders differently from their bytes. */
const HIGH = /[\ud800-\uffff]/;

function isBefore(a: string, b: string): boolean {
  return HIGH.test(b) ? compareKeys(a, b) < 0 : a < b;
}

/** The first and the last name of a page: objects and prefixes come in two rows, each in order. */
function edges({ objects, prefixes }: Page): {
  first: string | undefined;
  last: string | undefined;
} {
  const names = [objects[0]?.name, prefixes[0], objects.at(-1)?.name, prefixes.at(-1)];
  const present = names.filter((name) => name !== undefined);
  if (objects.length > 0 && prefixes.length > 0) present.sort(compareKeys);
  return { first: present[0], last: present.at(-1) };
}

function keysOf(store: Store, prefix: Prefix, page: Page) {
  const objects: ObjectInfo[] = [];
  for (const listed of page.objects) {
    const info = infoOfListed(store, listed);
    if (info === undefined) store.hidden.found(listed.name);
    else if (info.key.startsWith(prefix)) objects.push(info);
    else throw foreign(store, prefix, listed.name);
  }
  const prefixes: Prefix[] = [];
  for (const name of page.prefixes) {
    const found = store.root.prefixOf(name);
    if (found === undefined) store.hidden.found(name);
    else if (found.startsWith(prefix)) prefixes.push(found);
    else throw foreign(store, prefix, name);
  }
  return { objects, prefixes };
}

function infoOfListed(
  store: Store,
  { name, size, modified, etag }: Listed,
): ObjectInfo | undefined {
  const key = store.root.keyOf(name);
  return key === undefined
    ? undefined
    : infoOf(key, size, modified, etag, store.settings.directory ? undefined : md5In(etag));
}

/** A store or a proxy that answers something else than it was asked. */
function foreign({ session }: Store, prefix: Prefix, name: string): Error {
  const message = `the listing of ${JSON.stringify(prefix)} has ${JSON.stringify(name)}, which is not below it`;
  return session.error('INCOMPLETE', 'list', message, prefix);
}
