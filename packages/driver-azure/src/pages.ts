import { bodyOfAnswer, expectStatus } from './answers.ts';
import { scanListing } from './listing-xml.ts';
import type { ListedBlob, Listing } from './listing-xml.ts';
import type { AzureStore } from './store.ts';

/** One request for a page of a listing. */
export interface PageRequest {
  readonly prefix: string;
  readonly maxResults: number;
  readonly marker?: string | undefined;
  readonly delimiter?: '/' | undefined;
  /** What else to list, beside blobs as they are now. */
  readonly include?: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** @throws {StorageError} `INCOMPLETE` for a page that is not whole; what the network or the store throws. */
export async function fetchPage(store: AzureStore, request: PageRequest): Promise<Listing> {
  const { prefix, maxResults, marker, delimiter, include = [], signal } = request;
  const query = {
    ...{ restype: 'container', comp: 'list', marker, delimiter },
    prefix: prefix === '' ? undefined : prefix,
    maxresults: String(maxResults),
    // Marks of directories are metadata, where the namespace is flat.
    include: ['metadata', ...include].join(),
  };
  const answer = await expectStatus(await store.client.ask({ method: 'GET', query, signal }), 200);
  const listing = scanListing(textOf(await bodyOfAnswer(answer)));
  if (listing !== undefined) return listing;
  const message = `the store's answer is no whole page of a listing of ${JSON.stringify(prefix)}; what came may not be all`;
  throw store.session.error('INCOMPLETE', 'list', message);
}

/** Without the mark of byte order that the service begins with: it would make each character two bytes wide. */
function textOf(body: Buffer): string {
  const isMarked = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  return body.toString('utf8', isMarked ? 3 : 0);
}

/** How many pages without anything are passed over to find the first blob. */
const EMPTY_PAGES = 10;

/** The first blob below a prefix, if there is one; pages where the store's partitions end may have none. */
export async function firstBlob(
  store: AzureStore,
  prefix: string,
  signal: AbortSignal,
): Promise<ListedBlob | undefined> {
  let marker: string | undefined;
  for (let pages = 0; pages < EMPTY_PAGES; pages++) {
    const page = await fetchPage(store, { prefix, maxResults: 1, marker, signal });
    if (page.blobs[0] !== undefined) return page.blobs[0];
    marker = page.next;
    if (marker === undefined) return undefined;
  }
  return undefined;
}
