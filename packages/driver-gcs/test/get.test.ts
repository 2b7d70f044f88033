import { gzipSync } from 'node:zlib';
import { answer, rewrite } from '@dunnage/conformance/proxy';
import { describe, expect, test } from 'vitest';
import { collect, failure, key, operations, startRig, text } from './support.ts';

describe('a download', () => {
  test('is one request, with all facts in its headers', async () => {
    const rig = await startRig();
    rig.bucket.put('a', 'content');
    const { info, body } = await rig.driver.get(key('a'));
    expect(operations(rig)).toEqual(['get']);
    expect(await text(body)).toBe('content');
    expect(await rig.driver.stat(key('a'))).toEqual(info);
  });

  test('asks for the time of writing only where metadata was changed', async () => {
    const rig = await startRig();
    rig.bucket.put('a', 'content');
    (rig.bucket.object('a') as { metageneration: number }).metageneration = 5;
    await rig.driver.get(key('a'));
    expect(operations(rig)).toEqual(['get', 'head']);
    expect(rig.proxy.requests[1]?.query['generation']).toBe(rig.bucket.object('a')?.generation);
  });

  test('gives what is stored, also where it was stored as gzip', async () => {
    const { driver, bucket } = await startRig();
    const stored = gzipSync('content '.repeat(100));
    bucket.put('a', stored, { contentEncoding: 'gzip' });
    const { info, body } = await driver.get(key('a'));
    expect(info.size).toBe(stored.length);
    expect(Buffer.concat(await collect(body))).toEqual(stored);
  });

  test('of a small object leaves the socket to others before it is read', async () => {
    const { bucket, open } = await startRig();
    bucket.put('a', Buffer.alloc(60_000));
    const driver = open({ concurrency: 1 });
    const unread = await Promise.all(Array.from({ length: 20 }, () => driver.get(key('a'))));
    for (const { body } of unread) expect((await text(body)).length).toBe(60_000);
  });

  test('without the headers that tell what it is is refused', async () => {
    const { driver, inject } = await startRig();
    inject({ fault: answer({ status: 200, body: 'Sign in' }) });
    expect(await failure(driver.get(key('a')))).toMatchObject({ code: 'INCOMPLETE' });
  });
});

describe('a range', () => {
  test('is asked of the store', async () => {
    const { driver, bucket } = await startRig();
    bucket.put('a', '0123456789');
    const read = async (start: number, end?: number): Promise<string> =>
      text((await driver.get(key('a'), { range: { start, ...(end && { end }) } })).body);
    expect(await read(2, 5)).toBe('234');
    expect(await read(7)).toBe('789');
    expect(await read(0, 99)).toBe('0123456789');
  });

  test('that the store ignores is no part', async () => {
    const { driver, bucket, inject } = await startRig();
    bucket.put('a', '0123456789');
    inject({
      fault: rewrite(() => ({
        status: 200,
        headers: { 'content-range': undefined },
        body: '0123456789',
      })),
    });
    const read = (start: number): Promise<unknown> => driver.get(key('a'), { range: { start } });
    expect(await failure(read(2))).toMatchObject({ code: 'INCOMPLETE' });
    expect(await read(0)).toMatchObject({ info: { size: 10 } });
  });

  test('of an empty object is out of range, whatever the store says', async () => {
    const { driver, bucket, inject } = await startRig();
    bucket.put('a', '');
    const error = await failure(driver.get(key('a'), { range: { start: 0, end: 1 } }));
    expect(error).toMatchObject({ code: 'RANGE_NOT_SATISFIABLE' });
    inject({ fault: answer({ status: 200, headers: { ...HEADERS, 'content-length': '0' } }) });
    const lenient = await failure(driver.get(key('a'), { range: { start: 0, end: 1 } }));
    expect(lenient).toMatchObject({ code: 'RANGE_NOT_SATISFIABLE' });
  });
});

const HEADERS = {
  'x-goog-generation': '17',
  'x-goog-metageneration': '1',
  'x-goog-stored-content-length': '0',
  'last-modified': 'Tue, 02 Jan 2024 03:04:05 GMT',
};

describe('versions', () => {
  test('of a bucket without versions are there as long as the object is the same', async () => {
    const { driver, bucket } = await startRig();
    const version = bucket.put('a', 'one');
    expect(await driver.stat(key('a'), { version })).toMatchObject({ version, etag: version });
    bucket.put('a', 'two');
    expect(await driver.stat(key('a'), { version })).toBeUndefined();
    expect(await failure(driver.get(key('a'), { version }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test.each(['', '0', 'x', '1.5', '-1', '99999999999999999999'])(
    'that no store gives (%j) are missing, without a question',
    async (version) => {
      const { driver, proxy, bucket } = await startRig();
      bucket.put('a', 'one');
      expect(await driver.stat(key('a'), { version })).toBeUndefined();
      expect(await failure(driver.get(key('a'), { version }))).toMatchObject({ code: 'NOT_FOUND' });
      const error = await failure(driver.undelete?.(key('a'), version) ?? Promise.resolve());
      expect(error).toMatchObject({ code: 'NOT_FOUND' });
      expect(proxy.requests).toEqual([]);
    },
  );

  test('an etag of "0" does not mean "no object"', async () => {
    const { driver, bucket } = await startRig();
    const put = driver.put(key('a'), new Uint8Array(1), { ifMatch: '0' });
    expect(await failure(put)).toMatchObject({ code: 'PRECONDITION_FAILED' });
    expect(bucket.names()).toEqual([]);
  });
});

test('the clock is the store’s', async () => {
  const { driver, inject } = await startRig();
  const date = 'Tue, 02 Jan 2024 03:04:05 GMT';
  const time = Date.UTC(2024, 0, 2, 3, 4, 5);
  inject({ fault: rewrite(() => ({ headers: { date } })) });
  expect(await driver.now()).toBe(time);
  const forbidden = answer({ status: 403, headers: { date } });
  const rig = await startRig();
  rig.inject({ fault: forbidden });
  expect(await rig.driver.now()).toBe(time);
  const silent = await startRig();
  silent.inject({ fault: rewrite(() => ({ headers: { date: 'soon' } })) });
  expect(await failure(silent.driver.now())).toMatchObject({ code: 'INCOMPLETE', op: 'now' });
});
