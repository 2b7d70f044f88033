import { ROOT } from '@dunnage/driver-api';
import type { ListedObject, ListOptions, ListPage, Prefix } from '@dunnage/driver-api';
import { checkListOptions, decodeCursor, encodeCursor, Progress } from '@dunnage/driver-kit';
import type { Operation, Session } from '@dunnage/driver-kit';
import { LIST } from './limits.ts';
import { DRIVER } from './errors.ts';
import { checksumsOf, etagAndVersion, isDirectory } from './info.ts';
import type { ListedBlob, Listing } from './listing-xml.ts';
import { fetchPage } from './pages.ts';
import { Refusal } from './refusal.ts';
import type { AzureStore } from './store.ts';
import { isBelowObject } from './hierarchy.ts';

/** A listing that has been begun: pages as the store gives them, watched that they get on. */
export interface Pages {
  readonly op: string;
  readonly prefix: Prefix;
  readonly delimiter?: '/' | undefined;
  readonly include?: readonly string[];
}

export async function* list(
  store: AzureStore,
  options: ListOptions = {},
): AsyncGenerator<ListPage, void, undefined> {
  const { prefix = ROOT, depth } = options;
  const delimiter = depth === 'children' ? '/' : undefined;
  for await (const { page, cursor } of pagesOf(store, { op: 'list', prefix, delimiter }, options)) {
    const objects: ListedObject[] = [];
    for (const blob of page.blobs) {
      const object = objectOf(store, blob);
      if (object !== undefined) objects.push(object);
    }
    const prefixes = page.prefixes.flatMap((name) => prefixOf(store, name) ?? []);
    if (cursor === undefined) yield { objects, prefixes, complete: true };
    // The store gives pages without anything, too, where its partitions end.
    else if (objects.length + prefixes.length > 0)
      yield { objects, prefixes, complete: false, cursor };
  }
}

/** The pages of a listing, each with the cursor of what follows it. */
export async function* pagesOf(
  store: AzureStore,
  { op, prefix, delimiter, include }: Pages,
  options: ListOptions,
): AsyncGenerator<
  { readonly page: Listing; readonly cursor: string | undefined },
  void,
  undefined
> {
  const { session } = store;
  const maxResults = checkListOptions(session, op, options, LIST);
  using operation = session.begin(op, options, prefix);
  let marker: string | undefined;
  if (options.cursor !== undefined) [marker] = decodeCursor(DRIVER, op, options.cursor, prefix, 1);
  const ordered = await isOrdered(store, include, options);
  const progress = new Progress(DRIVER, prefix, ordered).from(marker);
  const name = store.nameOf(prefix);
  for (;;) {
    operation.check();
    const page = await fetched(store, operation, op, {
      ...{ prefix: name, maxResults, marker, delimiter, include, signal: operation.signal },
      isCursor: marker !== undefined && options.cursor !== undefined,
    });
    if (ordered) checkOrder(session, op, prefix, page);
    progress.check(edgesOf(page));
    marker = page.next;
    const cursor = marker === undefined ? undefined : encodeCursor(prefix, marker);
    yield { page, cursor };
    if (cursor === undefined) return;
  }
}

/** Names come in order, each once, but for directories among them and for several versions of one. */
async function isOrdered(
  store: AzureStore,
  include: readonly string[] | undefined,
  options: ListOptions,
): Promise<boolean> {
  return include === undefined && !(await store.facts(options)).hierarchical;
}

type Fetch = Parameters<typeof fetchPage>[1] & { readonly isCursor: boolean };

async function fetched(
  store: AzureStore,
  operation: Operation,
  op: string,
  request: Fetch,
): Promise<Listing> {
  try {
    return await fetchPage(store, request);
  } catch (error) {
    operation.check();
    const refusal = Refusal.of(error);
    if (request.isCursor && refusal?.status === 400) {
      const message = 'the cursor is none of this listing: the store does not know its marker';
      throw store.session.error('INVALID_ARGUMENT', op, message);
    }
    if (await isBelowObject(store, request.prefix, refusal, operation.signal)) return NOTHING;
    throw operation.error(error);
  }
}

const NOTHING: Listing = { blobs: [], prefixes: [], next: undefined };

/** Whose order is beyond doubt: what comes first beyond these characters depends on how a store counts them. */
function isPlain(name: string): boolean {
  return !/[\ud800-\uffff]/.test(name);
}

/** @throws {StorageError} `INCOMPLETE` for a page whose names go back: who knows what else is wrong with it. */
function checkOrder(session: Session, op: string, prefix: Prefix, { blobs }: Listing): void {
  for (let at = 1; at < blobs.length; at++) {
    const [before, name] = [blobs[at - 1]?.name ?? '', blobs[at]?.name ?? ''];
    if (before < name || !isPlain(before) || !isPlain(name)) continue;
    const message = `the listing of ${JSON.stringify(prefix)} went back from ${before} to ${name}; what came may not be all`;
    throw session.error('INCOMPLETE', op, message);
  }
}

/** The first and the last name of a page, as far as their order is beyond doubt. */
function edgesOf({ blobs, prefixes, next }: Listing): Parameters<Progress['check']>[0] {
  const firsts = [blobs[0]?.name, prefixes[0]].filter((name) => name !== undefined);
  const lasts = [blobs.at(-1)?.name, prefixes.at(-1)].filter((name) => name !== undefined);
  if (![...firsts, ...lasts].every(isPlain))
    return { first: undefined, last: undefined, token: next };
  return {
    first: firsts.reduce<string | undefined>(
      (a, b) => (a === undefined || b < a ? b : a),
      undefined,
    ),
    last: lasts.reduce<string | undefined>((a, b) => (a === undefined || b > a ? b : a), undefined),
    token: next,
  };
}

/** A blob as an object; a directory or a name that is no key is none. */
function objectOf(store: AzureStore, blob: ListedBlob): ListedObject | undefined {
  if (isDirectory(blob.type, blob.folderMark)) return undefined;
  const key = store.keyOf(blob.name);
  if (key === undefined) return undefined;
  return {
    key,
    size: blob.size,
    modified: blob.modified,
    ...etagAndVersion(blob.etag, blob.version),
    ...checksumsOf(blob.md5),
  };
}

function prefixOf(store: AzureStore, name: string): Prefix | undefined {
  return store.root.prefixOf(name) ?? (store.keyOf(name), undefined);
}
