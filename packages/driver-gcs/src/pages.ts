import { compareKeys } from '@dunnage/driver-api';
import type { RawPage } from '@dunnage/driver-kit';
import type { Bucket } from './bucket.ts';
import type { Query } from './paths.ts';
import { Malformed } from './resource.ts';
import type { ObjectResource } from './resource.ts';

/** A page as the store gave it, checked as far as the driver relies on it. */
export interface Page {
  readonly items: readonly NamedResource[];
  readonly prefixes: readonly string[];
  /** The token of the next page; `undefined` on the last one. */
  readonly next: string | undefined;
}

export interface NamedResource extends ObjectResource {
  readonly name: string;
}

/** What is asked for; `prefix` is that of the names in the bucket. */
export interface PageQuery extends Query {
  readonly prefix: string;
  readonly fields: string;
}

/** The field that tells a listing from another answer: without it `{}` would be an empty bucket. */
const KIND = 'storage#objects';

/** One page of names, in order. @throws Malformed where the answer is no such page */
export async function readPage(
  bucket: Bucket,
  query: PageQuery,
  signal: AbortSignal,
): Promise<Page> {
  const path = bucket.paths.list({ ...query, fields: `kind,nextPageToken,${query.fields}` });
  const page = (await bucket.client.askJson({ method: 'GET', path }, signal)) as {
    readonly kind?: unknown;
    readonly items?: unknown;
    readonly prefixes?: unknown;
    readonly nextPageToken?: unknown;
  } | null;
  const { kind, items = [], prefixes = [], nextPageToken: next } = page ?? {};
  const told = next === undefined || (typeof next === 'string' && next !== '');
  if (kind !== KIND || !Array.isArray(items) || !Array.isArray(prefixes) || !told) {
    throw new Malformed('it is no page of a listing');
  }
  const names = items.map((item: { readonly name?: unknown } | null) => item?.name);
  // Several versions of an object have one name.
  checkNames(names, query.prefix, query['versions'] === true);
  checkNames(prefixes, query.prefix, false);
  return { items: items as NamedResource[], prefixes: prefixes as string[], next };
}

/** First and last name of a page, objects and prefixes taken together. */
export function spanOf({ items, prefixes }: Page): Pick<RawPage, 'first' | 'last'> {
  const first = [items[0]?.name, prefixes[0]].filter((name) => name !== undefined);
  const last = [items.at(-1)?.name, prefixes.at(-1)].filter((name) => name !== undefined);
  return { first: first.sort(compareKeys)[0], last: last.sort(compareKeys).at(-1) };
}

function checkNames(names: readonly unknown[], prefix: string, repeats: boolean): void {
  let last: string | undefined;
  for (const name of names) {
    if (typeof name !== 'string') throw new Malformed('a page has an object without a name');
    if (!name.startsWith(prefix)) throw new Malformed('a page has a name that was not asked for');
    const step = last === undefined ? 1 : compareKeys(name, last);
    if (step < 0 || (step === 0 && !repeats)) throw new Malformed('a page is not in order');
    last = name;
  }
}
