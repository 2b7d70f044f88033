import { answer, loseAnswer, reset, rewrite, s3, truncate } from '@dunnage/conformance/proxy';
import type { Fault } from '@dunnage/conformance/proxy';
import { parseKey } from '@dunnage/driver-api';
import type { DeleteOutcome, DeleteRequest } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';
import { deleteAll, openBucket, openFaulty } from './support.ts';

const NAMES = Array.from({ length: 10 }, (_, n) => `a/${n}`);

function requestsFor(names: readonly string[]): DeleteRequest[] {
  return names.map((name) => ({ key: parseKey(name) }));
}

function told(outcomes: readonly DeleteOutcome[]): string[] {
  return outcomes
    .map((each) =>
      [each.request.key, each.outcome, ...('error' in each ? [each.error.code] : [])].join(' '),
    )
    .sort();
}

describe('a bulk delete', () => {
  it.each<[string, Fault, string]>([
    ['that says nothing of a key', s3.dropKey('a/3'), 'unknown INCOMPLETE'],
    ['that denies one', s3.perKeyError('a/3', 'AccessDenied'), 'denied PERMISSION_DENIED'],
    ['that is too much for one', s3.perKeyError('a/3', 'SlowDown'), 'failed THROTTLED'],
    ['that breaks down at one', s3.perKeyError('a/3', 'InternalError'), 'unknown UNAVAILABLE'],
    ['whose reason nobody knows', s3.perKeyError('a/3', 'Odd'), 'unknown INTERNAL'],
    [
      'that finds one locked',
      s3.perKeyError(
        'a/3',
        'AccessDenied',
        'Access Denied because object protected by object lock.',
      ),
      'locked LOCKED',
    ],
    ['that does not find one', s3.perKeyError('a/3', 'NoSuchKey'), 'deleted'],
  ])('%s', async (_, fault, outcome) => {
    const { bucket, driver, proxy } = await openFaulty();
    for (const name of NAMES) bucket.put(name, 'x');
    proxy.inject({ when: { operation: 'bulk-delete' }, fault });
    const outcomes = await deleteAll(driver, ...requestsFor(NAMES));
    const expected = NAMES.map((name) => `${name} ${name === 'a/3' ? outcome : 'deleted'}`);
    expect(told(outcomes)).toEqual(expected);
    expect(proxy.counts()).toEqual({ 'bulk-delete': 1 });
  });

  it.each<[string, Fault, string]>([
    ['whose answer is lost', loseAnswer(), 'unknown UNAVAILABLE'],
    ['whose connection is reset', reset(), 'unknown UNAVAILABLE'],
    ['whose answer is cut', truncate({ share: 0.5 }), 'unknown UNAVAILABLE'],
    ['whose answer is cut neatly', truncate({ share: 0.5 }, 'well-formed'), 'unknown INCOMPLETE'],
    ['whose answer is empty', answer({ status: 200 }), 'unknown INCOMPLETE'],
    ['that slows down', s3.slowDown(), 'failed THROTTLED'],
    ['that slows down each key', s3.everyKeyError('SlowDown'), 'failed THROTTLED'],
    ['that is told 200, then that it failed', s3.errorIn200('SlowDown'), 'unknown THROTTLED'],
    ['that is denied', s3.error(403, 'AccessDenied'), 'denied PERMISSION_DENIED'],
    ['of no bucket', s3.error(404, 'NoSuchBucket'), 'failed CONTAINER_NOT_FOUND'],
    ['that breaks down', s3.error(500, 'InternalError'), 'unknown UNAVAILABLE'],
  ])('%s', async (_, fault, outcome) => {
    const { bucket, driver, proxy } = await openFaulty();
    for (const name of NAMES) bucket.put(name, 'x');
    proxy.inject({ when: { operation: 'bulk-delete' }, fault });
    const outcomes = await deleteAll(driver, ...requestsFor(NAMES));
    expect(told(outcomes)).toEqual(NAMES.map((name) => `${name} ${outcome}`));
    for (const each of outcomes) {
      const unknown = outcome.startsWith('unknown') ? 'unknown' : 'no';
      expect('error' in each && each.error.applied).toBe(unknown);
    }
  });

  it('names its keys in words of their own', async () => {
    const { bucket, driver } = await openBucket();
    const names = [
      'a&b',
      'a<b>',
      'a"b',
      "a'b",
      'ä/ö',
      'a b',
      '%41',
      'a+b',
      '\u{1f600}',
      ' a',
      'a\u0001b',
    ];
    for (const name of names) bucket.put(name, 'x');
    expect(told(await deleteAll(driver, ...requestsFor(names)))).toEqual(
      names.map((name) => `${name} deleted`).sort(),
    );
    expect(bucket.names()).toEqual([]);
  });

  it('sends the same request once, and two for one key in two', async () => {
    const { bucket, driver, proxy } = await openFaulty({ bucket: { versioning: 'Enabled' } });
    const [first, second] = [bucket.put('a', '1'), bucket.put('a', '2')].map(
      ({ versionId }) => versionId,
    );
    const key = parseKey('a');
    const outcomes = await deleteAll(
      driver,
      { key },
      { key, version: first ?? '' },
      { key },
      { key, version: second ?? '' },
    );
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual([
      ...['deleted', 'deleted', 'marked', 'marked'],
    ]);
    // One marker, though two asked for it.
    expect(bucket.versions('a')).toHaveLength(1);
    expect(proxy.counts()['bulk-delete']).toBe(3);
  });
});

describe('a store that takes fewer keys at a time', () => {
  const many = Array.from({ length: 2500 }, (_, n) => `a/${String(n).padStart(4, '0')}`);

  it.each([
    [700, 6],
    [100, 43],
  ])('%i', async (deleteLimit, most) => {
    const { bucket, driver, proxy } = await openFaulty({ bucket: { deleteLimit } });
    for (const name of many) bucket.put(name, 'x');
    const outcomes = await deleteAll(driver, ...requestsFor(many.slice(0, 1000)));
    expect(outcomes.every(({ outcome }) => outcome === 'deleted')).toBe(true);
    proxy.forget();
    // It has learned how many.
    const others = await deleteAll(driver, ...requestsFor(many.slice(1000)));
    expect(others.every(({ outcome }) => outcome === 'deleted')).toBe(true);
    expect(bucket.size).toBe(0);
    expect(proxy.counts()['bulk-delete']).toBeLessThanOrEqual(most);
    expect(proxy.requests.every(({ status }) => status === 200)).toBe(true);
  });

  it('is told from one that does not like a key', async () => {
    const { bucket, driver, proxy } = await openFaulty();
    for (const name of many) bucket.put(name, 'x');
    const body = '<Error><Code>MalformedXML</Code></Error>';
    const fault = rewrite(({ requestBody }) =>
      requestBody.includes('<Key>a/0042</Key>') ? { status: 400, body } : {},
    );
    proxy.inject({ when: { operation: 'bulk-delete' }, fault });
    const outcomes = await deleteAll(driver, ...requestsFor(many.slice(0, 1000)));
    const failed = outcomes.filter(({ outcome }) => outcome !== 'deleted');
    expect(told(failed)).toEqual(['a/0042 failed INVALID_ARGUMENT']);
    proxy.forget();
    await deleteAll(driver, ...requestsFor(many.slice(1000)));
    // Not one by one, for all that one key.
    expect(proxy.counts()['bulk-delete']).toBeLessThan(10);
  });
});

it('deletes one by one where there is no bulk delete', async () => {
  const { bucket, driver, proxy } = await openFaulty();
  for (const name of NAMES) bucket.put(name, 'x');
  proxy.inject({ when: { operation: 'bulk-delete' }, fault: s3.error(501, 'NotImplemented') });
  const outcomes = await deleteAll(driver, ...requestsFor(NAMES));
  expect(told(outcomes)).toEqual(NAMES.map((name) => `${name} deleted`));
  expect(proxy.counts()).toEqual({ 'bulk-delete': 1, delete: 10 });
  bucket.put('b', 'x');
  await deleteAll(driver, ...requestsFor(['b']));
  expect(proxy.counts()).toEqual({ 'bulk-delete': 1, delete: 11 });
});

it('deletes one by one where that was asked for', async () => {
  const { bucket, driver, proxy } = await openFaulty({ driver: { deleteLimit: 1 } });
  for (const name of NAMES) bucket.put(name, 'x');
  expect((await driver.capabilities()).delete.batchMax).toBe(1);
  proxy.forget();
  await deleteAll(driver, ...requestsFor(NAMES));
  expect(bucket.size).toBe(0);
  expect(proxy.counts()).toEqual({ delete: 10 });
});

describe('a condition', () => {
  it('is checked by the store', async () => {
    const { bucket, driver } = await openBucket();
    const etag = bucket.put('a', 'old').etag.replaceAll('"', '');
    bucket.put('b', 'old');
    bucket.put('a', 'new');
    const outcomes = await deleteAll(
      driver,
      { key: parseKey('a'), ifMatch: etag },
      { key: parseKey('b'), ifMatch: etag },
      { key: parseKey('c'), ifMatch: etag },
    );
    expect(told(outcomes)).toEqual([
      'a precondition-failed PRECONDITION_FAILED',
      'b deleted',
      'c precondition-failed PRECONDITION_FAILED',
    ]);
  });

  it('is refused where the store would pass over it', async () => {
    const { bucket, driver } = await openBucket({
      bucket: { quirks: ['delete-ignores-conditions'] },
    });
    const etag = bucket.put('a', 'x').etag.replaceAll('"', '');
    const outcomes = await deleteAll(driver, { key: parseKey('a'), ifMatch: etag });
    expect(told(outcomes)).toEqual(['a failed UNSUPPORTED']);
    expect(bucket.names()).toEqual(['a']);
  });

  it('and a version exclude one another', async () => {
    const { bucket, driver } = await openBucket({ bucket: { versioning: 'Enabled' } });
    const { etag, versionId } = bucket.put('a', 'x');
    const request = { key: parseKey('a'), version: versionId ?? '', ifMatch: etag };
    expect(told(await deleteAll(driver, request))).toEqual(['a failed UNSUPPORTED']);
    expect(bucket.names()).toEqual(['a']);
  });
});

describe('a lock', () => {
  const day = 24 * 60 * 60_000;

  it('keeps a version, and the outcome says that', async () => {
    const { bucket, driver } = await openBucket({ bucket: { objectLock: true } });
    const retention = { mode: 'GOVERNANCE' as const, untilMs: Date.now() + day };
    const locked = bucket.put('locked', 'x', { retention });
    const held = bucket.put('held', 'x', { legalHold: true });
    const free = bucket.put('free', 'x');
    const requests = Object.entries({ locked, held, free }).map(([name, { versionId }]) => ({
      key: parseKey(name),
      version: versionId ?? '',
    }));
    expect(told(await deleteAll(driver, ...requests))).toEqual([
      'free deleted',
      'held locked LOCKED',
      'locked locked LOCKED',
    ]);
    expect(bucket.names()).toEqual(['held', 'locked']);
  });

  it('is looked for where the store only denies', async () => {
    const { bucket, driver, proxy } = await openFaulty({ bucket: { objectLock: true } });
    const retention = { mode: 'COMPLIANCE' as const, untilMs: Date.now() + day };
    const { versionId } = bucket.put('a', 'x', { retention });
    const fault = answer((_, body) => {
      const key = /<Key>(.*?)<\/Key>/.exec(body.toString())?.[1] ?? '';
      const xml = `<DeleteResult><Error><Key>${key}</Key><Code>AccessDenied</Code></Error></DeleteResult>`;
      return { status: 200, body: xml };
    });
    proxy.inject({ when: { operation: 'bulk-delete' }, fault });
    const request = { key: parseKey('a'), version: versionId ?? '' };
    expect(told(await deleteAll(driver, request))).toEqual(['a locked LOCKED']);
    bucket.retain('a', undefined);
    expect(told(await deleteAll(driver, request))).toEqual(['a denied PERMISSION_DENIED']);
  });
});

it('believes no store that passes over the version that was named', async () => {
  const { bucket, driver, proxy } = await openFaulty({ bucket: { versioning: 'Enabled' } });
  const { versionId } = bucket.put('a', 'x');
  const xml = '<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>';
  proxy.inject({ when: { operation: 'bulk-delete' }, fault: answer({ status: 200, body: xml }) });
  const request = { key: parseKey('a'), version: versionId ?? '' };
  expect(told(await deleteAll(driver, request))).toEqual(['a unknown INCOMPLETE']);
});
