import { buffer } from 'node:stream/consumers';
import { s3 } from '@dunnage/conformance/proxy';
import { parseKey } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';
import { collect, deleteAll, failureOf, KEY, openBucket, openFaulty, textOf } from './support.ts';

const TO = parseKey('to/c');
const MIB = 1024 * 1024;

describe('a copy', () => {
  it('is made by the store, at once', async () => {
    const { driver, bucket, proxy } = await openFaulty();
    bucket.put('a/b', 'content');
    const info = await driver.copy?.(KEY, TO);
    expect(info).toEqual(await driver.stat(TO));
    expect(proxy.counts()).toEqual({ head: 3, copy: 1 });
  });

  it.each(['md5', 'crc32'] as const)('is made in parts above a limit (%s)', async (checksums) => {
    const { driver, bucket, proxy } = await openFaulty({
      bucket: { maxCopySize: 6 * MIB },
      driver: { copyLimit: 6 * MIB, copyPartSize: 5 * MIB, checksums },
    });
    const content = Buffer.alloc(12 * MIB + 3, 'abcdefghijk');
    bucket.put('a/b', content);
    const info = await driver.copy?.(KEY, TO);
    expect(info).toMatchObject({ key: TO, size: content.length });
    expect((await buffer((await driver.get(TO)).body)).equals(content)).toBe(true);
    expect(proxy.counts()).toMatchObject({
      ...{ 'multipart-create': 1, 'multipart-copy': 3, 'multipart-complete': 1 },
    });
    expect(bucket.uploads()).toEqual([]);
  });

  it('leaves nothing behind where a part fails', async () => {
    const { driver, bucket, proxy } = await openFaulty({ driver: { copyLimit: 1 } });
    bucket.put('a/b', 'content');
    proxy.inject({ when: { operation: 'multipart-copy' }, fault: s3.error(500, 'InternalError') });
    expect(await failureOf(() => driver.copy?.(KEY, TO))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(bucket.names()).toEqual(['a/b']);
    expect(bucket.uploads()).toEqual([]);
  });

  it('of what is missing fails with NOT_FOUND', async () => {
    const { driver } = await openBucket();
    expect(await failureOf(() => driver.copy?.(KEY, TO))).toMatchObject({
      code: 'NOT_FOUND',
      op: 'copy',
    });
    expect(await failureOf(() => driver.move?.(KEY, TO))).toMatchObject({
      code: 'NOT_FOUND',
      op: 'move',
    });
    expect(await failureOf(() => driver.copy?.(KEY, KEY))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of what changes meanwhile may be tried again', async () => {
    const { driver, bucket, proxy } = await openFaulty();
    bucket.put('a/b', 'content');
    proxy.inject({ when: { operation: 'copy' }, fault: s3.error(412, 'PreconditionFailed') });
    expect(await failureOf(() => driver.copy?.(KEY, TO))).toMatchObject({
      code: 'UNAVAILABLE',
      retry: 'safe',
      applied: 'no',
    });
  });

  it('takes no promise that it can not keep', async () => {
    const { driver, bucket } = await openBucket();
    bucket.put('a/b', 'content');
    const checksum = { algorithm: 'md5', value: '9a0364b9e99bb480dd25e1f0284c8555' } as const;
    for (const options of [{ checksum }, { ifAbsent: true }, { ifMatch: 'x' }]) {
      expect(await failureOf(() => driver.copy?.(KEY, TO, options))).toMatchObject({
        code: 'UNSUPPORTED',
      });
    }
    expect(await failureOf(() => driver.copy?.(KEY, TO, { size: 8 }))).toMatchObject({
      code: 'CORRUPT',
    });
    expect(bucket.names()).toEqual(['a/b']);
    await driver.copy?.(KEY, TO, { size: 7 });
    expect(bucket.names()).toEqual(['a/b', 'to/c']);
  });
});

describe('a move', () => {
  it('copies and deletes', async () => {
    const { driver, bucket } = await openBucket();
    bucket.put('a/b', 'content');
    expect(await driver.move?.(KEY, TO)).toEqual(await driver.stat(TO));
    expect(bucket.names()).toEqual(['to/c']);
  });

  it('keeps the object where the delete fails, and says so', async () => {
    const { driver, bucket, proxy } = await openFaulty({ driver: { readOnly: true } });
    bucket.put('a/b', 'content');
    proxy.inject({ when: { operation: 'delete' }, fault: s3.error(403, 'AccessDenied') });
    expect(await failureOf(() => driver.move?.(KEY, TO))).toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    expect(bucket.names()).toEqual(['a/b', 'to/c']);
  });

  it('deletes nothing that was put there meanwhile', async () => {
    const { driver, bucket, proxy } = await openFaulty();
    bucket.put('a/b', 'content');
    await driver.capabilities();
    proxy.inject({
      when: ({ operation }) => {
        if (operation === 'delete') bucket.put('a/b', 'newer');
        return false;
      },
      fault: s3.slowDown(),
    });
    expect(await failureOf(() => driver.move?.(KEY, TO))).toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
    expect(await textOf(driver, KEY)).toBe('newer');
  });
});

describe('versions', () => {
  it('are listed over pages, with their markers', async () => {
    const { driver, bucket } = await openBucket({
      bucket: { versioning: 'Enabled' },
      driver: { root: 'r' },
    });
    for (const name of ['r/a', 'r/b', 'r/a', 'r/c/d', 'other']) bucket.put(name, name);
    await deleteAll(driver, { key: parseKey('a') });
    const pages = await collect(driver.versionsOf?.({ pageSize: 2 }));
    const seen = pages.flatMap(({ objects }) =>
      objects.map(({ key, size, latest, deleteMarker }) =>
        [key, deleteMarker ? 'marker' : size, ...(latest ? ['latest'] : [])].join(' '),
      ),
    );
    expect(seen.sort()).toEqual(['a 3', 'a 3', 'a marker latest', 'b 3 latest', 'c/d 5 latest']);
    expect(pages).toHaveLength(3);
  });

  it('go on at a cursor', async () => {
    const { driver, bucket } = await openBucket({ bucket: { versioning: 'Enabled' } });
    for (const name of ['a', 'a', 'a', 'b']) bucket.put(name, name);
    const [first] = await collect(driver.versionsOf?.({ pageSize: 2 }));
    const rest = await collect(driver.versionsOf?.({ cursor: first?.cursor ?? '' }));
    expect(rest.flatMap(({ objects }) => objects.map(({ key }) => key))).toEqual(['a', 'b']);
  });

  it('come back: for nothing where only a marker hides one, else as a copy', async () => {
    const { driver, bucket } = await openBucket({ bucket: { versioning: 'Enabled' } });
    const old = bucket.put('a', 'first', { modifiedMs: 1_000_000 }).versionId ?? '';
    const late = bucket.put('a', 'second', { modifiedMs: 2_000_000 }).versionId ?? '';
    const key = parseKey('a');
    await deleteAll(driver, { key });
    await deleteAll(driver, { key });
    expect(await driver.undelete?.(key, late)).toMatchObject({
      version: late,
      modified: 2_000_000,
    });
    expect(bucket.versions('a')).toHaveLength(2);
    const copied = await driver.undelete?.(key, old);
    expect(copied?.version).not.toBe(old);
    expect(await textOf(driver, key)).toBe('first');
    expect(bucket.versions('a')).toHaveLength(3);
    const gone = await failureOf(() => driver.undelete?.(key, 'none'));
    expect(gone).toMatchObject({ code: 'NOT_FOUND', op: 'undelete' });
  });

  it('are no verbs of a bucket that has none', async () => {
    const { driver, bucket } = await openBucket();
    bucket.put('a', 'x');
    const early = driver.versionsOf?.();
    expect(await failureOf(() => collect(early))).toMatchObject({
      code: 'UNSUPPORTED',
    });
    expect((await driver.capabilities()).versions).toBe('none');
    expect('versionsOf' in driver).toBe(false);
    expect('undelete' in driver).toBe(false);
  });
});

describe('uploads that were left', () => {
  it('are listed over pages and removed', async () => {
    const { driver, bucket } = await openBucket({
      bucket: { pageLimit: 2 },
      driver: { root: 'r' },
    });
    const initiatedMs = Date.UTC(2026, 0, 2);
    for (const name of ['r/a', 'r/b', 'r/b', 'r/c d', 'other'])
      bucket.startUpload(name, { initiatedMs });
    const pending = await collect(driver.pendingUploads?.());
    expect(pending.map(({ key, started }) => [key, started])).toEqual(
      ['a', 'b', 'b', 'c d'].map((key) => [key, initiatedMs]),
    );
    for (const { key, uploadId } of pending) await driver.abortUpload?.(key, uploadId);
    expect(bucket.uploads().map(({ key }) => key)).toEqual(['other']);
  });
});
