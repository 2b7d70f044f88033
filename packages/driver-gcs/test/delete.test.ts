import { emptyBody, gcs, rewrite, truncate } from '@dunnage/conformance/proxy';
import type { DeleteRequest } from '@dunnage/driver-api';
import { describe, expect, test } from 'vitest';
import { collect, deleteAll, failure, key, operations, startRig } from './support.ts';
import type { Rig } from './support.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** A rig with objects `k000`, `k001`, …, whose driver knows what the store can do. */
async function rigOf(count: number, options: Parameters<typeof startRig>[0] = {}): Promise<Rig> {
  const rig = await startRig(options);
  await rig.driver.capabilities();
  for (const name of namesOf(count)) rig.bucket.put(name, '');
  rig.proxy.forget();
  return rig;
}

const namesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `k${String(n).padStart(3, '0')}`);
const requestsOf = (count: number): DeleteRequest[] =>
  namesOf(count).map((name) => ({ key: key(name) }));

describe('batches', () => {
  test('hold a hundred deletes each', async () => {
    const rig = await rigOf(250);
    const outcomes = await deleteAll(rig.driver, ...requestsOf(250));
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['deleted']));
    expect(operations(rig)).toEqual(['bulk-delete', 'bulk-delete', 'bulk-delete']);
    expect(rig.bucket.size).toBe(0);
  });

  test('ask twice for one object only one after the other', async () => {
    const rig = await rigOf(2);
    const [one, two] = requestsOf(2) as [DeleteRequest, DeleteRequest];
    const outcomes = await deleteAll(rig.driver, one, two, { ...one }, { ...one });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      ...['deleted', 'deleted', 'missing', 'missing'],
    ]);
    expect(operations(rig)).toHaveLength(3);
  });

  test('carry the project that pays', async () => {
    const { driver, bucket, proxy } = await startRig({ driver: { userProject: 'payer-1' } });
    bucket.put('a', '');
    const [outcome] = await deleteAll(driver, { key: key('a') });
    expect(outcome?.outcome).toBe('deleted');
    for (const { operation, query } of proxy.requests) {
      if (operation !== 'bulk-delete') expect(query['userProject']).toBe('payer-1');
    }
  });
});

describe('an answer', () => {
  test('that says nothing of an object leaves it unknown', async () => {
    const rig = await rigOf(3);
    rig.inject({ fault: gcs.dropPart('k001') });
    const outcomes = await deleteAll(rig.driver, ...requestsOf(3));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['deleted', 'unknown', 'deleted']);
    const error = outcomes[1] && 'error' in outcomes[1] ? outcomes[1].error : undefined;
    expect(error).toMatchObject({ code: 'INCOMPLETE', applied: 'unknown', key: 'k001' });
  });

  test('is about each object on its own', async () => {
    const rig = await rigOf(3);
    rig.inject({ fault: gcs.perPartError('k001', 429, 'rateLimitExceeded') });
    const outcomes = await deleteAll(rig.driver, ...requestsOf(3), { key: key('none') });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      ...['deleted', 'failed', 'deleted', 'missing'],
    ]);
    expect(outcomes[1]).toMatchObject({ error: { code: 'THROTTLED', retry: 'after-backoff' } });
  });

  test('that is cut, but ends well, is believed as far as it goes', async () => {
    const rig = await rigOf(40);
    rig.inject({ fault: truncate({ share: 0.5 }, 'well-formed') });
    const outcomes = await deleteAll(rig.driver, ...requestsOf(40));
    const known = outcomes.filter(({ outcome }) => outcome === 'deleted');
    const unknown = outcomes.filter(({ outcome }) => outcome === 'unknown');
    expect(known.length).toBeGreaterThan(5);
    expect(unknown.length).toBeGreaterThan(5);
    expect(known.length + unknown.length).toBe(40);
  });

  test.each([
    ['is empty', emptyBody()],
    ['is no batch', rewrite(() => ({ headers: { 'content-type': 'text/plain' } }))],
    ['names no calls', rewrite(({ body }) => body.toString().replace(/Content-ID/g, 'X-ID'))],
    ['has other statuses', rewrite(({ body }) => body.toString().replace(/HTTP\/1.1/g, 'HTTP'))],
  ])('that %s confirms nothing', async (_, fault) => {
    const rig = await rigOf(2);
    rig.inject({ fault });
    for (const { outcome } of await deleteAll(rig.driver, ...requestsOf(2))) {
      expect(outcome).toBe('unknown');
    }
  });

  test('of an odd success is no confirmation', async () => {
    const rig = await rigOf(1);
    rig.inject({
      fault: rewrite(({ body }) => body.toString().replace('204 No Content', '202 Accepted')),
    });
    const [outcome] = await deleteAll(rig.driver, ...requestsOf(1));
    expect(outcome).toMatchObject({ outcome: 'unknown', error: { status: 202 } });
  });

  test('that the bucket is missing is no "missing"', async () => {
    const rig = await rigOf(2);
    const message = 'The specified bucket does not exist.';
    rig.inject({ fault: gcs.everyPartError(404, 'notFound', message) });
    for (const outcome of await deleteAll(rig.driver, ...requestsOf(2))) {
      expect(outcome).toMatchObject({ outcome: 'failed', error: { code: 'CONTAINER_NOT_FOUND' } });
    }
  });
});

describe('without batches', () => {
  test('each delete is a request, several at a time', async () => {
    const rig = await startRig();
    rig.inject({ when: { operation: 'bulk-delete' }, fault: gcs.error(404, 'notFound') });
    for (const name of namesOf(7)) rig.bucket.put(name, '');
    expect((await rig.driver.capabilities()).delete.batchMax).toBe(1);
    rig.proxy.forget();
    const outcomes = await deleteAll(rig.driver, ...requestsOf(7), { key: key('none') });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      ...Array<string>(7).fill('deleted'),
      'missing',
    ]);
    expect(rig.proxy.counts()).toEqual({ delete: 8 });
    rig.inject({ when: { operation: 'delete' }, fault: gcs.backendError() });
    const [failed] = await deleteAll(rig.driver, { key: key('x') });
    expect(failed).toMatchObject({ outcome: 'unknown', error: { status: 503, key: 'x' } });
  });
});

describe('what becomes of the bytes', () => {
  test('they are soft-deleted where the bucket keeps them for a while', async () => {
    const { driver } = await rigOf(1, { settings: { softDeleteSeconds: 7 * DAY_SECONDS } });
    expect((await driver.capabilities()).delete.freesSpace).toBe('after-retention');
    const [outcome] = await deleteAll(driver, ...requestsOf(1));
    expect(outcome?.outcome).toBe('soft-deleted');
  });

  test('they are a noncurrent version where the bucket has versions', async () => {
    const { driver, bucket } = await rigOf(1, { settings: { versioning: true } });
    expect((await driver.capabilities()).delete.freesSpace).toBe('never');
    const version = bucket.object('k000')?.generation ?? '';
    const [marked] = await deleteAll(driver, { key: key('k000'), ifMatch: version });
    expect(marked).toEqual({ request: { key: 'k000', ifMatch: version }, outcome: 'marked' });
    expect(bucket.generations('k000')).toHaveLength(1);
    const [gone] = await deleteAll(driver, { key: key('k000'), version });
    expect(gone).toMatchObject({ outcome: 'deleted', version });
    expect(bucket.generations('k000')).toHaveLength(0);
  });

  test('who may not look at the bucket is not told more than "deleted"', async () => {
    const permissions = ['list', 'get', 'create', 'delete'].map(
      (verb) => `storage.objects.${verb}`,
    );
    const { driver } = await rigOf(1, { double: { permissions } });
    const capabilities = await driver.capabilities();
    expect(capabilities).toMatchObject({ versions: 'unknown', retention: 'unknown' });
    expect(capabilities.delete.freesSpace).toBe('unknown');
    expect((await deleteAll(driver, ...requestsOf(1)))[0]?.outcome).toBe('deleted');
  });
});

describe('what keeps an object', () => {
  test('a hold and a retention policy lock it', async () => {
    const rig = await startRig();
    rig.bucket.put('held', '', { temporaryHold: true });
    rig.bucket.put('free', '');
    expect(
      (await deleteAll(rig.driver, { key: key('held') }, { key: key('free') })).map(
        ({ outcome }) => outcome,
      ),
    ).toEqual(['locked', 'deleted']);
    const retained = await startRig({ settings: { retentionSeconds: DAY_SECONDS } });
    retained.bucket.put('kept', '');
    const [outcome] = await deleteAll(retained.driver, { key: key('kept') });
    expect(outcome).toMatchObject({ outcome: 'locked', error: { code: 'LOCKED', retry: 'never' } });
    expect(retained.bucket.names()).toEqual(['kept']);
  });

  test('another generation than the one that was meant', async () => {
    const { driver, bucket } = await rigOf(1);
    const ifMatch = bucket.object('k000')?.generation ?? '';
    bucket.put('k000', 'newer');
    const request = { key: key('k000') };
    const outcomes = await deleteAll(
      driver,
      { ...request, ifMatch },
      { ...request, ifMatch: 'no generation' },
      { ...request, version: ifMatch },
      { ...request, version: 'no generation' },
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      ...['precondition-failed', 'precondition-failed', 'missing', 'missing'],
    ]);
    expect(bucket.object('k000')?.data.toString()).toBe('newer');
  });

  test('the lack of a permission', async () => {
    const permissions = ['storage.objects.list', 'storage.buckets.get', 'storage.objects.get'];
    const { driver, bucket } = await rigOf(1, { double: { permissions } });
    const [outcome] = await deleteAll(driver, ...requestsOf(1));
    expect(outcome).toMatchObject({ outcome: 'denied', error: { code: 'PERMISSION_DENIED' } });
    expect(bucket.size).toBe(1);
  });
});

test('a bucket that can not be asked fails the stream, and nothing is deleted', async () => {
  const rig = await startRig();
  rig.bucket.put('k000', '');
  rig.inject({ when: { operation: 'bucket' }, fault: gcs.backendError() });
  const error = await failure(collect(rig.driver.delete(requestsOf(1))));
  expect(error).toMatchObject({ code: 'UNAVAILABLE', op: 'delete' });
  expect(rig.bucket.size).toBe(1);
});
