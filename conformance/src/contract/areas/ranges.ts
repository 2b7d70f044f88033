import assert from 'node:assert/strict';
import { parseKey } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { noise, readAll } from '../content.ts';
import { fails } from '../expect.ts';

const KEY = parseKey('ranges/object');
const LENGTH = 100_000;
const CONTENT = noise(LENGTH, 5);

export const RANGES: readonly ContractCheck[] = [
  {
    id: 'D1',
    area: 'ranges',
    title: 'get gives exactly the bytes of a range, and the facts of the whole object',
    async run(context) {
      await context.put(KEY, CONTENT);
      const ranges = [
        { start: 0 },
        { start: 0, end: 1 },
        { start: 1, end: 2 },
        { start: 15, end: 17 },
        { start: 12_345, end: 78_901 },
        { start: 65_535, end: 65_537 },
        { start: LENGTH - 1 },
        { start: LENGTH - 1, end: LENGTH },
        { start: 0, end: LENGTH },
        { start: 50_000, end: LENGTH + 1 },
        { start: 50_000, end: LENGTH * 10 },
      ];
      for (const range of ranges) {
        const { info } = await context.driver.get(KEY, { range });
        assert.equal(info.size, LENGTH);
        const expected = CONTENT.slice(range.start, range.end);
        const read = await readAll(context.driver, KEY, { range });
        assert.ok(Buffer.from(read).equals(expected), JSON.stringify(range));
      }
    },
  },
  {
    id: 'D3',
    area: 'ranges',
    title: 'a range that begins at or after the end fails with RANGE_NOT_SATISFIABLE',
    async run(context) {
      const { driver } = context;
      await context.seed([
        [KEY, CONTENT],
        ['ranges/empty', ''],
      ]);
      for (const start of [LENGTH, LENGTH + 1, LENGTH * 10]) {
        await fails('RANGE_NOT_SATISFIABLE', () => driver.get(KEY, { range: { start } }));
      }
      const empty = parseKey('ranges/empty');
      await fails('RANGE_NOT_SATISFIABLE', () => driver.get(empty, { range: { start: 0 } }));
      const missing = parseKey('ranges/missing');
      await fails('NOT_FOUND', () => driver.get(missing, { range: { start: 0 } }));
    },
  },
  {
    id: 'D3b',
    area: 'ranges',
    title: 'what is not a range fails with INVALID_ARGUMENT',
    async run(context) {
      await context.put(KEY, CONTENT);
      const wrong = [
        { start: -1 },
        { start: 0.5 },
        { start: 5, end: 4 },
        { start: 5, end: 5 },
        { start: NaN },
      ];
      for (const range of wrong) {
        await fails('INVALID_ARGUMENT', () => context.driver.get(KEY, { range }));
      }
    },
  },
  {
    id: 'D4',
    area: 'ranges',
    title: 'ranges that are read at the same time do not disturb one another',
    async run(context) {
      await context.put(KEY, CONTENT);
      const starts = Array.from({ length: 20 }, (_, index) => index * 4999);
      await Promise.all(
        starts.map(async (start) => {
          const end = start + 5001;
          const read = await readAll(context.driver, KEY, { range: { start, end } });
          assert.ok(Buffer.from(read).equals(CONTENT.slice(start, end)), `from ${start}`);
        }),
      );
    },
  },
];
