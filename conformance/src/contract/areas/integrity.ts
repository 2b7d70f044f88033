import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { parseKey } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { bytesOf, inChunks, noise, readAll, readText } from '../content.ts';
import { fails } from '../expect.ts';
import { listAll, listedKeys } from '../listing.ts';

const KEY = parseKey('n/object');

/** Hashes that a check can compute by itself. */
const ALGORITHMS = ['md5', 'sha256'] as const;

function hashOf(algorithm: 'md5' | 'sha256', content: Uint8Array): string {
  return createHash(algorithm).update(content).digest('hex');
}

export const INTEGRITY: readonly ContractCheck[] = [
  {
    id: 'N1',
    area: 'integrity',
    title: 'a put with a wrong checksum fails with CORRUPT and keeps what was there',
    async run(context) {
      const { driver, capabilities } = context;
      const content = noise(100_000, 1);
      await context.put(KEY, 'kept');
      for (const algorithm of [...ALGORITHMS, 'crc32c'] as const) {
        if (capabilities.put.checksums.includes(algorithm)) continue;
        const checksum = { algorithm, value: '00000000' };
        await fails('UNSUPPORTED', () => driver.put(KEY, content, { checksum }));
      }
      for (const algorithm of ALGORITHMS) {
        if (!capabilities.put.checksums.includes(algorithm)) continue;
        const wrong = { algorithm, value: hashOf(algorithm, bytesOf('other')) };
        await fails('CORRUPT', () => driver.put(KEY, content, { checksum: wrong }));
        await fails('CORRUPT', () => driver.put(KEY, inChunks(content, 9999), { checksum: wrong }));
        assert.equal(await readText(driver, KEY), 'kept');
      }
      assert.equal(await readText(driver, KEY), 'kept');
      assert.deepEqual(await listedKeys(driver), [KEY]);
      for (const algorithm of ALGORITHMS) {
        if (!capabilities.put.checksums.includes(algorithm)) continue;
        const checksum = { algorithm, value: hashOf(algorithm, content) };
        await driver.put(KEY, inChunks(content, 9999), { checksum });
        await context.eventually(async () => {
          assert.equal((await driver.stat(KEY))?.size, content.length);
        });
      }
    },
  },
  {
    id: 'N2',
    area: 'integrity',
    title: 'checksums that are told are those of the content',
    async run(context) {
      const content = noise(70_000, 2);
      const info = await context.put(KEY, content);
      const [listed] = (await listAll(context.driver)).objects;
      for (const { checksums } of [info, listed ?? info]) {
        for (const algorithm of ALGORITHMS) {
          const told = checksums?.[algorithm];
          if (told !== undefined) assert.equal(told, hashOf(algorithm, content));
        }
      }
    },
  },
  {
    id: 'N5',
    area: 'integrity',
    title: 'objects that are put at the same time keep their own bytes',
    async run(context) {
      const contents = Array.from(
        { length: 24 },
        (_, n) => [`n/k${n}`, noise(20_000 + n, n)] as const,
      );
      await context.seed(contents);
      for (const [key, content] of contents) {
        const found = await readAll(context.driver, parseKey(key));
        assert.equal(hashOf('sha256', found), hashOf('sha256', content), key);
      }
    },
  },
];
