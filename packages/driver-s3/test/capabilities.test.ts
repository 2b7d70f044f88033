import { answer, s3 } from '@dunnage/conformance/proxy';
import type { S3BucketSettings } from '@dunnage/doubles/s3';
import { describe, expect, it } from 'vitest';
import { failureOf, KEY, keysOf, openBucket, openFaulty } from './support.ts';

const DENIED = ['s3:GetBucketVersioning', 's3:GetBucketObjectLockConfiguration'];

describe('versioning and locks', () => {
  it.each<[string, S3BucketSettings, object]>([
    ['none', {}, { versions: 'none', retention: 'none', delete: { freesSpace: 'immediately' } }],
    [
      'versioning',
      { versioning: 'Enabled' },
      { versions: 'enabled', retention: 'none', delete: { freesSpace: 'never' } },
    ],
    [
      'versioning that is suspended',
      { versioning: 'Suspended' },
      { versions: 'suspended', retention: 'none', delete: { freesSpace: 'unknown' } },
    ],
    [
      'locks',
      { objectLock: true },
      { versions: 'enabled', retention: 'possible', delete: { freesSpace: 'never' } },
    ],
    [
      'what may not be asked',
      { denied: DENIED },
      { versions: 'unknown', retention: 'unknown', delete: { freesSpace: 'unknown' } },
    ],
  ])('%s', async (_, settings, expected) => {
    const { driver } = await openBucket({ bucket: settings });
    expect(await driver.capabilities()).toMatchObject(expected);
  });

  it.each([
    [
      'removes old versions',
      'Enabled',
      '<NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration>',
      'after-retention',
    ],
    [
      'would remove them, were it in force',
      'Disabled',
      '<NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration>',
      'never',
    ],
    ['is about something else', 'Enabled', '<Expiration><Days>3</Days></Expiration>', 'never'],
  ])('a lifecycle that %s', async (_, status, action, freesSpace) => {
    const { driver, proxy } = await openFaulty({ bucket: { versioning: 'Enabled' } });
    const rule = `<Rule><ID>r</ID><Status>${status}</Status><Filter/>${action}</Rule>`;
    const body = `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`;
    proxy.inject({ when: { query: { lifecycle: true } }, fault: answer({ status: 200, body }) });
    expect((await driver.capabilities()).delete.freesSpace).toBe(freesSpace);
  });

  it('of a directory bucket are not asked for', async () => {
    const { driver, proxy } = await openFaulty({ driver: { bucket: 'x--use1-az4--x-s3' } });
    expect(await driver.capabilities()).toMatchObject({
      list: { order: 'none', startAfter: false, checksumsInListing: [] },
      ...{ versions: 'none', retention: 'none' },
    });
    expect(proxy.requests).toEqual([]);
    expect('versionsOf' in driver).toBe(false);
  });

  it('that can not be found out now fail, and are asked for again', async () => {
    const { driver, proxy } = await openFaulty();
    const rule = proxy.inject({ when: { query: { versioning: true } }, fault: s3.slowDown() });
    expect(await failureOf(() => driver.capabilities())).toMatchObject({ code: 'THROTTLED' });
    rule.remove();
    const first = await driver.capabilities();
    proxy.forget();
    expect(await driver.capabilities()).toBe(first);
    expect(proxy.requests).toEqual([]);
  });
});

describe('conditions', () => {
  it.each<[string, S3BucketSettings, { puts: boolean; deletes: boolean }]>([
    ['that are honoured', {}, { puts: true, deletes: true }],
    [
      'that puts do not know',
      { quirks: ['no-conditional-writes'] },
      { puts: false, deletes: true },
    ],
    [
      'that deletes pass over',
      { quirks: ['delete-ignores-conditions'] },
      { puts: true, deletes: false },
    ],
    ['in a bucket with versions', { versioning: 'Enabled' }, { puts: true, deletes: true }],
  ])(
    '%s are found out by trying, and nothing is left of it',
    async (_, settings, { puts, deletes }) => {
      const warnings: string[] = [];
      const { driver, bucket, proxy } = await openFaulty({
        bucket: settings,
        driver: { root: 'r', warn: (message) => warnings.push(message) },
      });
      expect(await driver.capabilities()).toMatchObject({
        put: { ifAbsent: puts, ifMatch: puts },
        delete: { ifMatch: deletes },
      });
      expect(bucket.names()).toEqual([]);
      const tried = new Set(
        proxy.requests.filter(({ operation }) => operation === 'put').map(({ path }) => path),
      );
      expect([...tried]).toEqual([
        expect.stringMatching(/^\/registry\/r\/dunnage\/probe-[0-9a-f-]{36}$/),
      ]);
      for (const path of tried) expect(bucket.versions(path.replace('/registry/', ''))).toEqual([]);
      expect(warnings).toEqual([]);
    },
  );

  it('are not tried where nothing may be written', async () => {
    for (const readOnly of [true, undefined]) {
      const { driver, proxy } = await openFaulty({ driver: { readOnly } });
      expect(await driver.capabilities()).toMatchObject({
        put: { ifAbsent: false, ifMatch: false },
        delete: { ifMatch: false },
      });
      expect(new Set(proxy.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
    }
  });

  it('are not tried on Amazon, which has them, nor where somebody knows', async () => {
    const known = { conditionalPuts: true, conditionalDeletes: false };
    const { driver, proxy } = await openFaulty({ driver: known });
    expect(await driver.capabilities()).toMatchObject({
      put: { ifAbsent: true, ifMatch: true },
      delete: { ifMatch: false },
    });
    expect(proxy.counts()).toEqual({ bucket: 2 });
  });

  it('are not tried where a rule would keep what is written', async () => {
    const { driver, bucket } = await openBucket({
      bucket: { objectLock: { mode: 'COMPLIANCE', days: 30 } },
    });
    expect(await driver.capabilities()).toMatchObject({ put: { ifAbsent: false } });
    expect(bucket.names()).toEqual([]);
  });

  it('of those who may not write are none', async () => {
    const { driver } = await openBucket({ bucket: { denied: ['s3:PutObject'] } });
    expect(await driver.capabilities()).toMatchObject({
      put: { ifAbsent: false },
      delete: { ifMatch: false },
    });
  });

  it('leave a word where the object could not be removed', async () => {
    const warnings: string[] = [];
    const { driver } = await openBucket({
      bucket: { denied: ['s3:DeleteObject'] },
      driver: { warn: (message) => warnings.push(message) },
    });
    expect(await driver.capabilities()).toMatchObject({ delete: { ifMatch: false } });
    expect(warnings).toEqual([expect.stringContaining('dunnage/probe-')]);
    expect(await keysOf(driver)).toHaveLength(1);
  });

  it('are tried again where that failed by accident', async () => {
    const { driver, proxy, bucket } = await openFaulty();
    const rule = proxy.inject({ when: { operation: 'put', nth: 2 }, fault: s3.slowDown() });
    expect(await failureOf(() => driver.capabilities())).toMatchObject({ code: 'THROTTLED' });
    expect(bucket.names()).toEqual([]);
    rule.remove();
    expect(await driver.capabilities()).toMatchObject({ put: { ifAbsent: true } });
  });

  it('of an etag are worded as the store understands them', async () => {
    const { driver, proxy } = await openFaulty();
    // Ceph compares with what it is given, quotes and all.
    const inQuotes = { method: 'PUT', headers: { 'if-match': /^"/ } };
    proxy.inject({ when: inQuotes, fault: s3.error(412, 'PreconditionFailed') });
    expect((await driver.capabilities()).put.ifMatch).toBe(true);
    const { etag = '' } = await driver.put(KEY, Buffer.from('first'));
    await driver.put(KEY, Buffer.from('second'), { ifMatch: etag });
    const again = await failureOf(() => driver.put(KEY, Buffer.from('x'), { ifMatch: etag }));
    expect(again).toMatchObject({ code: 'PRECONDITION_FAILED' });
  });
});
