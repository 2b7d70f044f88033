import assert from 'node:assert/strict';
import { API_VERSION, parseKey } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { fails } from '../expect.ts';

export const HONESTY: readonly ContractCheck[] = [
  {
    id: 'O4',
    area: 'honesty',
    title: 'capabilities are the same over time and for every driver on the storage',
    async run(context) {
      const before = structuredClone(await context.driver.capabilities());
      await context.seed(['o/a', 'o/b']);
      await context.remove(['o/a']);
      assert.deepEqual(await context.driver.capabilities(), before);
      const other = await context.reopen();
      assert.deepEqual(await other.capabilities(), before);
      assert.equal(other.id, context.driver.id);
      assert.match(context.driver.id, /^[a-z][a-z0-9+.-]*:\/\//);
      assert.equal(context.driver.apiVersion, API_VERSION);
    },
  },
  {
    id: 'O5',
    area: 'honesty',
    title: 'has an optional verb exactly where it declares the feature',
    async run({ driver, capabilities }) {
      const { emptyDirectories, versions } = capabilities;
      assert.equal(driver.pruneEmptyDirectories !== undefined, emptyDirectories);
      if (versions !== 'unknown') {
        assert.equal(driver.versionsOf !== undefined, versions !== 'none');
      }
      if (driver.undelete === undefined) assert.notEqual(versions, 'enabled');
      assert.equal(driver.abortUpload === undefined, driver.pendingUploads === undefined);
    },
  },
  {
    id: 'O3',
    area: 'honesty',
    title: 'declares numbers that can be true',
    async run({ capabilities }) {
      const { list, delete: remove, keys, modifiedResolutionMs } = capabilities;
      for (const count of [list.maxPageSize, remove.batchMax, keys.maxBytes]) {
        assert.ok(Number.isSafeInteger(count) && count >= 1, String(count));
      }
      assert.ok(keys.maxBytes >= 300, 'the names of a registry do not fit');
      assert.ok((keys.maxSegmentBytes ?? 255) >= 71, 'the names of a registry do not fit');
      assert.ok(modifiedResolutionMs > 0);
    },
  },
  {
    id: 'O2',
    area: 'honesty',
    title: 'refuses values that an option does not have with INVALID_ARGUMENT, and changes nothing',
    async run(context) {
      const { driver } = context;
      const kept = await context.put('o/a', 'kept');
      const key = parseKey('o/a');
      const list = async (options: object): Promise<void> => {
        for await (const page of driver.list(options)) void page;
      };
      await fails('INVALID_ARGUMENT', () => list({ depth: 'deep' }));
      await fails('INVALID_ARGUMENT', () => list({ detail: 'all' }));
      for (const size of [-1, 0.5, NaN]) {
        await fails('INVALID_ARGUMENT', () => driver.put(key, new Uint8Array(1), { size }));
      }
      const { put } = context.capabilities;
      if (put.ifAbsent && put.ifMatch) {
        const both = { ifAbsent: true, ifMatch: kept.etag ?? '' };
        await fails('INVALID_ARGUMENT', () => driver.put(key, new Uint8Array(1), both));
      }
      assert.deepEqual(await driver.stat(key), kept);
    },
  },
];
