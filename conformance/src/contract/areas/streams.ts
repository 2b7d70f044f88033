import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseKey } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { bytesOf, failing, inChunks, noise, readAll, readText } from '../content.ts';
import { failsSomehow } from '../expect.ts';
import { listedKeys } from '../listing.ts';

const KEY = parseKey('m/object');

export const STREAMS: readonly ContractCheck[] = [
  {
    id: 'M1',
    area: 'streams',
    title: 'asks a source for one chunk at a time, and for none after the last',
    async run(context) {
      let given = 0;
      let asking = 0;
      const source: AsyncIterable<Uint8Array> = {
        [Symbol.asyncIterator]: () => ({
          async next() {
            assert.equal(asking, 0, 'a second chunk is asked for before the first has come');
            asking++;
            await nextTurn();
            asking--;
            given++;
            assert.ok(given <= 51, 'a chunk is asked for after the last');
            return given === 51
              ? { done: true, value: undefined }
              : { done: false, value: noise(10_000, given) };
          },
        }),
      };
      await context.driver.put(KEY, source);
      await context.eventually(async () => {
        assert.equal((await context.driver.stat(KEY))?.size, 500_000);
      });
    },
  },
  {
    id: 'M2',
    area: 'streams',
    title: 'a source that fails fails the put, with its error as the cause, and nothing is stored',
    async run(context) {
      const { driver } = context;
      await context.put(KEY, 'kept');
      const broken = new Error('the source is broken');
      for (const key of [KEY, parseKey('m/new')]) {
        const source = failing(noise(100_000, 1), broken);
        const error = await failsSomehow(() => driver.put(key, source));
        assert.equal(error.cause, broken);
        assert.equal(error.applied, 'no');
      }
      assert.equal(await readText(driver, KEY), 'kept');
      assert.deepEqual(await listedKeys(driver), [KEY]);
    },
  },
  {
    id: 'M3',
    area: 'streams',
    title: 'a body that its reader cancels frees what it holds',
    async run(context) {
      const content = noise(1024 * 1024, 2);
      await context.put(KEY, content);
      for (let round = 0; round < 30; round++) {
        const got = await context.settled('get after cancelled bodies', context.driver.get(KEY));
        const reader = got.body.getReader();
        if (round % 2 === 0) await reader.read();
        await reader.cancel();
      }
      assert.ok(Buffer.from(await readAll(context.driver, KEY)).equals(content));
      await context.settled('close after cancelled bodies', context.driver.close());
    },
  },
  {
    id: 'M4',
    area: 'streams',
    title: 'takes a source byte by byte, and one with empty chunks',
    async run(context) {
      const content = noise(2000, 3);
      await context.driver.put(KEY, inChunks(content, 1), { size: 2000 });
      await context.eventually(async () => {
        assert.deepEqual(await readAll(context.driver, KEY), content);
      });
      const gaps = (async function* () {
        yield bytesOf('');
        yield bytesOf('a');
        yield bytesOf('');
        yield bytesOf('b');
      })();
      await context.driver.put(KEY, gaps);
      await context.eventually(async () => {
        assert.equal(await readText(context.driver, KEY), 'ab');
      });
    },
  },
  {
    id: 'M5',
    area: 'streams',
    title: 'a hundred bodies that nobody reads keep nothing from working',
    async run(context) {
      await context.put(KEY, noise(300_000, 4));
      const unread = [];
      for (let n = 0; n < 100; n++) {
        const got = await context.settled('get after unread bodies', context.driver.get(KEY));
        unread.push(got.body);
      }
      assert.equal((await readAll(context.driver, KEY)).length, 300_000);
      assert.deepEqual(await listedKeys(context.driver), [KEY]);
      for (const body of unread) await body.cancel();
    },
  },
];
