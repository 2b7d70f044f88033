import fc from 'fast-check';
import {
  parseKey,
  parsePrefix,
  type ListOptions,
  type ListPage,
  type StorageDriver,
} from '@dunnage/driver-api';
import { countRequests, forward } from '@dunnage/core';
import { createMemoryDriver, PROFILE_NAMES, type MemoryDriver } from '@dunnage/driver-memory';
import { describe, expect, it } from 'vitest';
import { checkedList } from '../../dist/inventory/checked-list.js';
import { listFlat } from '../../dist/inventory/flat-list.js';
import { refusal, Site } from '../support/site.ts';

const ROOT = parsePrefix('t/');

async function fill(driver: MemoryDriver, names: Iterable<string>): Promise<string[]> {
  const keys = [...new Set(names)].map((name) => parseKey(`t/${name}`));
  for (const key of keys) await driver.put(key, new Uint8Array(1), { size: 1 });
  driver.settle();
  return keys;
}

async function flat(driver: StorageDriver, concurrency = 8): Promise<string[]> {
  const seen: string[] = [];
  let inside = 0;
  await listFlat(driver, ROOT, concurrency, undefined, async (objects) => {
    expect(++inside).toBeLessThanOrEqual(concurrency);
    await Promise.resolve();
    for (const { key, size, modified } of objects) {
      seen.push(key);
      expect(size).toBe(1);
      expect(modified).toBeGreaterThan(0);
    }
    inside--;
  });
  return seen.toSorted();
}

/** Names that meet at the places where listings are cut: before, at and after a `/`. */
const name = fc
  .array(fc.stringMatching(/^[ab.~-]{1,2}$/), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.filter((part) => part !== '.' && part !== '..'))
  .filter((parts) => parts.length > 0)
  .map((parts) => parts.join('/'));
const astral = fc.constantFrom('é/x', '\uFF5E/x', '😀/x', '😀', 'z/😀/y', 'z/\uFF5E/y');

describe.each(PROFILE_NAMES)('a flat listing on %s', (profile) => {
  it('gives every key once, wherever it is cut', async () => {
    const names = fc.array(fc.oneof({ weight: 9, arbitrary: name }, astral), { maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(names, fc.integer({ min: 1, max: 7 }), async (some, maxPageSize) => {
        const driver = createMemoryDriver({ profile, maxPageSize });
        // A file system has no object where it has a directory.
        const fits = some.filter(
          (one) => profile !== 'fs' || !some.some((other) => other.startsWith(`${one}/`)),
        );
        const keys = await fill(driver, fits);
        await driver.put(parseKey('t-beside'), new Uint8Array(1));
        await driver.put(parseKey('u'), new Uint8Array(1));
        driver.settle();
        expect(await flat(driver)).toEqual(keys.toSorted());
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['many top-level directories', (at: number) => `repo-${at % 700}/_layers/${at}`],
    ['one deep namespace', (at: number) => `a/b/c/d/e/f/app-${at % 9}/${at}`],
    ['objects at the top', (at: number) => `${at}`],
    ['one directory of shards, as blobs have', (at: number) => `sha256/${(at * 7) % 256}/${at}`],
  ])('gives every key once: %s', async (_, nameOf) => {
    const driver = createMemoryDriver({ profile, maxPageSize: 50 });
    const keys = await fill(
      driver,
      Array.from({ length: 2000 }, (_unused, at) => nameOf(at)),
    );
    expect(await flat(driver)).toEqual(keys.toSorted());
  });
});

describe('the requests of a flat listing', () => {
  const SHARDS = 65;
  it.each([
    [
      's3',
      'blobs',
      (at: number) => `sha256/${(at % 256).toString(16).padStart(2, '0')}/${at}/data`,
    ],
    [
      'gcs',
      'blobs',
      (at: number) => `sha256/${(at % 256).toString(16).padStart(2, '0')}/${at}/data`,
    ],
    [
      'azure',
      'blobs',
      (at: number) => `sha256/${(at % 256).toString(16).padStart(2, '0')}/${at}/data`,
    ],
    ['s3', 'one namespace', (at: number) => `team/app-${at % 100}/_layers/${at}/link`],
    ['azure', 'one namespace', (at: number) => `team/app-${at % 100}/_layers/${at}/link`],
    ['azure', 'nothing but files', (at: number) => `${at}`],
    ['s3', 'repositories of 40 keys', (at: number) => `app-${at % 150}/_layers/${at}/link`],
    ['azure', 'repositories of 40 keys', (at: number) => `app-${at % 150}/_layers/${at}/link`],
  ] as const)('on %s stay near the least: %s', async (profile, _, nameOf) => {
    const page = 6;
    const driver = createMemoryDriver({ profile, maxPageSize: page });
    const count = 6000;
    await fill(
      driver,
      Array.from({ length: count }, (_unused, at) => nameOf(at)),
    );
    const counted = countRequests(driver);
    expect(await flat(counted.driver)).toHaveLength(count);
    const least = Math.ceil(count / page);
    const shards = profile === 'azure' ? 256 : SHARDS;
    expect(counted.counts()['list']).toBeLessThanOrEqual(least * 1.05 + shards);
    expect(counted.counts()['list']).toBeGreaterThanOrEqual(least);
  });

  it.each(['s3', 'azure'] as const)(
    'of large directories run side by side on %s',
    async (profile) => {
      const driver = createMemoryDriver({ profile, maxPageSize: 5 });
      await fill(
        driver,
        Array.from({ length: 1600 }, (_, at) => `sha256/${(at % 16).toString(16)}/${at}/data`),
      );
      let running = 0;
      let most = 0;
      const watched = forward(driver, (inner) => ({
        async *list(options) {
          most = Math.max(most, ++running);
          try {
            await new Promise((resolve) => setImmediate(resolve));
            yield* inner.list(options);
          } finally {
            running--;
          }
        },
      }));
      expect(await flat(watched)).toHaveLength(1600);
      expect(most).toBe(8);
    },
  );

  it('are one for a tree that fits into a page', async () => {
    const driver = createMemoryDriver({ profile: 's3' });
    await fill(driver, ['a/b', 'c/d', 'e']);
    const counted = countRequests(driver);
    await flat(counted.driver);
    expect(counted.counts()).toEqual({ list: 1 });
  });

  it('stop when one of them fails, also in the middle of a range', async () => {
    const driver = createMemoryDriver({ profile: 's3', maxPageSize: 5 });
    await fill(
      driver,
      Array.from({ length: 2000 }, (_, at) => `${at % 4}/${at}`),
    );
    let pages = 0;
    let failed = false;
    const failing = forward(driver, (inner) => ({
      async *list(options) {
        for await (const page of inner.list(options)) {
          if (options?.depth !== 'children') pages++;
          if (options?.startAfter !== undefined && !failed) {
            failed = true;
            throw new Error('no answer');
          }
          yield page;
        }
      },
    }));
    await expect(listFlat(failing, ROOT, 4, undefined, () => {})).rejects.toThrow('no answer');
    const atFailure = pages;
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(pages).toBe(atFailure);
    expect(pages).toBeLessThan(40);
  });
});

/** Ways in which a listing lies, each on the listings for which `isMeant` holds. */
const LIES: Record<string, (page: ListPage, number: number, options: ListOptions) => ListPage[]> = {
  'ends without saying so': (page) => [{ ...page, complete: false }],
  'gives the same cursor twice': (page) => [
    { ...page, complete: false, cursor: 'x' },
    { objects: [], prefixes: [], complete: false, cursor: 'x' },
    { objects: [], prefixes: [], complete: true },
  ],
  'goes backwards': (page) => [{ ...page, objects: page.objects.toReversed() }],
  'leaves its prefix': (page) => [
    { ...page, objects: [...page.objects, { key: parseKey('zzz/outside'), size: 1, modified: 1 }] },
  ],
  'goes on after its end': (page) => [page, { objects: [], prefixes: [], complete: true }],
  'is empty and does not end': () => [],
};

describe.each(Object.entries(LIES))('a listing that %s', (_, lie) => {
  it.each(['repositories', 'blobs'])('of %s ends the run before any delete', async (where) => {
    const site = new Site();
    await site.builder.image({ repository: 'team/app', tag: 'v1' });
    await site.builder.image({ repository: 'team/other', tag: 'v1' });
    for (const content of ['one', 'two', 'three']) await site.builder.blob(content);
    site.pass();
    const before = await site.keys();
    const driver = forward(site.driver, (inner) => ({
      async *list(options = {}) {
        const { prefix = '' } = options;
        let number = 0;
        for await (const page of inner.list(options)) {
          const lies = prefix === `docker/registry/v2/${where}/`;
          if (lies) yield* lie(page, number++, options);
          else yield page;
        }
      },
    }));
    const error = await refusal(site.collect({ deleteUntagged: true }, driver));
    expect(error.code).toBe('LISTING_INCOMPLETE');
    expect(error.advice).toMatch(/^Nothing was deleted/);
    expect(await site.keys()).toEqual(before);
    expect(await site.state()).toEqual([]);
  });
});

describe('checkedList', () => {
  const pagesOf = (pages: ListPage[]): StorageDriver =>
    forward(createMemoryDriver({ profile: 's3' }), () => ({
      async *list() {
        yield* pages;
      },
    }));
  const page = (keys: string[], rest: Partial<ListPage> = {}): ListPage => ({
    objects: keys.map((key) => ({ key: parseKey(key) })),
    prefixes: [],
    complete: true,
    ...rest,
  });
  const read = async (
    pages: ListPage[],
    ordered = true,
    options: ListOptions = {},
  ): Promise<number> => {
    let count = 0;
    for await (const { objects } of checkedList(pagesOf(pages), ordered, options)) {
      count += objects.length;
    }
    return count;
  };

  it('lets through what is whole', async () => {
    expect(await read([page([])])).toBe(0);
    const two = [page(['a', 'b'], { complete: false, cursor: '1' }), page(['c'])];
    expect(await read(two)).toBe(3);
    expect(await read([page(['b', 'a'])], false)).toBe(2);
    expect(await read([page(['\uFF5E', '😀'])])).toBe(2);
  });

  it('refuses a page that comes twice, or after the last one', async () => {
    const first = page(['a', 'b'], { complete: false, cursor: '1' });
    for (const pages of [
      [first, page(['a', 'b'])],
      [first, page(['b', 'c'])],
      [page(['a']), page(['b'])],
      [page(['a']), page([])],
    ]) {
      expect((await refusal(read(pages))).code).toBe('LISTING_INCOMPLETE');
    }
  });

  it('refuses order by UTF-16 where a store promised that of UTF-8', async () => {
    expect((await refusal(read([page(['😀', '\uFF5E'])]))).code).toBe('LISTING_INCOMPLETE');
  });

  it('refuses what starts before it was to start', async () => {
    const options = { startAfter: parseKey('b') };
    expect(await read([page(['c'])], true, options)).toBe(1);
    for (const key of ['a', 'b']) {
      expect((await refusal(read([page([key])], true, options))).code).toBe('LISTING_INCOMPLETE');
    }
  });

  it('refuses directories outside of its prefix, and the same one twice', async () => {
    const options = { prefix: parsePrefix('p/'), depth: 'children' } as const;
    const directories = (...names: string[]): ListPage =>
      page([], { prefixes: names.map((it) => parsePrefix(it)) });
    expect(await read([directories('p/a/', 'p/b/')], true, options)).toBe(0);
    for (const wrong of [['q/a/'], ['p/'], ['p/a/b/'], ['p/a/', 'p/a/']]) {
      const error = await refusal(read([directories(...wrong)], true, options));
      expect(error.code).toBe('LISTING_INCOMPLETE');
    }
  });
});
