import assert from 'node:assert/strict';
import { parseKey } from '@dunnage/driver-api';
import type { ListOptions, Prefix } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { drain, fails } from '../expect.ts';
import { listAll, listedKeys, numberedKeys } from '../listing.ts';

export const PAGES: readonly ContractCheck[] = [
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
];
