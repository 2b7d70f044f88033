import assert from 'node:assert/strict';
import { hasCode, parseKey } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { bytesOf, readText } from '../content.ts';
import { fails } from '../expect.ts';
import { listAll, listedKeys } from '../listing.ts';
import { deleteOne, outcomesOfExisting } from '../outcomes.ts';

const KEY = parseKey('i/object');
const MISSING = parseKey('i/missing');

/** An etag that no store gives. */
const OTHER = 'an-etag-of-something-else';

export const CONDITIONS: readonly ContractCheck[] = [
  {
    id: 'I1',
    area: 'conditions',
    title: 'put with ifAbsent stores only where there is no object',
    optional: {
      declared: ({ put }) => put.ifAbsent,
      async refused(context) {
        const { driver } = context;
        await context.put(KEY, 'kept');
        for (const key of [KEY, MISSING]) {
          await fails('UNSUPPORTED', () => driver.put(key, bytesOf('new'), { ifAbsent: true }));
        }
        assert.equal(await readText(driver, KEY), 'kept');
        assert.deepEqual(await listedKeys(driver), [KEY]);
      },
    },
    async run(context) {
      const { driver } = context;
      await driver.put(KEY, bytesOf('first'), { ifAbsent: true });
      const kept = await driver.stat(KEY);
      await fails('ALREADY_EXISTS', () => driver.put(KEY, bytesOf('other'), { ifAbsent: true }));
      assert.deepEqual(await driver.stat(KEY), kept);
      assert.equal(await readText(driver, KEY), 'first');
      await driver.put(KEY, bytesOf('second'), { ifAbsent: false });
      await context.remove([KEY]);
      await driver.put(KEY, bytesOf('third'), { ifAbsent: true });
      assert.equal(await readText(driver, KEY), 'third');
    },
  },
  {
    id: 'I2a',
    area: 'conditions',
    title: 'put with ifMatch replaces only the object that has this etag',
    optional: {
      declared: ({ put }) => put.ifMatch,
      async refused(context) {
        const { driver } = context;
        const { etag = OTHER } = await context.put(KEY, 'kept');
        await fails('UNSUPPORTED', () => driver.put(KEY, bytesOf('new'), { ifMatch: etag }));
        await fails('UNSUPPORTED', () => driver.put(MISSING, bytesOf('new'), { ifMatch: etag }));
        assert.equal(await readText(driver, KEY), 'kept');
        assert.deepEqual(await listedKeys(driver), [KEY]);
      },
    },
    async run(context) {
      const { driver } = context;
      const { etag } = await context.put(KEY, 'first');
      assert.ok(etag !== undefined);
      const put = async (content: string, ifMatch: string, key = KEY): Promise<unknown> =>
        driver.put(key, bytesOf(content), { ifMatch });
      await fails('PRECONDITION_FAILED', () => put('other', OTHER));
      await fails('PRECONDITION_FAILED', () => put('other', etag, MISSING));
      assert.equal(await readText(driver, KEY), 'first');
      assert.equal(await driver.stat(MISSING), undefined);
      await put('second', etag);
      assert.equal(await readText(driver, KEY), 'second');
      await fails('PRECONDITION_FAILED', () => put('third', etag));
      assert.equal(await readText(driver, KEY), 'second');
    },
  },
  {
    id: 'I2b',
    area: 'conditions',
    title: 'get with ifMatch reads only the object that has this etag',
    optional: {
      declared: ({ read }) => read.ifMatch,
      async refused(context) {
        const { etag = OTHER } = await context.put(KEY, 'content');
        await fails('UNSUPPORTED', () => context.driver.get(KEY, { ifMatch: etag }));
      },
    },
    async run(context) {
      const { driver } = context;
      const { etag } = await context.put(KEY, 'first');
      assert.ok(etag !== undefined);
      assert.equal(await readText(driver, KEY, { ifMatch: etag }), 'first');
      assert.equal(
        await readText(driver, KEY, { ifMatch: etag, range: { start: 1, end: 3 } }),
        'ir',
      );
      await fails('PRECONDITION_FAILED', () => driver.get(KEY, { ifMatch: OTHER }));
      await context.put(KEY, 'other');
      await fails('PRECONDITION_FAILED', () => driver.get(KEY, { ifMatch: etag }));
      await fails(['NOT_FOUND', 'PRECONDITION_FAILED'], () =>
        driver.get(MISSING, { ifMatch: etag }),
      );
    },
  },
  {
    id: 'I2c',
    area: 'conditions',
    title: 'delete with ifMatch deletes only the object that has this etag',
    optional: {
      declared: (can) => can.delete.ifMatch,
      async refused(context) {
        const { driver } = context;
        const { etag = OTHER } = await context.put(KEY, 'kept');
        for (const ifMatch of [etag, OTHER]) {
          const outcome = await deleteOne(driver, { key: KEY, ifMatch });
          assert.equal('error' in outcome && outcome.error.code, 'UNSUPPORTED');
        }
        assert.equal(await readText(driver, KEY), 'kept');
      },
    },
    async run(context) {
      const { driver, capabilities } = context;
      const first = await context.put(KEY, 'first');
      assert.ok(first.etag !== undefined);
      const other = await deleteOne(driver, { key: KEY, ifMatch: OTHER });
      assert.equal(other.outcome, 'precondition-failed');
      assert.ok('error' in other && hasCode(other.error, 'PRECONDITION_FAILED'));
      assert.equal(await readText(driver, KEY), 'first');
      const { etag } = await context.put(KEY, 'second');
      assert.ok(etag !== undefined);
      const stale = await deleteOne(driver, { key: KEY, ifMatch: first.etag });
      assert.equal(stale.outcome, 'precondition-failed');
      assert.equal(await readText(driver, KEY), 'second');
      const listed = (await listAll(driver)).objects[0];
      const ifMatch = capabilities.list.etagInListing ? (listed?.etag ?? OTHER) : etag;
      const { outcome } = await deleteOne(driver, { key: KEY, ifMatch });
      assert.ok(outcomesOfExisting(capabilities).includes(outcome), outcome);
      assert.equal(await driver.stat(KEY), undefined);
      const missing = await deleteOne(driver, { key: KEY, ifMatch: etag });
      assert.ok(['missing', 'precondition-failed'].includes(missing.outcome), missing.outcome);
    },
  },
  {
    id: 'I5',
    area: 'conditions',
    title: 'of fifty that put with ifAbsent at the same time, exactly one wins',
    optional: {
      declared: ({ put }) => put.ifAbsent,
      async refused({ driver }) {
        await fails('UNSUPPORTED', () => driver.put(KEY, bytesOf('x'), { ifAbsent: true }));
        assert.equal(await driver.stat(KEY), undefined);
      },
    },
    async run(context) {
      const drivers = [context.driver, await context.reopen()];
      const attempts = Array.from({ length: 50 }, async (_, n) => {
        const driver = drivers[n % 2] ?? context.driver;
        await driver.put(KEY, bytesOf(`of ${n}`), { ifAbsent: true });
        return `of ${n}`;
      });
      const results = await Promise.allSettled(attempts);
      const winners = results.filter((result) => result.status === 'fulfilled');
      assert.equal(winners.length, 1);
      for (const result of results) {
        if (result.status === 'rejected') assert.ok(hasCode(result.reason, 'ALREADY_EXISTS'));
      }
      assert.equal(await readText(context.driver, KEY), winners[0]?.value);
    },
  },
  {
    id: 'I6',
    area: 'conditions',
    title: 'an etag is the same wherever it is told, and another for another content',
    async run(context) {
      const seen = new Set<string>();
      for (const content of ['one', 'two', 'one longer', '']) {
        const info = await context.put(KEY, content);
        const stat = await context.driver.stat(KEY);
        assert.equal(stat?.etag, info.etag);
        assert.equal((await context.driver.get(KEY)).info.etag, info.etag);
        if (info.etag === undefined) continue;
        assert.ok(info.etag.length > 0);
        assert.ok(!seen.has(info.etag), `the etag ${info.etag} comes again`);
        seen.add(info.etag);
      }
      const { list, read, put, delete: remove } = context.capabilities;
      const needed = list.etagInListing || read.ifMatch || put.ifMatch || remove.ifMatch;
      assert.ok(seen.size === 4 || !needed, 'conditions are declared, but there are no etags');
    },
  },
];
