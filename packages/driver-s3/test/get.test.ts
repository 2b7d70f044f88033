import { buffer } from 'node:stream/consumers';
import { answer, rewrite, s3, truncate } from '@dunnage/conformance/proxy';
import { parseKey } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';
import { failureOf, KEY, openBucket, openFaulty, textOf } from './support.ts';

const MIB = 1024 * 1024;

describe('a look at an object', () => {
  it('costs one request, once the bucket was seen', async () => {
    const { bucket, driver, proxy } = await openFaulty();
    bucket.put('a/b', 'x');
    expect(await driver.stat(parseKey('missing'))).toBeUndefined();
    // The answer to a HEAD does not tell what was not found.
    expect(proxy.counts()).toEqual({ head: 1, get: 1 });
    proxy.forget();
    expect(await driver.stat(parseKey('missing'))).toBeUndefined();
    expect(await driver.stat(KEY)).toMatchObject({ size: 1 });
    expect(proxy.counts()).toEqual({ head: 2 });
  });

  it('takes a bucket that is missing for no object that is missing', async () => {
    const { driver } = await openFaulty({ driver: { bucket: 'no-such-bucket' } });
    const error = await failureOf(() => driver.stat(KEY));
    expect(error).toMatchObject({ code: 'CONTAINER_NOT_FOUND', providerCode: 'NoSuchBucket' });
    expect(await failureOf(() => driver.get(KEY))).toMatchObject({ code: 'CONTAINER_NOT_FOUND' });
  });

  it.each([
    [403, 'AccessDenied', 'PERMISSION_DENIED'],
    [500, 'InternalError', 'UNAVAILABLE'],
    [503, 'SlowDown', 'THROTTLED'],
  ])('takes %i for no object that is missing', async (status, code, expected) => {
    const { driver, proxy } = await openFaulty();
    proxy.inject({ when: { operation: 'head' }, fault: s3.error(status, code) });
    expect(await failureOf(() => driver.stat(KEY))).toMatchObject({ code: expected, status });
  });

  it('takes a 404 of something that is no S3 for no object that is missing', async () => {
    const { driver, proxy } = await openFaulty();
    proxy.inject({ fault: answer({ status: 404, body: 'no such page' }) });
    expect(await failureOf(() => driver.stat(KEY))).toMatchObject({ code: 'CONTAINER_NOT_FOUND' });
    expect(await failureOf(() => driver.get(KEY))).toMatchObject({ code: 'CONTAINER_NOT_FOUND' });
  });

  it('learns why a HEAD was bad by asking with a GET', async () => {
    const { driver, proxy } = await openFaulty();
    const fault = s3.error(400, 'InvalidToken');
    proxy.inject({ when: { operation: ['head', 'get'] }, fault });
    expect(await failureOf(() => driver.stat(KEY))).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('fails where a fact is missing', async () => {
    const { bucket, driver, proxy } = await openFaulty();
    bucket.put('a/b', 'x');
    const fault = rewrite(() => ({ headers: { 'last-modified': undefined } }));
    proxy.inject({ when: { operation: ['head', 'get'] }, fault });
    expect(await failureOf(() => driver.stat(KEY))).toMatchObject({ code: 'INCOMPLETE' });
    expect(await failureOf(() => driver.get(KEY))).toMatchObject({ code: 'INCOMPLETE' });
  });
});

it('reads with one request, small or large', async () => {
  const { bucket, driver, proxy } = await openFaulty();
  for (const size of [0, 1, 64 * 1024, 64 * 1024 + 1, 3 * MIB]) {
    const content = Buffer.alloc(size, 'abcdefg');
    bucket.put('a/b', content);
    proxy.forget();
    const { info, body } = await driver.get(KEY);
    expect(info.size).toBe(size);
    expect((await buffer(body)).equals(content)).toBe(true);
    expect(proxy.counts()).toEqual({ get: 1 });
  }
});

describe('a body that ends early', () => {
  it.each([
    ['a small one', 100, 'close', 'UNAVAILABLE'],
    ['a small one, neatly', 100, 'well-formed', 'INCOMPLETE'],
    ['a large one', MIB, 'close', 'UNAVAILABLE'],
  ] as const)('%s', async (_, size, end, code) => {
    const { bucket, driver, proxy } = await openFaulty();
    bucket.put('a/b', Buffer.alloc(size, 'x'));
    proxy.inject({ when: { operation: 'get' }, fault: truncate({ share: 0.5 }, end) });
    const error = await failureOf(async () => buffer((await driver.get(KEY)).body));
    expect(error).toMatchObject({ code, op: 'get', applied: 'no' });
  });

  it('of a range that is shorter than its header says', async () => {
    const { bucket, driver, proxy } = await openFaulty();
    bucket.put('a/b', 'content');
    const fault = rewrite(({ body }) => body.subarray(0, 2));
    proxy.inject({ when: { operation: 'get' }, fault });
    const range = { start: 1, end: 5 };
    const error = await failureOf(async () => buffer((await driver.get(KEY, { range })).body));
    expect(error).toMatchObject({ code: 'CORRUPT' });
  });
});

describe('a store that passes over', () => {
  it('a condition is not believed', async () => {
    const { bucket, driver, proxy } = await openFaulty();
    bucket.put('a/b', 'content');
    const fault = rewrite(() => ({ headers: { etag: '"another"' } }));
    proxy.inject({ when: { operation: 'get' }, fault });
    const etag = (await driver.stat(KEY))?.etag ?? '';
    expect(await failureOf(() => driver.get(KEY, { ifMatch: etag }))).toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
  });

  it('a range is not believed', async () => {
    const { bucket, driver, proxy } = await openFaulty();
    bucket.put('a/b', 'content');
    const whole = rewrite(() => ({
      status: 200,
      headers: { 'content-range': undefined },
      body: 'content',
    }));
    proxy.inject({ when: { operation: 'get' }, fault: whole });
    const part = { range: { start: 1, end: 3 } };
    expect(await failureOf(() => driver.get(KEY, part))).toMatchObject({ code: 'INCOMPLETE' });
    // All of it is what was asked for here.
    const { body } = await driver.get(KEY, { range: { start: 0, end: 100 } });
    expect((await buffer(body)).toString()).toBe('content');
  });
});

it('asks for no version where the bucket has none', async () => {
  const { bucket, driver, proxy } = await openFaulty();
  bucket.put('a/b', 'x');
  const version = 'abc';
  expect(await failureOf(() => driver.get(KEY, { version }))).toMatchObject({
    code: 'UNSUPPORTED',
  });
  expect(await failureOf(() => driver.stat(KEY, { version }))).toMatchObject({
    code: 'UNSUPPORTED',
  });
  expect(proxy.counts()).toEqual({ bucket: 1 });
});

it('takes the etag of an object under a KMS key for no MD5', async () => {
  const { driver } = await openBucket({ bucket: { encryption: 'aws:kms' } });
  const info = await driver.put(KEY, Buffer.from('x'));
  expect(info.checksums).toBeUndefined();
  expect((await driver.get(KEY)).info.checksums).toBeUndefined();
});

it('tells the time by the store’s clock, also where it may not look at the bucket', async () => {
  const clock = (): number => Date.UTC(2030, 0, 2, 3, 4, 5, 999);
  const { driver } = await openBucket({ double: { clock } });
  expect(await driver.now()).toBe(Date.UTC(2030, 0, 2, 3, 4, 5));
  const denied = await openBucket({ double: { clock }, bucket: { denied: ['s3:ListBucket'] } });
  expect(await denied.driver.now()).toBe(Date.UTC(2030, 0, 2, 3, 4, 5));
  const missing = await openBucket({ driver: { bucket: 'no-such-bucket' } });
  expect(await failureOf(() => missing.driver.now())).toMatchObject({
    code: 'CONTAINER_NOT_FOUND',
  });
});

it('reads what it has put, with any name', async () => {
  const { driver } = await openBucket({ driver: { root: "r o/o't (1)" } });
  for (const name of [
    "a!b*c'(d)",
    'ä/ö',
    'a b+c',
    '%2F',
    '~',
    '\u{1f600}',
    'a?b#c',
    '..a',
    'a..',
  ]) {
    const key = parseKey(name);
    await driver.put(key, Buffer.from(name));
    expect(await textOf(driver, key)).toBe(name);
  }
});
