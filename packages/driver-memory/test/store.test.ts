import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { parseKey } from '@dunnage/driver-api';
import { createMemoryDriver } from '@dunnage/driver-memory';
import { describe, expect, it } from 'vitest';
import { deleteAll, KEY, keysOf, textOf } from './support.ts';

const TIME = Date.UTC(2026, 0, 1);

describe('time', () => {
  it('comes from the clock that is given, cut to what the store can tell', async () => {
    for (const [profile, modified] of [
      ['fs', TIME + 1234],
      ['s3', TIME + 1000],
    ] as const) {
      const driver = createMemoryDriver({ profile, clock: () => TIME + 1234 });
      expect(await driver.now()).toBe(TIME + 1234);
      expect((await driver.put(KEY, Buffer.from('x'))).modified).toBe(modified);
    }
  });

  it('can be set by touch, and nothing else changes', async () => {
    const driver = createMemoryDriver({ profile: 's3' });
    const info = await driver.put(KEY, Buffer.from('x'));
    driver.touch(KEY, TIME);
    expect(await driver.stat(KEY)).toEqual({ ...info, modified: TIME });
    for await (const page of driver.list()) {
      expect(page.objects).toEqual([{ ...info, modified: TIME }]);
    }
    expect(() => driver.touch(parseKey('none'), TIME)).toThrow('there is no object "none"');
  });
});

describe('contents', () => {
  it.each(['fs', 's3', 'azure', 'plain'] as const)(
    'are freed when overwritten or deleted: %s',
    async (profile) => {
      const driver = createMemoryDriver({ profile });
      for (let round = 0; round < 5; round++) await driver.put(KEY, Buffer.from(`round ${round}`));
      expect(driver.store.contentCount).toBe(1);
      await deleteAll(driver, { key: KEY });
      expect(driver.store.contentCount).toBe(0);
    },
  );

  it('are freed in an eventual store when nobody sees them any more', async () => {
    const driver = createMemoryDriver({ profile: 'eventual' });
    await driver.put(KEY, Buffer.from('one'));
    await driver.put(KEY, Buffer.from('two'));
    await deleteAll(driver, { key: KEY });
    expect(driver.store.contentCount).toBe(2);
    driver.settle();
    expect(driver.store.contentCount).toBe(0);
    expect(await keysOf(driver)).toEqual([]);
  });

  it('stay whole for a reader that began before they were overwritten', async () => {
    const driver = createMemoryDriver();
    const content = Buffer.alloc(300_000, 'a');
    await driver.put(KEY, content);
    const { body } = await driver.get(KEY);
    await driver.put(KEY, Buffer.from('new'));
    expect((await buffer(body)).equals(content)).toBe(true);
  });

  it('can not be changed through what was handed out', async () => {
    const driver = createMemoryDriver();
    await driver.put(KEY, Buffer.from('kept'));
    for await (const chunk of (await driver.get(KEY)).body) chunk.fill(0);
    for await (const outcome of driver.bulk?.read([KEY], { maxBytes: 10 }) ?? []) {
      if (outcome.status === 'ok') outcome.bytes.fill(0);
    }
    expect(await textOf(driver, KEY)).toBe('kept');
    const info = await driver.stat(KEY);
    expect(Object.isFrozen(info)).toBe(true);
  });
});

describe('an s3 profile', () => {
  it('has the MD5 of the content as etag and as checksum', async () => {
    const driver = createMemoryDriver({ profile: 's3' });
    const md5 = createHash('md5').update('content').digest('hex');
    expect(await driver.put(KEY, Buffer.from('content'))).toMatchObject({
      etag: md5,
      checksums: { md5 },
    });
  });

  it('carries a batch out before its first outcome comes', async () => {
    const driver = createMemoryDriver({ profile: 's3', batchMax: 3 });
    const keys = ['1', '2', '3', '4', '5'].map(parseKey);
    for (const key of keys) await driver.put(key, Buffer.from('x'));
    const left: number[] = [];
    for await (const { outcome } of driver.delete(keys.map((key) => ({ key })))) {
      expect(outcome).toBe('deleted');
      left.push((await keysOf(driver)).length);
    }
    expect(left).toEqual([2, 2, 2, 0, 0]);
  });
});

describe('an s3-versioned profile', () => {
  it('promotes the version below when the current one is deleted for good', async () => {
    const driver = createMemoryDriver({ profile: 's3-versioned' });
    const first = await driver.put(KEY, Buffer.from('first'));
    const second = await driver.put(KEY, Buffer.from('second'));
    await deleteAll(driver, { key: KEY, version: second.version ?? '' });
    expect(await driver.stat(KEY)).toEqual(first);
    expect(driver.store.contentCount).toBe(1);
  });

  it('keeps the object deleted while a marker is on top, however many there are', async () => {
    const driver = createMemoryDriver({ profile: 's3-versioned' });
    await driver.put(KEY, Buffer.from('x'));
    const [one] = await deleteAll(driver, { key: KEY });
    const [two] = await deleteAll(driver, { key: KEY });
    for (const marker of [one, two]) {
      expect(marker?.outcome).toBe('marked');
      expect(await driver.stat(KEY)).toBeUndefined();
      if (marker !== undefined && 'version' in marker) {
        await deleteAll(driver, { key: KEY, version: marker.version ?? '' });
      }
    }
    expect(await textOf(driver, KEY)).toBe('x');
  });

  it('undeletes by removing markers, without a new version', async () => {
    const driver = createMemoryDriver({ profile: 's3-versioned' });
    const info = await driver.put(KEY, Buffer.from('x'));
    await deleteAll(driver, { key: KEY }, { key: KEY });
    expect(await driver.undelete?.(KEY, info.version ?? '')).toEqual(info);
    expect(await driver.stat(KEY)).toEqual(info);
    expect(driver.store.contentCount).toBe(1);
  });
});

describe('a gcs profile', () => {
  it('keeps what is deleted and overwritten, and restores it as a new generation', async () => {
    const driver = createMemoryDriver({ profile: 'gcs' });
    const first = await driver.put(KEY, Buffer.from('first'));
    const [outcome] = await deleteAll(driver, { key: KEY });
    expect(outcome).toMatchObject({ outcome: 'soft-deleted', version: first.version });
    expect(await driver.stat(KEY)).toBeUndefined();
    expect(await driver.stat(KEY, { version: first.version ?? '' })).toBeUndefined();
    const restored = await driver.undelete?.(KEY, first.version ?? '');
    expect(Number(restored?.version)).toBeGreaterThan(Number(first.version));
    expect(await textOf(driver, KEY)).toBe('first');
    const [stale] = await deleteAll(driver, { key: KEY, version: first.version ?? '' });
    expect(stale?.outcome).toBe('missing');
    expect(await textOf(driver, KEY)).toBe('first');
  });
});

describe('an eventual profile', () => {
  it('shows a write after so many operations', async () => {
    const driver = createMemoryDriver({ profile: 'eventual', lag: { operations: 3 } });
    await driver.put(KEY, Buffer.from('x'));
    expect(await driver.stat(KEY)).toBeUndefined();
    expect(await keysOf(driver)).toEqual([]);
    await expect(driver.get(KEY)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await driver.stat(KEY)).toMatchObject({ size: 1 });
  });

  it('shows an overwritten and a deleted object as it was, step by step', async () => {
    const driver = createMemoryDriver({ profile: 'eventual', lag: { operations: 2 } });
    await driver.put(KEY, Buffer.from('one'));
    driver.settle();
    await driver.put(KEY, Buffer.from('two'));
    await deleteAll(driver, { key: KEY });
    expect(await textOf(driver, KEY)).toBe('one');
    expect(await textOf(driver, KEY)).toBe('two');
    expect(await driver.stat(KEY)).toBeUndefined();
  });

  it('can lag by its clock instead', async () => {
    let time = TIME;
    const driver = createMemoryDriver({
      profile: 'eventual',
      lag: { ms: 5000 },
      clock: () => time,
    });
    await driver.put(KEY, Buffer.from('x'));
    time += 4999;
    for (let round = 0; round < 20; round++) expect(await keysOf(driver)).toEqual([]);
    time += 1;
    expect(await keysOf(driver)).toEqual([KEY]);
  });
});

describe('a plain profile', () => {
  it('lists in an order that is none, the same every time', async () => {
    const driver = createMemoryDriver({ profile: 'plain' });
    const keys = Array.from({ length: 20 }, (_, n) => parseKey(`k${String(n).padStart(2, '0')}`));
    for (const key of keys) await driver.put(key, Buffer.from('x'));
    const listed = await keysOf(driver);
    expect(listed).not.toEqual(keys);
    expect([...listed].sort()).toEqual(keys);
    expect(await keysOf(driver)).toEqual(listed);
  });
});
