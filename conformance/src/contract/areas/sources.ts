import assert from 'node:assert/strict';
import { parseKey } from '@dunnage/driver-api';
import type { Source } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { bytesOf, inChunks, noise, readAll, readText } from '../content.ts';
import { fails } from '../expect.ts';
import { listedKeys } from '../listing.ts';

const KEY = parseKey('sources/object');

export const SOURCES: readonly ContractCheck[] = [
  {
    id: 'C3',
    area: 'sources',
    title:
      'takes sources of unknown length, and keeps what they gave even if they reuse their buffer',
    async run(context) {
      const content = noise(300_000, 3);
      for (const size of [1000, 65_536, 300_000]) {
        await context.driver.put(KEY, inChunks(content, size));
        await context.eventually(async () => {
          assert.ok(Buffer.from(await readAll(context.driver, KEY)).equals(content));
        });
      }
      await context.driver.put(KEY, reusing(['one', 'two', 'six']));
      await context.eventually(async () => {
        assert.equal(await readText(context.driver, KEY), 'onetwosix');
      });
      const array = bytesOf('before');
      await context.put(KEY, array);
      array.fill(120);
      assert.equal(await readText(context.driver, KEY), 'before');
    },
  },
  {
    id: 'C4',
    area: 'sources',
    title: 'a source that is shorter or longer than promised fails with CORRUPT and stores nothing',
    async run(context) {
      const { driver } = context;
      const content = noise(100_000, 4);
      const sources: readonly (() => Source)[] = [() => content, () => inChunks(content, 30_000)];
      for (const source of sources) {
        for (const size of [0, 99_999, 100_001, 10_000_000]) {
          await fails('CORRUPT', () => driver.put(KEY, source(), { size }));
        }
      }
      assert.equal(await driver.stat(KEY), undefined);
      await context.put(KEY, 'kept');
      await fails('CORRUPT', () => driver.put(KEY, bytesOf('other'), { size: 4 }));
      assert.equal(await readText(driver, KEY), 'kept');
      assert.deepEqual(await listedKeys(driver), [KEY]);
      await driver.put(KEY, inChunks(content, 30_000), { size: 100_000 });
      await context.eventually(async () => {
        assert.equal((await driver.stat(KEY))?.size, 100_000);
      });
    },
  },
];

/** A source that hands out the same buffer again and again. */
async function* reusing(words: readonly string[]): AsyncGenerator<Uint8Array> {
  const shared = new Uint8Array(3);
  for (const word of words) {
    shared.set(bytesOf(word));
    yield shared;
  }
}
