import { gcs, rewrite } from '@dunnage/conformance/proxy';
import type { StorageDriver, VersionInfo } from '@dunnage/driver-api';
import { describe, expect, test } from 'vitest';
import { collect, deleteAll, failure, key, operations, prefix, startRig, text } from './support.ts';

/** What a store says to a call that it does not have. */
const NO_SUCH_CALL = gcs.error(404, 'notFound', 'Not Found');
const WEEK_SECONDS = 7 * 24 * 60 * 60;

async function versions(
  driver: StorageDriver,
  options?: Parameters<NonNullable<StorageDriver['versionsOf']>>[0],
): Promise<VersionInfo[]> {
  const pages = await collect(driver.versionsOf?.(options) ?? (async function* () {})());
  expect(pages.map(({ complete }) => complete)).toEqual(
    pages.map((_, n) => n === pages.length - 1),
  );
  return pages.flatMap(({ objects }) => objects);
}

describe('versions', () => {
  test('of an object come oldest first; a key without a live object was deleted', async () => {
    const { driver, bucket, proxy } = await startRig({ settings: { versioning: true } });
    for (const content of ['one', 'two', 'three']) bucket.put('p/a', content);
    bucket.put('p/b', 'gone');
    bucket.put('q/c', 'other');
    await deleteAll(driver, { key: key('p/b') });
    proxy.forget();
    const found = await versions(driver, { prefix: prefix('p/'), pageSize: 1 });
    expect(found.map((each) => [each.key, each.size, each.latest, each.deleteMarker])).toEqual([
      ['p/a', 3, false, false],
      ['p/a', 3, false, false],
      ['p/a', 5, true, false],
      ['p/b', 4, false, false],
    ]);
    expect(found[0]?.etag).toBe(bucket.generations('p/a')[0]?.generation);
    expect(proxy.counts()).toEqual({ 'list-versions': 4 });
    const all = await versions(driver);
    expect(all).toHaveLength(5);
    expect(await versions(driver, { startAfter: key('p/a') })).toHaveLength(2);
    const [page] = await collect(driver.versionsOf?.({ pageSize: 2 }) ?? noPages());
    expect(await versions(driver, { cursor: page?.cursor ?? '' })).toEqual(all.slice(2));
  });

  test('are not there where the bucket has none', async () => {
    const { driver } = await startRig();
    expect('versionsOf' in driver).toBe(true);
    expect((await driver.capabilities()).versions).toBe('none');
    expect('versionsOf' in driver).toBe(false);
  });

  test('are listed recursively only', async () => {
    const { driver } = await startRig({ settings: { versioning: true } });
    const error = await failure(versions(driver, { depth: 'children' }));
    expect(error).toMatchObject({ code: 'UNSUPPORTED', op: 'versionsOf' });
  });

  test('that go back are INCOMPLETE', async () => {
    const { driver, bucket, inject } = await startRig({ settings: { versioning: true } });
    for (const content of ['one', 'two', 'three']) bucket.put('a', content);
    let first: string | undefined;
    inject({ fault: rewrite(({ body }) => (first ??= body.toString())) });
    expect(await failure(versions(driver, { pageSize: 1 }))).toMatchObject({ code: 'INCOMPLETE' });
  });
});

async function* noPages(): AsyncGenerator<never> {}

describe('undelete', () => {
  test('restores what was soft-deleted', async () => {
    const settings = { softDeleteSeconds: WEEK_SECONDS };
    const { driver, bucket } = await startRig({ settings });
    const version = bucket.put('a', 'content');
    const [outcome] = await deleteAll(driver, { key: key('a'), ifMatch: version });
    expect(outcome).toMatchObject({ outcome: 'soft-deleted', version });
    const info = await driver.undelete?.(key('a'), version);
    expect(info).toEqual(await driver.stat(key('a')));
    expect(info?.version).not.toBe(version);
    expect(await text((await driver.get(key('a'))).body)).toBe('content');
  });

  test('makes an older version the live one, and leaves the live one as it is', async () => {
    const rig = await startRig({ settings: { versioning: true } });
    const older = rig.bucket.put('a', 'older');
    const live = rig.bucket.put('a', 'live');
    expect(await rig.driver.undelete?.(key('a'), live)).toMatchObject({ version: live });
    expect(rig.proxy.counts().copy).toBeUndefined();
    const info = await rig.driver.undelete?.(key('a'), older);
    expect(rig.bucket.object('a')?.data.toString()).toBe('older');
    expect(info).toEqual(await rig.driver.stat(key('a')));
    expect(rig.bucket.generations('a')).toHaveLength(3);
  });

  test('of what the store does not have is NOT_FOUND', async () => {
    const { driver, bucket } = await startRig({ settings: { softDeleteSeconds: WEEK_SECONDS } });
    bucket.put('a', 'content');
    const undelete = driver.undelete?.(key('a'), '17') ?? Promise.resolve();
    expect(await failure(undelete)).toMatchObject({ code: 'NOT_FOUND', op: 'undelete', key: 'a' });
  });
});

describe('copy', () => {
  test('of a large object goes on until it is done', async () => {
    const rig = await startRig({ double: { rewriteBytesPerCall: 1024 * 1024 } });
    rig.bucket.put('a', Buffer.alloc(3.5 * 1024 * 1024, 'x'));
    const info = await rig.driver.copy?.(key('a'), key('b'));
    expect(operations(rig)).toEqual(['head', 'copy', 'copy', 'copy', 'copy']);
    expect(info).toEqual(await rig.driver.stat(key('b')));
    expect(rig.bucket.object('b')?.data.length).toBe(3.5 * 1024 * 1024);
  });

  test('that is not done and does not go on is INCOMPLETE', async () => {
    const { driver, bucket, inject } = await startRig();
    bucket.put('a', 'content');
    inject({ when: { operation: 'copy' }, fault: rewrite(() => '{"done":false}') });
    const error = await failure(driver.copy?.(key('a'), key('b')) ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'INCOMPLETE', applied: 'unknown' });
  });

  test('takes the object that it looked at, or none', async () => {
    const { driver, bucket, inject } = await startRig();
    bucket.put('a', 'content');
    inject({
      when: { operation: 'head' },
      fault: rewrite(({ body }) => {
        bucket.put('a', 'newer');
        return body;
      }),
    });
    const error = await failure(driver.copy?.(key('a'), key('b')) ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'NOT_FOUND', op: 'copy' });
    expect(bucket.names()).toEqual(['a']);
  });

  test('keeps conditions and promises', async () => {
    const { driver, bucket } = await startRig();
    bucket.put('a', 'content');
    const etag = bucket.put('b', 'there');
    const copy = async (options: Parameters<NonNullable<StorageDriver['copy']>>[2]) =>
      driver.copy?.(key('a'), key('b'), options);
    expect(await failure(copy({ ifAbsent: true }))).toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await failure(copy({ ifMatch: '12' }))).toMatchObject({ code: 'PRECONDITION_FAILED' });
    expect(await failure(copy({ size: 6 }))).toMatchObject({ code: 'CORRUPT' });
    const md5 = { algorithm: 'md5', value: '9a0364b9e99bb480dd25e1f0284c8555' } as const;
    const wrong = { ...md5, value: '00' };
    expect(await failure(copy({ checksum: wrong }))).toMatchObject({ code: 'CORRUPT' });
    const sha256 = { algorithm: 'sha256', value: '00' } as const;
    expect(await failure(copy({ checksum: sha256 }))).toMatchObject({ code: 'UNSUPPORTED' });
    expect(bucket.object('b')?.data.toString()).toBe('there');
    await copy({ ifMatch: etag, size: 7, checksum: md5 });
    expect(bucket.object('b')?.data.toString()).toBe('content');
    const self = driver.copy?.(key('a'), key('a'), { ifAbsent: true }) ?? Promise.resolve();
    expect(await failure(self)).toMatchObject({ code: 'ALREADY_EXISTS' });
  });
});

describe('move', () => {
  test('is one step where the store can', async () => {
    const rig = await startRig();
    rig.bucket.put('a', 'content');
    const info = await rig.driver.move?.(key('a'), key('b'));
    expect(operations(rig)).toEqual(['head', 'copy']);
    expect(rig.proxy.requests[1]?.path).toContain('/moveTo/');
    expect(info).toEqual(await rig.driver.stat(key('b')));
    expect(rig.bucket.names()).toEqual(['b']);
  });

  test('is a copy and a delete where it can not, which is remembered', async () => {
    const rig = await startRig();
    rig.inject({ when: { path: /moveTo/ }, fault: NO_SUCH_CALL });
    for (const name of ['a', 'b', 'c']) rig.bucket.put(name, name);
    await rig.driver.move?.(key('a'), key('x'));
    expect(operations(rig)).toEqual(['head', 'copy', 'head', 'copy', 'delete']);
    rig.proxy.forget();
    await rig.driver.move?.(key('b'), key('y'));
    expect(operations(rig)).toEqual(['head', 'copy', 'delete']);
    expect(rig.bucket.names()).toEqual(['c', 'x', 'y']);
  });

  test('deletes nothing but what it has copied', async () => {
    const { driver, bucket, inject } = await startRig();
    bucket.put('a', 'content');
    inject({ when: { path: /moveTo/ }, fault: NO_SUCH_CALL });
    inject({
      when: { path: /rewriteTo/ },
      fault: rewrite(({ body }) => {
        bucket.put('a', 'newer');
        return body;
      }),
    });
    const error = await failure(driver.move?.(key('a'), key('b')) ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'PRECONDITION_FAILED', op: 'move', applied: 'unknown' });
    expect(bucket.object('a')?.data.toString()).toBe('newer');
    expect(bucket.object('b')?.data.toString()).toBe('content');
  });

  test('keeps conditions', async () => {
    const { driver, bucket, proxy } = await startRig();
    bucket.put('a', 'content');
    bucket.put('b', 'there');
    const move = async (to: string) => driver.move?.(key('a'), key(to), { ifAbsent: true });
    expect(await failure(move('b'))).toMatchObject({ code: 'ALREADY_EXISTS', op: 'move' });
    expect(await failure(move('a'))).toMatchObject({ code: 'ALREADY_EXISTS' });
    await move('c');
    expect(proxy.requests.at(-1)?.path).toContain('/moveTo/');
    expect(bucket.names()).toEqual(['b', 'c']);
  });
});
