import assert from 'node:assert/strict';
import { parseKey } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { noise, readAll, readText } from '../content.ts';
import { fails } from '../expect.ts';
import { listAll, listedKeys } from '../listing.ts';
import { deleteOne, outcomesOfExisting } from '../outcomes.ts';

const KEY = parseKey('docker/registry/v2/object');
const MEBIBYTE = 1024 * 1024;

export const BASICS: readonly ContractCheck[] = [
  {
    id: 'A1',
    area: 'basics',
    title: 'get gives the bytes that put stored, of any length and value',
    async run(context) {
      for (const length of [0, 1, 32, 65_535, 65_536, 65_537, MEBIBYTE, 3 * MEBIBYTE + 1]) {
        const content = noise(length, length);
        await context.put(KEY, content);
        const { info } = await context.driver.get(KEY);
        assert.equal(info.size, length);
        assert.ok(
          Buffer.from(await readAll(context.driver, KEY)).equals(content),
          `${length} bytes`,
        );
      }
      const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);
      await context.put(KEY, everyByte);
      assert.deepEqual(await readAll(context.driver, KEY), everyByte);
    },
  },
  {
    id: 'A2',
    area: 'basics',
    title: 'put replaces what was there, be the new content shorter, longer or as long',
    async run(context) {
      for (const content of [
        'first content',
        'short',
        'a content that is longer',
        'other content of 24',
      ]) {
        await context.put(KEY, content);
        assert.equal(await readText(context.driver, KEY), content);
        assert.equal((await context.driver.stat(KEY))?.size, content.length);
      }
      await context.put(KEY, 'same length A');
      await context.put(KEY, 'same length B');
      assert.equal(await readText(context.driver, KEY), 'same length B');
    },
  },
  {
    id: 'A3',
    area: 'basics',
    title: 'put replaces a content by an empty one',
    async run(context) {
      await context.put(KEY, 'something');
      await context.put(KEY, '');
      assert.equal((await context.driver.stat(KEY))?.size, 0);
      assert.equal(await readText(context.driver, KEY), '');
    },
  },
  {
    id: 'A4',
    area: 'basics',
    title: 'stat, get and list tell the same of an object',
    async run(context) {
      const put = await context.put(KEY, 'content');
      const info = await context.driver.stat(KEY);
      assert.deepEqual(info, put);
      assert.deepEqual((await context.driver.get(KEY)).info, info);
      const [listed] = (await listAll(context.driver)).objects;
      assert.equal(listed?.key, info?.key);
      assert.equal(listed?.size, info?.size);
      assert.equal(listed?.modified, info?.modified);
      if (context.capabilities.list.etagInListing) {
        assert.notEqual(info?.etag, undefined);
        assert.equal(listed?.etag, info?.etag);
      }
      for (const algorithm of context.capabilities.list.checksumsInListing) {
        assert.match(listed?.checksums?.[algorithm] ?? '', /^[0-9a-f]+$/);
      }
    },
  },
  {
    id: 'A5',
    area: 'basics',
    title: 'a missing object is undefined for stat and NOT_FOUND for get',
    async run({ driver }) {
      assert.equal(await driver.stat(KEY), undefined);
      await fails('NOT_FOUND', () => driver.get(KEY));
    },
  },
  {
    id: 'A6',
    area: 'basics',
    title: 'the last of a hundred puts of one key counts',
    async run(context) {
      for (let round = 0; round < 99; round++) {
        await context.driver.put(KEY, noise(round, round));
      }
      await context.put(KEY, 'the last');
      assert.equal(await readText(context.driver, KEY), 'the last');
      assert.deepEqual(await listedKeys(context.driver), [KEY]);
    },
  },
  {
    id: 'A7',
    area: 'basics',
    title: 'after a delete, stat, get and list agree that the object is gone',
    async run(context) {
      await context.seed([KEY, 'docker/registry/v2/other']);
      const { outcome } = await deleteOne(context.driver, { key: KEY });
      assert.ok(outcomesOfExisting(context.capabilities).includes(outcome), outcome);
      await context.eventually(async () => {
        assert.equal(await context.driver.stat(KEY), undefined);
        await fails('NOT_FOUND', () => context.driver.get(KEY));
        assert.deepEqual(await listedKeys(context.driver), ['docker/registry/v2/other']);
      });
    },
  },
  {
    id: 'A8',
    area: 'basics',
    title: 'a delete takes an object away that was seen just before, also a large one',
    async run(context) {
      for (const length of [0, 10, 2 * MEBIBYTE]) {
        await context.put(KEY, noise(length, 1));
        assert.equal((await context.driver.stat(KEY))?.size, length);
        await context.remove([KEY]);
        assert.deepEqual(await listedKeys(context.driver), []);
      }
    },
  },
  {
    id: 'A9',
    area: 'basics',
    title: 'copy gives a second object of the same content and leaves the first alone',
    optional: {
      declared: (_, driver) => driver.copy !== undefined,
      refused: async ({ driver }) => assert.ok(driver.copy === undefined),
    },
    async run(context) {
      const { driver } = context;
      assert.ok(driver.copy !== undefined);
      const to = parseKey('copies/a/b');
      await fails('NOT_FOUND', () => driver.copy?.(KEY, to));
      assert.equal(await driver.stat(to), undefined);
      await context.seed([
        [KEY, 'content'],
        [to, 'replaced'],
      ]);
      assert.deepEqual(await driver.copy(KEY, to), await driver.stat(to));
      assert.equal(await readText(driver, to), 'content');
      await context.put(KEY, 'changed');
      assert.equal(await readText(driver, to), 'content');
      await driver.copy(to, to);
      assert.equal(await readText(driver, to), 'content');
    },
  },
  {
    id: 'A9b',
    area: 'basics',
    title: 'move gives the object another key',
    optional: {
      declared: (_, driver) => driver.move !== undefined,
      refused: async ({ driver }) => assert.ok(driver.move === undefined),
    },
    async run(context) {
      const { driver } = context;
      assert.ok(driver.move !== undefined);
      const to = parseKey('moved/a/b');
      await fails('NOT_FOUND', () => driver.move?.(KEY, to));
      await context.seed([
        [KEY, 'content'],
        [to, 'replaced'],
      ]);
      await driver.move(KEY, to);
      assert.equal(await driver.stat(KEY), undefined);
      assert.equal(await readText(driver, to), 'content');
      await driver.move(to, to);
      assert.equal(await readText(driver, to), 'content');
      assert.deepEqual(await listedKeys(driver), [to]);
    },
  },
  {
    id: 'A10',
    area: 'basics',
    title: 'put gives what stat gives afterwards',
    async run(context) {
      const info = await context.put(KEY, 'content');
      assert.equal(info.key, KEY);
      assert.equal(info.size, 7);
      assert.ok(Number.isFinite(info.modified));
      assert.deepEqual(await context.driver.stat(KEY), info);
    },
  },
];
