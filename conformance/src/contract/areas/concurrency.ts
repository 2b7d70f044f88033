import assert from 'node:assert/strict';
import { parseKey } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { noise, readAll, readText } from '../content.ts';
import { collect } from '../expect.ts';
import { listedKeys, numberedKeys } from '../listing.ts';
import { deleteAll, outcomesOfExisting, outcomesOfMissing } from '../outcomes.ts';

const KEY = parseKey('g/object');

export const CONCURRENCY: readonly ContractCheck[] = [
  {
    id: 'G1',
    area: 'concurrency',
    title: 'stores what many writers of different keys put at the same time',
    async run(context) {
      const keys = numberedKeys('g/k', 96);
      await context.seed(keys);
      assert.deepEqual(await listedKeys(context.driver), keys);
      for (const key of keys)
        assert.equal(await readText(context.driver, parseKey(key)), `of ${key}`);
    },
  },
  {
    id: 'G2',
    area: 'concurrency',
    title: 'of many writers of one key, one wins whole',
    async run(context) {
      const { driver } = context;
      const contents = Array.from({ length: 10 }, (_, n) => noise(50_000 + n * 1000, n));
      await Promise.all(contents.map(async (content) => driver.put(KEY, content)));
      await context.eventually(async () => {
        const found = Buffer.from(await readAll(driver, KEY));
        assert.ok(
          contents.some((content) => found.equals(content)),
          'a mix of contents',
        );
        assert.equal((await driver.stat(KEY))?.size, found.length);
      });
      assert.deepEqual(await listedKeys(driver), [KEY]);
    },
  },
  {
    id: 'G3',
    area: 'concurrency',
    title: 'a reader during an overwrite gets the old or the new content, whole',
    async run(context) {
      const { driver } = context;
      const contents = [noise(400_000, 1), noise(300_000, 2)];
      await context.put(KEY, contents[0] ?? '');
      const writing = new AbortController();
      const write = async (): Promise<void> => {
        for (let round = 1; round <= 20; round++)
          await driver.put(KEY, contents[round % 2] ?? noise(0, 0));
        writing.abort();
      };
      const read = async (): Promise<void> => {
        while (!writing.signal.aborted) {
          const { info, body } = await driver.get(KEY);
          const found = Buffer.concat(await collect(body));
          assert.equal(found.length, info.size);
          assert.ok(
            contents.some((content) => found.equals(content)),
            'a part or a mix of contents',
          );
        }
      };
      await Promise.all([write(), read(), read()]);
    },
  },
  {
    id: 'G4',
    area: 'concurrency',
    title: 'two that delete the same objects both get true outcomes',
    async run(context) {
      const { driver, capabilities } = context;
      const keys = numberedKeys('g/k', 40);
      await context.seed([...keys, 'g/stays']);
      const requests = keys.map((key) => ({ key: parseKey(key) }));
      const other = await context.reopen();
      const [one, two] = await Promise.all([
        deleteAll(driver, requests),
        deleteAll(other, requests),
      ]);
      const allowed = new Set(
        outcomesOfExisting(capabilities).concat(outcomesOfMissing(capabilities)),
      );
      for (const { outcome } of [...one, ...two]) assert.ok(allowed.has(outcome), outcome);
      await context.eventually(async () => {
        assert.deepEqual(await listedKeys(driver), ['g/stays']);
      });
    },
  },
  {
    id: 'G6',
    area: 'concurrency',
    title: 'drivers that are opened one by one on a storage see the same objects',
    async run(context) {
      const drivers = [];
      for (let n = 0; n < 5; n++) drivers.push(await context.reopen());
      await Promise.all(
        drivers.map(async (driver, n) => driver.put(parseKey(`g/of-${n}`), noise(1000, n))),
      );
      const keys = drivers.map((_, n) => `g/of-${n}`);
      for (const driver of drivers) {
        await context.eventually(async () => {
          assert.deepEqual(await listedKeys(driver), keys);
          for (const [n, key] of keys.entries()) {
            assert.deepEqual(await readAll(driver, parseKey(key)), noise(1000, n));
          }
        });
        assert.equal(driver.id, context.driver.id);
      }
    },
  },
];
