import { isDeepStrictEqual } from 'node:util';
import type { Probe } from '../probe.ts';
import type { ListJson, Wire } from '../wire.ts';
import { outcome } from '../wire.ts';

const TREE = ['a', 'a/', 'a/1', 'a/2/x', 'a/2/y', 'a0', 'b/1', 'c'] as const;

/** What listings show, and how they are cut into pages. */
export const listingProbes: readonly Probe[] = [
  {
    name: 'an empty listing has no items',
    run: async (wire) => {
      const bucket = await wire.bucket();
      await wire.putObject(bucket, 'a');
      return {
        keys: Object.keys(await wire.list(bucket, { prefix: 'no' })),
        onlyItems: await wire.list(bucket, { prefix: 'no', fields: 'items(name)' }),
      };
    },
    facts: { keys: ['kind'], onlyItems: {} },
  },
  {
    name: 'prefixes and delimiters',
    run: async (wire) => {
      const bucket = await treeIn(wire);
      const list = async (query: Readonly<Record<string, string>>): Promise<string> =>
        shown(await wire.list(bucket, query));
      return {
        all: await list({}),
        prefix: await list({ prefix: 'a/' }),
        noSlash: await list({ prefix: 'a' }),
        top: await list({ delimiter: '/' }),
        children: await list({ prefix: 'a/', delimiter: '/' }),
        trailing: await list({ delimiter: '/', includeTrailingDelimiter: 'true' }),
        capital: await list({ delimiter: '/', includeTrailingDelimiter: 'True' }),
        longDelimiter: await list({ delimiter: '/2/' }),
        emptyDelimiter: await list({ delimiter: '' }),
      };
    },
    facts: {
      all: 'a a/ a/1 a/2/x a/2/y a0 b/1 c |',
      prefix: 'a/ a/1 a/2/x a/2/y |',
      noSlash: 'a a/ a/1 a/2/x a/2/y a0 |',
      top: 'a a0 c | a/ b/',
      children: 'a/ a/1 | a/2/',
      trailing: 'a a/ a0 c | a/ b/',
      capital: 'a a/ a0 c | a/ b/',
      longDelimiter: 'a a/ a/1 a0 b/1 c | a/2/',
      emptyDelimiter: 'a a/ a/1 a/2/x a/2/y a0 b/1 c |',
    },
  },
  {
    name: 'offsets: from inclusive, to exclusive',
    run: async (wire) => {
      const bucket = await treeIn(wire);
      const list = async (query: Readonly<Record<string, string>>): Promise<string> =>
        shown(await wire.list(bucket, query));
      return {
        from: await list({ startOffset: 'a/2/x' }),
        between: await list({ startOffset: 'a/15', endOffset: 'a0' }),
        withPrefix: await list({ prefix: 'a/', startOffset: 'a/2', endOffset: 'a/2/y' }),
        nothing: await list({ startOffset: 'b', endOffset: 'a' }),
        behindPrefix: await list({ prefix: 'a/', startOffset: 'b' }),
        intoPrefix: await list({ delimiter: '/', startOffset: 'a/2' }),
        outOfPrefix: await list({ delimiter: '/', endOffset: 'a/2' }),
      };
    },
    facts: {
      from: 'a/2/x a/2/y a0 b/1 c |',
      between: 'a/2/x a/2/y |',
      withPrefix: 'a/2/x |',
      nothing: '|',
      behindPrefix: '|',
      intoPrefix: 'a0 c | a/ b/',
      outOfPrefix: 'a | a/',
    },
  },
  {
    name: 'names come in UTF-8 order',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const names = ['~', '\u{1f600}', '\uff5e', 'Z', 'a', 'é', '_', '\u0001'];
      for (const name of names) await wire.putObject(bucket, name, '');
      return { listed: await wire.names(bucket) };
    },
    facts: { listed: ['\u0001', 'Z', '_', 'a', '~', 'é', '\uff5e', '\u{1f600}'] },
  },
  {
    name: 'pages of all sizes show the same',
    run: async (wire) => {
      const bucket = await treeIn(wire);
      const found: Record<string, string> = {};
      for (const maxResults of ['1', '2', '3', '7', '8', '1000', '5000']) {
        found[maxResults] = await paged(wire, bucket, { maxResults });
      }
      return found;
    },
    facts: Object.fromEntries(
      [1, 2, 3, 7, 8, 1000, 5000].map((size) => [
        size,
        `a a/ a/1 a/2/x a/2/y a0 b/1 c | (${Math.ceil(8 / size)})`,
      ]),
    ),
  },
  {
    name: 'prefixes count in pages and come once',
    run: async (wire) => {
      const bucket = await treeIn(wire);
      const found: Record<string, string> = {};
      for (const maxResults of ['1', '2', '4', '5']) {
        found[maxResults] = await paged(wire, bucket, { maxResults, delimiter: '/' });
      }
      return found;
    },
    facts: {
      '1': 'a a0 c | a/ b/ (5)',
      '2': 'a a0 c | a/ b/ (3)',
      '4': 'a a0 c | a/ b/ (2)',
      '5': 'a a0 c | a/ b/ (1)',
    },
  },
  {
    name: 'a listing goes on behind what was deleted meanwhile',
    run: async (wire) => {
      const bucket = await treeIn(wire);
      const names: string[] = [];
      let token: string | undefined;
      do {
        const page: ListJson = await wire.list(bucket, {
          maxResults: '2',
          ...(token === undefined ? {} : { pageToken: token }),
        });
        for (const { name } of page.items ?? []) {
          names.push(name);
          await wire.delete(bucket, name);
        }
        token = page.nextPageToken;
      } while (token !== undefined);
      return { names, left: await wire.names(bucket) };
    },
    facts: { names: TREE, left: [] },
  },
  {
    name: 'partial responses',
    run: async (wire) => {
      const bucket = await wire.bucket();
      for (const name of ['a', 'b', 'c']) await wire.insert(bucket, { name, metadata }, 'x');
      const list = async (fields: string, page: unknown): Promise<boolean> => {
        const { nextPageToken, ...found } = await wire.list(bucket, { fields, maxResults: '2' });
        return isDeepStrictEqual({ ...found, more: nextPageToken !== undefined }, page);
      };
      const object = await wire.get(bucket, 'a', { fields: 'name,metadata(k)' });
      const bad = (fields: string): Promise<string> =>
        wire.send('GET', `/storage/v1/b/${bucket}/o`, { query: { fields } }).then(outcome);
      return {
        nested: await list('items(name,size),nextPageToken', {
          items: [
            { name: 'a', size: '1' },
            { name: 'b', size: '1' },
          ],
          more: true,
        }),
        slash: await list('items/name', { items: [{ name: 'a' }, { name: 'b' }], more: false }),
        deep: await list('items(metadata/k)', {
          items: [{ metadata: { k: 'v' } }, { metadata: { k: 'v' } }],
          more: false,
        }),
        object: isDeepStrictEqual(JSON.parse(object.text), { name: 'a', metadata: { k: 'v' } }),
        unknown: await bad('items(nme)'),
        unclosed: await bad('items(name'),
      };
    },
    facts: {
      nested: true,
      slash: true,
      deep: true,
      object: true,
      unknown: '400 invalidParameter',
      unclosed: '400 invalidParameter',
    },
  },
  {
    name: 'values that a listing refuses',
    run: async (wire) => {
      const bucket = await wire.bucket();
      const list = (query: Readonly<Record<string, string>>): Promise<string> =>
        wire.send('GET', `/storage/v1/b/${bucket}/o`, { query }).then(outcome);
      return {
        token: await list({ pageToken: 'no token' }),
        versions: await list({ versions: 'perhaps' }),
        both: await list({ versions: 'true', softDeleted: 'true' }),
        results: await list({ maxResults: 'many' }),
      };
    },
    facts: {
      token: '400 invalid',
      versions: '400 invalid',
      both: '400 invalid',
      results: '400 invalid',
    },
  },
];

const metadata = { k: 'v', other: 'w' };

async function treeIn(wire: Wire): Promise<string> {
  const bucket = await wire.bucket();
  for (const name of TREE) await wire.putObject(bucket, name);
  return bucket;
}

function shown({ items = [], prefixes = [] }: ListJson): string {
  return [...items.map(({ name }) => name), '|', ...prefixes].join(' ');
}

/** All pages of a listing, and how many they were. */
async function paged(
  wire: Wire,
  bucket: string,
  query: Readonly<Record<string, string>>,
): Promise<string> {
  const pages: ListJson[] = [];
  let token: string | undefined;
  do {
    const page = await wire.list(bucket, { ...query, ...(token && { pageToken: token }) });
    pages.push(page);
    if (page.nextPageToken === token && token !== undefined) throw new Error('no progress');
    token = page.nextPageToken;
  } while (token !== undefined);
  const items = pages.flatMap((page) => page.items ?? []);
  const prefixes = pages.flatMap((page) => page.prefixes ?? []);
  return `${shown({ items, prefixes })} (${pages.length})`;
}
