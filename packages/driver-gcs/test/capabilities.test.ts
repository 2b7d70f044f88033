import { answer, gcs, rewrite } from '@dunnage/conformance/proxy';
import { createGcsDriver } from '@dunnage/driver-gcs';
import type { GcsBucketSettings } from '@dunnage/doubles/gcs';
import { describe, expect, test } from 'vitest';
import { bytes, deleteAll, failure, key, operations, startRig } from './support.ts';
import { startTunnel } from './tunnel.ts';
import type { Rig } from './support.ts';

describe('settings of the bucket', () => {
  test.each<[Partial<GcsBucketSettings>, string, string, string]>([
    [{}, 'none', 'none', 'immediately'],
    [{ softDeleteSeconds: 604_800 }, 'none', 'none', 'after-retention'],
    [{ versioning: true }, 'enabled', 'none', 'never'],
    [{ versioning: true, softDeleteSeconds: 604_800 }, 'enabled', 'none', 'after-retention'],
    [{ retentionSeconds: 60 }, 'none', 'possible', 'immediately'],
    [{ defaultEventBasedHold: true }, 'none', 'possible', 'immediately'],
    [{ objectRetention: true }, 'none', 'possible', 'immediately'],
  ])('%j', async (settings, versions, retention, freesSpace) => {
    const { driver } = await startRig({ settings });
    const found = await driver.capabilities();
    expect(found).toMatchObject({ versions, retention, delete: { freesSpace } });
  });

  test('are asked for once', async () => {
    const { open, bucket, proxy } = await startRig();
    const driver = open({ readOnly: true });
    for (let round = 0; round < 3; round++) {
      await driver.capabilities();
      bucket.put('a', '');
      await deleteAll(driver, { key: key('a') });
    }
    expect(proxy.counts()).toEqual({ bucket: 1, 'bulk-delete': 4 });
    expect(proxy.requests[0]?.query['fields']).toContain('softDeletePolicy');
  });

  test('are asked for again where that failed', async () => {
    const { driver, inject } = await startRig();
    inject({ times: 1, fault: gcs.backendError() });
    expect(await failure(driver.capabilities())).toMatchObject({ code: 'UNAVAILABLE' });
    expect((await driver.capabilities()).versions).toBe('none');
  });
});

describe('a store that is not Google’s', () => {
  /** One that does not look at conditions of this kind, and does what it is asked all the same. */
  const ignoring = ({ inject }: Rig, method: string): void =>
    inject({
      when: { method, query: { ifGenerationMatch: true } },
      fault: rewrite(({ status }) =>
        status === 412 ? { status: method === 'DELETE' ? 204 : 200, body: '' } : {},
      ),
    });

  test('is tried with an object of our own, which is gone afterwards', async () => {
    const { driver, bucket, proxy } = await startRig({ settings: { versioning: true } });
    expect(await driver.capabilities()).toMatchObject({
      read: { ifMatch: true },
      put: { ifAbsent: true, ifMatch: true },
      delete: { ifMatch: true, batchMax: 100 },
    });
    const names = proxy.requests.flatMap(({ path }) => /\/o\/(.+)/.exec(path)?.[1] ?? []);
    expect(new Set(names).size).toBe(1);
    expect(names[0]).toMatch(/^dunnage\/probe-[0-9a-f-]{36}$/);
    expect(bucket.names()).toEqual([]);
    expect(bucket.generations(names[0] ?? '')).toEqual([]);
  });

  test('is tried below the root', async () => {
    const { open, proxy } = await startRig();
    await open({ root: 'a/b' }).capabilities();
    const put = proxy.requests.find(({ operation }) => operation === 'put');
    expect(put?.query['name']).toMatch(/^a\/b\/dunnage\/probe-/);
  });

  test('is not tried by who only reads', async () => {
    const rig = await startRig();
    for (const readOnly of [true, undefined]) {
      const driver = rig.open({ readOnly });
      expect(await driver.capabilities()).toMatchObject({
        read: { ifMatch: false },
        put: { ifAbsent: false, ifMatch: false },
        delete: { ifMatch: false },
      });
      const put = driver.put(key('a'), bytes('x'), { ifAbsent: true });
      expect(await failure(put)).toMatchObject({ code: 'UNSUPPORTED' });
      const get = driver.get(key('a'), { ifMatch: '17' });
      expect(await failure(get)).toMatchObject({ code: 'UNSUPPORTED' });
      for (const request of [
        { key: key('a'), ifMatch: '17' },
        { key: key('a'), version: '17' },
      ]) {
        const [outcome] = await deleteAll(driver, request);
        expect(outcome).toMatchObject({ outcome: 'failed', error: { code: 'UNSUPPORTED' } });
      }
    }
    expect(new Set(operations(rig))).toEqual(new Set(['bucket', 'bulk-delete']));
  });

  test('is not tried where the object could not be deleted again', async () => {
    const rig = await startRig({ settings: { retentionSeconds: 60 } });
    expect((await rig.driver.capabilities()).put.ifAbsent).toBe(false);
    expect(operations(rig)).toEqual(['bucket', 'bulk-delete']);
  });

  test('is not tried where nothing may be written', async () => {
    const permissions = ['storage.buckets.get', 'storage.objects.list', 'storage.objects.get'];
    const { driver } = await startRig({ double: { permissions } });
    expect((await driver.capabilities()).put.ifAbsent).toBe(false);
  });

  test('that ignores a condition does not have it', async () => {
    const put = await startRig();
    ignoring(put, 'POST');
    expect(await put.driver.capabilities()).toMatchObject({
      put: { ifAbsent: false, ifMatch: false },
      delete: { ifMatch: true },
    });
    const get = await startRig();
    ignoring(get, 'GET');
    expect((await get.driver.capabilities()).read.ifMatch).toBe(false);
    const remove = await startRig();
    ignoring(remove, 'DELETE');
    expect((await remove.driver.capabilities()).delete.ifMatch).toBe(false);
  });

  test.each([
    ['has no batches', gcs.error(404, 'notFound')],
    ['refuses batches', gcs.error(400, 'badRequest')],
    ['answers something else', answer({ status: 200, body: 'ok' })],
    [
      'does not say which answer is whose',
      rewrite(({ body }) => body.toString().replace(/call-/g, '')),
    ],
  ])('that %s gets none', async (_, fault) => {
    const { driver, inject } = await startRig();
    inject({ when: { operation: 'bulk-delete' }, fault });
    expect((await driver.capabilities()).delete.batchMax).toBe(1);
  });

  test('that fails at that moment is asked again', async () => {
    const { driver, inject } = await startRig();
    inject({ when: { operation: 'bulk-delete' }, times: 1, fault: gcs.backendError() });
    expect(await failure(driver.capabilities())).toMatchObject({ code: 'UNAVAILABLE' });
    expect((await driver.capabilities()).delete.batchMax).toBe(100);
  });
});

test('Google’s own store is known', async () => {
  const { proxy } = await startRig();
  const tunnel = await startTunnel(proxy.url);
  await using driver = createGcsDriver({
    ...{ bucket: 'images', endpoint: 'http://storage.googleapis.com', anonymous: true },
    env: { HTTP_PROXY: tunnel.url },
  });
  expect(driver.id).toBe('gs://images');
  expect(await driver.capabilities()).toMatchObject({
    put: { ifAbsent: true },
    delete: { batchMax: 100, ifMatch: true },
  });
  expect(proxy.counts()).toEqual({ bucket: 1 });
});
