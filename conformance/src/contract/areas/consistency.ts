import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { parseKey } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { bytesOf, readText } from '../content.ts';
import { listAll, listedKeys } from '../listing.ts';
import { deleteOne } from '../outcomes.ts';

const KEY = parseKey('h/object');

/** How long a store's clock may take to show that time passes, in steps of a few milliseconds. */
const STEPS = 500;

export const CONSISTENCY: readonly ContractCheck[] = [
  {
    id: 'H1',
    area: 'consistency',
    title: 'readers and listings see a write, an overwrite and a delete, at once or in the end',
    async run(context) {
      const { driver } = context;
      for (const content of ['first', 'second one', 'third']) {
        const info = await driver.put(KEY, bytesOf(content));
        await context.eventually(async () => {
          assert.deepEqual(await driver.stat(KEY), info);
          assert.equal(await readText(driver, KEY), content);
          const { objects } = await listAll(driver);
          assert.deepEqual(
            objects.map(({ key, size }) => [key, size]),
            [[KEY, content.length]],
          );
        });
      }
      await deleteOne(driver, { key: KEY });
      await context.eventually(async () => {
        assert.equal(await driver.stat(KEY), undefined);
        assert.deepEqual(await listedKeys(driver), []);
      });
    },
  },
  {
    id: 'H2',
    area: 'consistency',
    title: 'an object that was asked for before it was put is found afterwards',
    async run(context) {
      const { driver } = context;
      assert.equal(await driver.stat(KEY), undefined);
      assert.deepEqual(await listedKeys(driver), []);
      const info = await driver.put(KEY, bytesOf('now'));
      await context.eventually(async () => {
        assert.deepEqual(await driver.stat(KEY), info);
        assert.deepEqual(await listedKeys(driver), [KEY]);
      });
    },
  },
  {
    id: 'H3',
    area: 'consistency',
    title: 'another driver on the storage sees writes and deletes',
    async run(context) {
      const other = await context.reopen();
      const info = await context.put(KEY, 'content');
      await context.eventually(async () => {
        assert.deepEqual(await other.stat(KEY), info);
        assert.equal(await readText(other, KEY), 'content');
      });
      await deleteOne(other, { key: KEY });
      await context.eventually(async () => {
        assert.equal(await context.driver.stat(KEY), undefined);
      });
    },
  },
  {
    id: 'H4',
    area: 'consistency',
    title: 'an object is as old as its last write, by the clock of now(), and stays so',
    async run(context) {
      const { driver } = context;
      const resolution = context.capabilities.modifiedResolutionMs;
      const before = await driver.now();
      const info = await driver.put(KEY, bytesOf('content'));
      const after = await driver.now();
      assert.ok(info.modified >= before - resolution, `${info.modified} is before ${before}`);
      assert.ok(info.modified <= after + resolution, `${info.modified} is after ${after}`);
      const later = info.modified + 2 * resolution;
      for (let step = 0; step < STEPS && (await driver.now()) <= later; step++) {
        await delay(Math.ceil(resolution / 100));
      }
      await context.eventually(async () => {
        assert.equal((await driver.stat(KEY))?.modified, info.modified);
        assert.equal((await driver.get(KEY)).info.modified, info.modified);
        assert.equal((await listAll(driver)).objects[0]?.modified, info.modified);
      });
      const second = await driver.put(KEY, bytesOf('content'));
      assert.ok(second.modified >= info.modified);
      if ((await driver.now()) > later)
        assert.ok(second.modified > info.modified, 'a write makes it young');
    },
  },
  {
    id: 'H5',
    area: 'consistency',
    title: 'a listing tells the same time as stat',
    async run(context) {
      const infos = await context.seed(['h/a', 'h/b', 'h/c/d']);
      const { objects } = await listAll(context.driver);
      assert.equal(objects.length, 3);
      for (const { key, modified } of objects) assert.equal(modified, infos.get(key)?.modified);
    },
  },
];
