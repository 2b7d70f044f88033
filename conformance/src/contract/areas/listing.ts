import assert from 'node:assert/strict';
import { parseKey, ROOT } from '@dunnage/driver-api';
import type { Prefix } from '@dunnage/driver-api';
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
