import assert from 'node:assert/strict';
import { parseKey, ROOT } from '@dunnage/driver-api';
import type { ListOptions, Prefix } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import type { ContractContext } from '../context.ts';
import { drain, fails } from '../expect.ts';
import { byBytes, listAll, listedKeys, numberedKeys } from '../listing.ts';

/** Names that come in another order by UTF-16 units, by segments or by length. */
const HARD_TO_ORDER = [
  ...['o/a', 'o/a-b', 'o/a.b', 'o/a/b', 'o/a/b-c', 'o/a/b/c', 'o/a0', 'o/aa', 'o/A', 'o/Z', 'o/_'],
  ...['o/10', 'o/9', 'o/\u00e9', 'o/\uff5e', 'o/\u{1f600}', 'o/\u{10ffff}', 'o/\ue000', 'o/z'],
];

/** {@link HARD_TO_ORDER}, or what of it the store can hold. */
function hardToOrder({ capabilities: { keys } }: ContractContext): string[] {
  if (keys.objectAndPrefixMayCoexist && keys.caseSensitive) return HARD_TO_ORDER;
  const taken = HARD_TO_ORDER.filter((key) => key !== 'o/a' && key !== 'o/a/b');
  return keys.caseSensitive ? taken : taken.filter((key) => key !== 'o/A' && key !== 'o/Z');
}

const refusesStartAfter = {
  declared: (can: ContractContext['capabilities']): boolean => can.list.startAfter,
  async refused({ driver }: ContractContext): Promise<void> {
    await fails('UNSUPPORTED', () => drain(driver.list({ startAfter: parseKey('a') })));
  },
};

export const LISTING: readonly ContractCheck[] = [
  {
    id: 'E1',
    area: 'listing',
    title: 'lists every object once, whatever their number and the size of a page',
    async run(context) {
      const counts = [0, 1, 9, 10, 11, 20, 21, 99, 100, 101];
      let seeded = 0;
      for (const count of counts) {
        const keys = numberedKeys('e/k', count);
        await context.seed(keys.slice(seeded));
        seeded = count;
        assert.deepEqual(await listedKeys(context.driver, { pageSize: 10 }), keys);
        assert.deepEqual(await listedKeys(context.driver), keys);
      }
    },
  },
  {
    id: 'E1b',
    area: 'listing',
    title: 'lists thousands of objects, beyond the page sizes of all stores',
    async run(context) {
      let seeded = 0;
      for (const count of [1000, 1001, 2001, 5001]) {
        const keys = numberedKeys('e/k', count);
        await context.seed(keys.slice(seeded).map((key) => [key, '']));
        seeded = count;
        for (const detail of ['full', 'keys'] as const) {
          const listed = await listedKeys(context.driver, { prefix: 'e/' as Prefix, detail });
          assert.equal(listed.length, count);
          assert.deepEqual(listed, keys);
        }
      }
    },
  },
  {
    id: 'E2',
    area: 'listing',
    title: 'lists in the order that it declares, across pages',
    async run(context) {
      const keys = hardToOrder(context);
      await context.seed(keys);
      const expected = [...keys].sort(byBytes);
      for (const pageSize of [1, 3, 1000]) {
        const { objects } = await listAll(context.driver, { pageSize });
        const listed = objects.map(({ key }) => key as string);
        if (context.capabilities.list.order === 'none') listed.sort(byBytes);
        assert.deepEqual(listed, expected, `pages of ${pageSize}`);
      }
    },
  },
  {
    id: 'E3',
    area: 'listing',
    title: 'keeps to the page size asked for, and lowers it to its own',
    async run(context) {
      const { driver } = context;
      const keys = numberedKeys('e/k', 7);
      await context.seed(keys);
      const { maxPageSize } = context.capabilities.list;
      for (const pageSize of [1, 2, 3, 6, 7, 8, maxPageSize, maxPageSize + 1]) {
        const { pages, keys: listed } = await listAll(driver, { pageSize });
        assert.equal(listed.size, 7);
        assert.ok(pages.length >= Math.ceil(7 / pageSize));
        for (const page of pages) assert.ok(page.objects.length <= maxPageSize);
      }
      for (const pageSize of [0, -1, 1.5, NaN]) {
        await fails('INVALID_ARGUMENT', () => drain(driver.list({ pageSize })));
      }
    },
  },
  {
    id: 'E4',
    area: 'listing',
    title: 'startAfter leaves out all keys up to and including it, wherever it lies',
    optional: refusesStartAfter,
    async run(context) {
      const keys = hardToOrder(context).concat('p/x/1', 'p/x/2', 'p/y');
      await context.seed(keys);
      const bounds = [
        ...keys,
        'a',
        'o',

        'o/a/a',
        'o/b',
        'p',
        'p/x',
        'p/x/0',
        'p/x/15',
        'p/x/9',
        'z',
        '\u{10ffff}',
      ];
      for (const bound of bounds) {
        const startAfter = parseKey(bound);
        for (const prefix of ['', 'o/', 'p/', 'p/x/', 'none/'] as Prefix[]) {
          const expected = keys
            .filter((key) => key.startsWith(prefix) && byBytes(key, startAfter) > 0)
            .sort(byBytes);
          for (const pageSize of [2, 1000]) {
            const { objects } = await listAll(context.driver, { prefix, startAfter, pageSize });
            const listed = objects.map(({ key }) => key).sort(byBytes);
            assert.deepEqual(listed, expected, `${prefix} after ${startAfter}`);
          }
        }
      }
    },
  },
  {
    id: 'E5',
    area: 'listing',
    title: 'a cursor goes on where its page ended, in another driver too; others are refused',
    optional: {
      declared: ({ list }) => list.resumableCursor,
      async refused({ driver }) {
        const codes = ['UNSUPPORTED', 'INVALID_ARGUMENT'] as const;
        await fails(codes, () => drain(driver.list({ cursor: 'made-up' })));
      },
    },
    async run(context) {
      const keys = numberedKeys('e/k', 7).concat(numberedKeys('e/d/k', 5), 'f/x');
      await context.seed(keys);
      const second = await context.reopen();
      for (const options of [
        {},
        { prefix: 'e/' as Prefix },
        { depth: 'children', prefix: 'e/' as Prefix },
      ] satisfies ListOptions[]) {
        const whole = await listAll(context.driver, { ...options, pageSize: 3 });
        const before: string[] = [];
        for (const page of whole.pages) {
          before.push(...page.objects.map(({ key }) => key), ...page.prefixes);
          assert.equal(
            page.cursor === undefined,
            page.complete,
            'a page has a cursor or is the last',
          );
          if (page.cursor === undefined) continue;
          const rest = await listAll(second, { ...options, cursor: page.cursor, pageSize: 2 });
          const all = [...before, ...rest.keys, ...rest.prefixes];
          assert.deepEqual(all.sort(), [...whole.keys, ...whole.prefixes].sort());
        }
      }
      for (const cursor of ['', 'made-up', '\0']) {
        await fails('INVALID_ARGUMENT', () => drain(context.driver.list({ cursor })));
      }
    },
  },
  {
    id: 'E6',
    area: 'listing',
    title: 'depth "children" gives the objects directly below and each prefix once, across pages',
    async run(context) {
      const below = ['a/x', 'a/y/z', 'a-b/x', 'b/c/d/e', 'b/c/f', 'c/x', 'd'].map(
        (key) => `t/${key}`,
      );
      await context.seed([...below, ...numberedKeys('t/b/many', 12), 'top', 'u/x']);
      for (const pageSize of [1, 2, 3, 1000]) {
        for (const detail of ['full', 'keys'] as const) {
          const options = { depth: 'children', detail, pageSize } as const;
          const t = await listAll(context.driver, { ...options, prefix: 't/' as Prefix });
          assert.deepEqual([...t.keys], ['t/d']);
          assert.deepEqual([...t.prefixes].sort(), ['t/a-b/', 't/a/', 't/b/', 't/c/']);
          const root = await listAll(context.driver, { ...options, prefix: ROOT });
          assert.deepEqual([...root.keys], ['top']);
          assert.deepEqual([...root.prefixes].sort(), ['t/', 'u/']);
        }
      }
    },
  },
  {
    id: 'E7',
    area: 'listing',
    title: 'a recursive listing gives what listings of children give when they are followed',
    async run(context) {
      const keys = [
        'f/a/b/c/d',
        'f/a/b/c-d',
        'f/a/b-c',
        'f/a-b/c',
        'f/z',
        'f/é/x',
        'f/é/\u{1f600}/y',
        'g',
      ];
      await context.seed(keys);
      const followed: string[] = [];
      const pending: Prefix[] = [ROOT];
      for (let prefix = pending.pop(); prefix !== undefined; prefix = pending.pop()) {
        const children = await listAll(context.driver, { prefix, depth: 'children' });
        followed.push(...children.keys);
        pending.push(...children.prefixes);
      }
      assert.deepEqual(followed.sort(), [...keys].sort());
      assert.deepEqual(await listedKeys(context.driver), [...keys].sort());
    },
  },
  {
    id: 'E8',
    area: 'listing',
    title: 'every listed object can be asked for, and has the size, time and etag that were listed',
    async run(context) {
      const contents = numberedKeys('e/k', 25).map((key, n) => [key, 'x'.repeat(n * 7)] as const);
      const infos = await context.seed(contents);
      const { objects } = await listAll(context.driver, { pageSize: 4 });
      assert.equal(objects.length, contents.length);
      for (const listed of objects) {
        const info = await context.driver.stat(listed.key);
        assert.deepEqual(info, infos.get(listed.key));
        assert.equal(listed.size, info?.size);
        assert.equal(listed.modified, info?.modified);
        if (context.capabilities.list.etagInListing) assert.equal(listed.etag, info?.etag);
      }
    },
  },
  {
    id: 'E9',
    area: 'listing',
    title: 'says "complete" once: on the last page, and only when nothing is left',
    async run(context) {
      const keys = numberedKeys('e/k', 12);
      await context.seed(keys);
      for (const pageSize of [1, 5, 6, 12, 13]) {
        const { pages, keys: listed } = await listAll(context.driver, { pageSize });
        assert.equal(listed.size, 12);
        assert.deepEqual(
          pages.map(({ complete }) => complete),
          pages.map((_, n) => n === pages.length - 1),
        );
      }
    },
  },
  {
    id: 'E10',
    area: 'listing',
    title: 'objects that stay are listed once while others come and go between pages',
    async run(context) {
      const { driver } = context;
      const staying = numberedKeys('e/m', 20);
      const going = numberedKeys('e/g', 10).concat(numberedKeys('e/x', 10));
      await context.seed([...staying, ...going]);
      const seen: string[] = [];
      let round = 0;
      for await (const page of driver.list({ pageSize: 3 })) {
        seen.push(...page.objects.map(({ key }) => key));
        const gone = going.pop();
        if (gone !== undefined) await drain(driver.delete([{ key: parseKey(gone) }]));
        await driver.put(parseKey(`e/a${round}`), new Uint8Array(1));
        await driver.put(parseKey(`e/z${round++}`), new Uint8Array(1));
        assert.ok(round < 1000, 'the listing does not end');
      }
      assert.equal(new Set(seen).size, seen.length, 'an object is listed twice');
      assert.deepEqual(seen.filter((key) => key.startsWith('e/m')).sort(), staying);
    },
  },
  {
    id: 'E11',
    area: 'listing',
    title: 'a prefix without objects is one empty page that is complete',
    async run(context) {
      await context.seed(['e/here/x', 'e/file']);
      for (const prefix of ['none/', 'e/her/', 'e/here/x/', 'e/here/y/', 'e/file/'] as Prefix[]) {
        for (const depth of ['recursive', 'children'] as const) {
          const { pages } = await listAll(context.driver, { prefix, depth });
          assert.deepEqual(pages, [{ objects: [], prefixes: [], complete: true }]);
        }
      }
    },
  },
  {
    id: 'E12',
    area: 'listing',
    title: 'lists deep and wide trees',
    async run(context) {
      const deep = Array.from({ length: 50 }, (_, depth) => `${'d/'.repeat(depth)}leaf`);
      const wide = Array.from({ length: 300 }, (_, n) => `w/${n}/x`);
      await context.seed([...deep, ...wide].map((key) => [key, '']));
      assert.deepEqual(
        await listedKeys(context.driver, { pageSize: 70 }),
        [...deep, ...wide].sort(),
      );
      const { prefixes } = await listAll(context.driver, {
        prefix: 'w/' as Prefix,
        depth: 'children',
        pageSize: 70,
      });
      assert.equal(prefixes.length, 300);
    },
  },
  {
    id: 'E13',
    area: 'listing',
    title: 'a listing that its reader leaves early holds nothing up',
    async run(context) {
      await context.seed(numberedKeys('e/k', 10));
      for (let round = 0; round < 50; round++) {
        for await (const page of context.driver.list({ pageSize: 2 })) {
          assert.ok(page.objects.length > 0);
          break;
        }
      }
      assert.equal((await listedKeys(context.driver)).length, 10);
      await context.settled('close after abandoned listings', context.driver.close());
    },
  },
  {
    id: 'E14',
    area: 'listing',
    title: 'lists objects only, never a directory as if it were one',
    async run(context) {
      await context.seed(['e/a/b/c', 'e/a/d']);
      await context.remove(['e/a/b/c']);
      assert.deepEqual(await listedKeys(context.driver), ['e/a/d']);
      const children = await listAll(context.driver, {
        prefix: 'e/a/' as Prefix,
        depth: 'children',
      });
      assert.deepEqual([...children.keys], ['e/a/d']);
      const expected = context.capabilities.emptyDirectories ? ['e/a/b/'] : [];
      assert.deepEqual(children.prefixes, expected);
      assert.equal(await context.driver.stat(parseKey('e/a')), undefined);
    },
  },
  {
    id: 'E15',
    area: 'listing',
    title: 'detail "keys" lists the same keys in the same pages of the same order',
    async run(context) {
      await context.seed(hardToOrder(context));
      for (const depth of ['recursive', 'children'] as const) {
        const full = await listAll(context.driver, { depth, prefix: 'o/' as Prefix });
        const keys = await listAll(context.driver, {
          depth,
          prefix: 'o/' as Prefix,
          detail: 'keys',
        });
        assert.deepEqual([...keys.keys], [...full.keys]);
        assert.deepEqual(keys.prefixes, full.prefixes);
      }
    },
  },
];
