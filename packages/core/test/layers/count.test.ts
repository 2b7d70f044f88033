import { expect, it } from 'vitest';
import { parseKey, parsePrefix } from '@dunnage/driver-api';
import { countRequests } from '@dunnage/core';
import { createMemoryDriver } from '@dunnage/driver-memory';
import { bareDriver, collected, infoOf, KEY } from './bare-driver.ts';

const keys = Array.from({ length: 10 }, (_, index) => parseKey(`k/${index}`));

it('counts calls, pages, batches, keys and items', async () => {
  const { driver, counts } = countRequests(
    createMemoryDriver({ profile: 'fs', maxPageSize: 4, batchMax: 3 }),
  );
  expect(counts()).toEqual({});
  for (const key of keys) await driver.put(key, new Uint8Array([1]));
  await driver.stat(KEY);
  await (await driver.get(parseKey('k/0'))).body.cancel();
  await driver.now();
  await driver.capabilities();
  await collected(driver.list({ prefix: parsePrefix('k/') }));
  if (driver.bulk === undefined) throw new Error('the profile has bulk verbs');
  await collected(driver.bulk.stat(keys));
  await collected(driver.bulk.read(asyncOf(keys.slice(0, 3)), { maxBytes: 9 }));
  await collected(driver.bulk.children([parsePrefix('k/')]));
  await collected(driver.delete(keys.map((key) => ({ key }))));
  await collected(driver.delete(asyncOf([{ key: KEY }])));
  expect(counts()).toEqual({
    'bulk.children': 1,
    'bulk.read': 3,
    'bulk.stat': 10,
    delete: 5,
    'delete.keys': 11,
    get: 1,
    list: 3,
    now: 1,
    put: 10,
    stat: 1,
  });
});

it('gives snapshots, which do not change', async () => {
  const { driver, counts } = countRequests(bareDriver({ stat: async () => infoOf(KEY) }));
  await driver.stat(KEY);
  const before = counts();
  await driver.stat(KEY);
  expect([before['stat'], counts()['stat']]).toEqual([1, 2]);
});

it('counts requests that fail', async () => {
  const { driver, counts } = countRequests(
    bareDriver({ stat: () => Promise.reject(new Error('no')) }),
  );
  await expect(driver.stat(KEY)).rejects.toThrow('no');
  expect(counts()).toEqual({ stat: 1 });
});

async function* asyncOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
