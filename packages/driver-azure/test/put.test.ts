import { createHash } from 'node:crypto';
import { azure, loseAnswer, spoilUpload } from '@dunnage/conformance/proxy';
import { describe, expect, it } from 'vitest';
import { bytes, failure, KEY, key, keysOf, openContainer, textOf } from './support.ts';

const SMALL = { singlePutBytes: 1000 };

/** Bytes that differ from place to place. */
function content(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, n) => (n * 7 + (n >> 8)) % 251);
}

const md5 = (of: Uint8Array): string => createHash('md5').update(of).digest('hex');

describe('a put', () => {
  it('of little is one request, which the store checks by its MD5', async () => {
    const { driver, proxy } = await openContainer();
    const info = await driver.put(KEY, content(1000));
    expect(info.checksums?.md5).toBe(md5(content(1000)));
    expect(proxy.counts()).toEqual({ put: 1 });
    proxy.inject({ when: { operation: 'put' }, fault: spoilUpload() });
    const error = await failure(() => driver.put(key('a/spoilt'), content(1000)));
    expect(error).toMatchObject({ code: 'CORRUPT', providerCode: 'Md5Mismatch', retry: 'safe' });
    expect(await keysOf(driver)).toEqual([KEY]);
  });

  it('of much goes in blocks, and has an MD5 all the same', async () => {
    const { driver, container, proxy } = await openContainer({ driver: SMALL });
    const info = await driver.put(KEY, content(1001));
    expect(proxy.counts()).toEqual({ 'multipart-part': 2, 'multipart-complete': 1 });
    expect(info).toEqual(await driver.stat(KEY));
    expect(info.checksums?.md5).toBe(md5(content(1001)));
    expect(container.object(KEY)?.bytes).toEqual(Buffer.from(content(1001)));
  });

  it('of blocks that are spoilt on their way is refused, and shows nothing', async () => {
    const { driver, proxy } = await openContainer({ driver: SMALL });
    proxy.inject({ when: { operation: 'multipart-part', nth: 2 }, fault: spoilUpload() });
    expect((await failure(() => driver.put(KEY, content(5000)))).code).toBe('CORRUPT');
    expect(await driver.stat(KEY)).toBeUndefined();
    expect(await keysOf(driver)).toEqual([]);
  });

  it.each([
    [SMALL, 5000],
    [{}, 10],
  ])(
    'shows nothing before its last byte was taken and found right (%j)',
    async (options, length) => {
      const { driver } = await openContainer({ driver: options });
      await driver.put(KEY, bytes('kept'));
      const wrong = { algorithm: 'sha256', value: '0'.repeat(64) } as const;
      for (const put of [{ checksum: wrong }, { size: length + 1 }, { size: length - 1 }]) {
        expect((await failure(() => driver.put(KEY, content(length), put))).code).toBe('CORRUPT');
      }
      expect(await textOf(driver, KEY)).toBe('kept');
    },
  );

  it.each([
    ['blocks', SMALL],
    ['one request', {}],
  ])('keeps to its conditions in %s', async (_, options) => {
    const { driver, container } = await openContainer({ driver: options });
    const first = await driver.put(KEY, content(2000), { ifAbsent: true });
    const again = await failure(() => driver.put(KEY, content(2000), { ifAbsent: true }));
    expect(again).toMatchObject({ code: 'ALREADY_EXISTS', applied: 'no', status: 409 });
    container.put(KEY, 'of somebody else');
    const ifMatch = first.etag ?? '';
    const stale = await failure(() => driver.put(KEY, content(2000), { ifMatch }));
    expect(stale).toMatchObject({ code: 'PRECONDITION_FAILED', applied: 'no', status: 412 });
    expect(await textOf(driver, KEY)).toBe('of somebody else');
  });

  it('that an etag of many stars asks for is no put of whatever is there', async () => {
    const { driver } = await openContainer();
    await driver.put(KEY, bytes('kept'));
    const error = await failure(() => driver.put(KEY, bytes('x'), { ifMatch: '*' }));
    expect(error.code).toBe('PRECONDITION_FAILED');
  });

  it('whose answer is lost may have been made', async () => {
    const { driver, proxy } = await openContainer();
    proxy.inject({ when: { operation: 'put' }, fault: loseAnswer(), times: 1 });
    const error = await failure(() => driver.put(KEY, bytes('x')));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', applied: 'unknown' });
    expect(await textOf(driver, KEY)).toBe('x');
  });

  it('is told of others: blocks of another program, a blob of another type', async () => {
    const { driver, container, proxy } = await openContainer({ driver: SMALL });
    container.stage(KEY, Buffer.from('short').toString('base64'), 'x');
    const blocked = await failure(() => driver.put(KEY, content(2000)));
    expect(blocked).toMatchObject({ code: 'LOCKED', providerCode: 'InvalidBlobOrBlock' });
    // What is put whole drops them.
    await driver.put(KEY, bytes('x'));
    container.put('a/append', 'x', { type: 'AppendBlob' });
    const other = await failure(() => driver.put(key('a/append'), content(2000)));
    expect(other).toMatchObject({ code: 'UNSUPPORTED', providerCode: 'InvalidBlobType' });
    proxy.inject({
      when: { operation: 'multipart-complete' },
      fault: azure.error(400, 'InvalidBlockList'),
    });
    const raced = await failure(() => driver.put(key('a/raced'), content(2000)));
    expect(raced).toMatchObject({ code: 'UNAVAILABLE', retry: 'safe', applied: 'no' });
  });
});

describe('names', () => {
  it.each([
    ['a/b.', 'ends in "."'],
    ['a./b', 'ends in "."'],
    ['a\\b', 'a "\\"'],
    ['a/\u0001', 'a control character'],
    ['a/\u007f', 'a control character'],
    [Array.from({ length: 255 }, () => 'a').join('/'), 'more than 254 segments'],
  ])('that the store would change or refuse are refused before: %j', async (name, why) => {
    const { driver, proxy } = await openContainer();
    const error = await failure(() => driver.put(key(name), bytes('x')));
    expect(error.code).toBe('INVALID_KEY');
    expect(error.message).toContain(why);
    expect(proxy.requests).toEqual([]);
  });

  it('count with the root before them', async () => {
    const { open } = await openContainer();
    const driver = open({ root: 'r'.repeat(100) });
    const longest = 'k'.repeat(1024 - 101);
    await driver.put(key(longest), bytes('x'));
    expect((await driver.capabilities()).keys.maxBytes).toBe(longest.length);
    expect((await failure(() => driver.put(key(`${longest}k`), bytes('x')))).code).toBe(
      'INVALID_KEY',
    );
  });
});
