import assert from 'node:assert/strict';
import { parseKey } from '@dunnage/driver-api';
import type { DeleteRequest, StorageDriver } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { bytesOf, noise, readText, stalled } from '../content.ts';
import { drain, fails } from '../expect.ts';
import { listedKeys, numberedKeys } from '../listing.ts';

const KEY = parseKey('k/object');
const NEW = parseKey('k/new');

/** Every verb, on an object that exists: name and call. */
function verbs(driver: StorageDriver, signal?: AbortSignal): [string, () => Promise<unknown>][] {
  return [
    ['capabilities', async () => driver.capabilities({ signal })],
    ['stat', async () => driver.stat(KEY, { signal })],
    ['get', async () => driver.get(KEY, { signal })],
    ['put', async () => driver.put(NEW, bytesOf('x'), { signal })],
    ['list', async () => drain(driver.list({ signal }))],
    ['delete', async () => drain(driver.delete([{ key: KEY }], { signal }))],
    ['now', async () => driver.now({ signal })],
  ];
}

export const ABORT: readonly ContractCheck[] = [
  {
    id: 'K1',
    area: 'abort',
    title: 'with a signal that is aborted already, every verb fails with ABORTED and does nothing',
    async run(context) {
      await context.put(KEY, 'kept');
      const reason = new Error('the caller has left');
      // Capabilities and the clock may be at hand without any I/O: there is nothing to cancel.
      for (const [name, call] of verbs(context.driver, AbortSignal.abort(reason))) {
        if (name === 'capabilities' || name === 'now') continue;
        const error = await fails('ABORTED', call);
        assert.equal(error.cause, reason, `${name} does not tell the signal's reason`);
      }
      const chunks = stalled(bytesOf('x'));
      const signal = AbortSignal.abort();
      await fails('ABORTED', () => context.driver.put(NEW, chunks, { signal }));
      assert.deepEqual(await listedKeys(context.driver), [KEY]);
      assert.equal(await readText(context.driver, KEY), 'kept');
    },
  },
  {
    id: 'K2a',
    area: 'abort',
    title: 'an abort ends a put whose source hangs, and nothing is stored',
    async run(context) {
      const { driver } = context;
      await context.put(KEY, 'kept');
      for (const key of [KEY, NEW]) {
        const abort = new AbortController();
        const source = stalled(noise(100_000, 1));
        const put = fails('ABORTED', () => driver.put(key, source, { signal: abort.signal }));
        await Promise.race([source.asked, put]);
        abort.abort();
        await context.settled('put after an abort', put);
      }
      assert.deepEqual(await listedKeys(driver), [KEY]);
      assert.equal(await readText(driver, KEY), 'kept');
    },
  },
  {
    id: 'K2b',
    area: 'abort',
    title: 'an abort ends the body of a get',
    async run(context) {
      await context.put(KEY, noise(8 * 1024 * 1024, 2));
      const abort = new AbortController();
      const { body } = await context.driver.get(KEY, { signal: abort.signal });
      const reader = body.getReader();
      assert.equal((await reader.read()).done, false);
      abort.abort();
      const readOn = fails('ABORTED', async () => {
        for (let next = await reader.read(); !next.done; next = await reader.read());
      });
      await context.settled('the body after an abort', readOn);
    },
  },
  {
    id: 'K2c',
    area: 'abort',
    title: 'an abort ends a listing between pages',
    async run(context) {
      await context.seed(numberedKeys('k/k', 5));
      const abort = new AbortController();
      const listing = context.driver.list({ pageSize: 1, signal: abort.signal });
      const pages = listing[Symbol.asyncIterator]();
      const first = await pages.next();
      assert.equal(first.done, false);
      abort.abort();
      const rest = fails('ABORTED', async () => {
        for (let next = await pages.next(); next.done !== true; next = await pages.next());
      });
      await context.settled('the listing after an abort', rest);
    },
  },
  {
    id: 'K2d',
    area: 'abort',
    title: 'an abort ends a delete whose requests hang',
    async run(context) {
      await context.seed([KEY, 'k/other']);
      const abort = new AbortController();
      const requests = stalled<DeleteRequest>({ key: KEY });
      const { signal } = abort;
      const outcomes = fails('ABORTED', () => drain(context.driver.delete(requests, { signal })));
      await Promise.race([requests.asked, outcomes]);
      abort.abort();
      await context.settled('delete after an abort', outcomes);
      assert.ok((await listedKeys(context.driver)).includes('k/other'));
    },
  },
  {
    id: 'K2e',
    area: 'abort',
    title: 'an abort counts that comes from the source itself, just before it hangs',
    async run(context) {
      const { driver } = context;
      await context.seed([KEY, 'k/other']);
      const put = new AbortController();
      const chunks = stalled(bytesOf('x'), () => put.abort());
      const putting = fails('ABORTED', () => driver.put(NEW, chunks, { signal: put.signal }));
      await context.settled('put after an abort', putting);
      const remove = new AbortController();
      const requests = stalled<DeleteRequest>({ key: KEY }, () => remove.abort());
      const { signal } = remove;
      const removing = fails('ABORTED', () => drain(driver.delete(requests, { signal })));
      await context.settled('delete after an abort', removing);
      assert.equal(await driver.stat(NEW), undefined);
    },
  },
  {
    id: 'K4',
    area: 'abort',
    title: 'after close every verb fails with CLOSED, and a second close does nothing',
    async run(context) {
      await context.put(KEY, 'kept');
      const driver = await context.reopen();
      assert.equal(await readText(driver, KEY), 'kept');
      await driver.close();
      await driver.close();
      await driver[Symbol.asyncDispose]();
      for (const [, call] of verbs(driver)) await fails('CLOSED', call);
      const { bulk } = driver;
      if (bulk !== undefined) await fails('CLOSED', () => drain(bulk.stat([KEY])));
      assert.deepEqual(await listedKeys(context.driver), [KEY]);
    },
  },
  {
    id: 'K4b',
    area: 'abort',
    title: 'close ends what is under way with CLOSED',
    async run(context) {
      await context.put(KEY, noise(8 * 1024 * 1024, 3));
      const driver = await context.reopen();
      const source = stalled(bytesOf('x'));
      const put = fails('CLOSED', () => driver.put(NEW, source));
      await Promise.race([source.asked, put]);
      const { body } = await driver.get(KEY);
      const reader = body.getReader();
      await reader.read();
      await context.settled('close', driver.close());
      await context.settled('put after close', put);
      const readOn = fails('CLOSED', async () => {
        for (let next = await reader.read(); !next.done; next = await reader.read());
      });
      await context.settled('the body after close', readOn);
      assert.equal(await context.driver.stat(NEW), undefined);
    },
  },
];
