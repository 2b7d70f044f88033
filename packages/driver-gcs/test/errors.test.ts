import { gcs, hang, loseAnswer, reset, truncate } from '@dunnage/conformance/proxy';
import type { Fault } from '@dunnage/conformance/proxy';
import type { DeleteOutcome, StorageDriver, StorageError } from '@dunnage/driver-api';
import { describe, expect, test } from 'vitest';
import {
  bytes,
  collect,
  deleteAll,
  failure,
  key,
  prefix,
  startRig,
  text,
  until,
} from './support.ts';

const HOLD = "Object 'images/a' is under active Temporary hold and cannot be deleted";
const MD5 = 'Provided MD5 hash "a" doesn\'t match calculated MD5 hash "b".';
const CRC = 'Provided CRC32C "a" doesn\'t match calculated CRC32C "b".';
const PAYS = 'Bucket is a requester pays bucket but no user project provided.';

type Row = readonly [
  status: number,
  reason: string,
  message: string | undefined,
  code: StorageError['code'],
  retry: StorageError['retry'],
  /** Whether a write that ends so may have been made. */
  applied: StorageError['applied'],
  /** What a delete that ends so is called. */
  outcome: DeleteOutcome['outcome'],
];

/** The driver's table, row by row. */
const TABLE: readonly Row[] = [
  [400, 'invalid', undefined, 'INVALID_ARGUMENT', 'never', 'no', 'failed'],
  [400, 'invalid', MD5, 'CORRUPT', 'safe', 'no', 'failed'],
  [400, 'invalid', CRC, 'CORRUPT', 'safe', 'no', 'failed'],
  [400, 'required', PAYS, 'CONFIG_INVALID', 'never', 'no', 'failed'],
  [400, 'userProjectMissing', undefined, 'CONFIG_INVALID', 'never', 'no', 'failed'],
  [401, 'authError', undefined, 'UNAUTHENTICATED', 'never', 'no', 'denied'],
  [403, 'forbidden', undefined, 'PERMISSION_DENIED', 'never', 'no', 'denied'],
  [403, 'insufficientPermissions', undefined, 'PERMISSION_DENIED', 'never', 'no', 'denied'],
  [403, 'objectUnderActiveHold', undefined, 'LOCKED', 'never', 'no', 'locked'],
  [403, 'forbidden', HOLD, 'LOCKED', 'never', 'no', 'locked'],
  [403, 'retentionPolicyNotMet', undefined, 'LOCKED', 'never', 'no', 'locked'],
  [403, 'rateLimitExceeded', undefined, 'THROTTLED', 'after-backoff', 'no', 'failed'],
  [403, 'userRateLimitExceeded', undefined, 'THROTTLED', 'after-backoff', 'no', 'failed'],
  [403, 'quotaExceeded', undefined, 'THROTTLED', 'after-backoff', 'no', 'failed'],
  [405, 'methodNotAllowed', undefined, 'INTERNAL', 'never', 'no', 'failed'],
  [408, 'uploadBrokenConnection', undefined, 'TIMEOUT', 'after-backoff', 'unknown', 'unknown'],
  [409, 'conflict', undefined, 'UNAVAILABLE', 'after-backoff', 'no', 'failed'],
  [410, 'gone', undefined, 'UNAVAILABLE', 'safe', 'no', 'failed'],
  [412, 'conditionNotMet', undefined, 'PRECONDITION_FAILED', 'never', 'no', 'precondition-failed'],
  [412, 'orgPolicyConstraintFailed', undefined, 'PERMISSION_DENIED', 'never', 'no', 'denied'],
  [413, 'uploadTooLarge', undefined, 'TOO_LARGE', 'never', 'no', 'failed'],
  [429, 'rateLimitExceeded', undefined, 'THROTTLED', 'after-backoff', 'no', 'failed'],
  [500, 'backendError', undefined, 'UNAVAILABLE', 'after-backoff', 'unknown', 'unknown'],
  [501, 'notImplemented', undefined, 'UNSUPPORTED', 'never', 'no', 'failed'],
  [502, 'badGateway', undefined, 'UNAVAILABLE', 'after-backoff', 'unknown', 'unknown'],
  [503, 'backendError', undefined, 'UNAVAILABLE', 'after-backoff', 'unknown', 'unknown'],
  [504, 'gatewayTimeout', undefined, 'TIMEOUT', 'after-backoff', 'unknown', 'unknown'],
];

describe.each(TABLE)('%i %s (%s)', (status, reason, message, code, retry, applied, outcome) => {
  test(`is ${code} for one who asks`, async () => {
    const { driver, inject } = await startRig();
    inject({ fault: gcs.error(status, reason, message) });
    const error = await failure(driver.stat(key('a')));
    expect(error).toMatchObject({ code, retry, applied: 'no', op: 'stat', key: 'a', status });
    expect(error.providerCode).toBe(reason);
    expect(error.message).toMatch(/^cannot look at "a": .+\(HTTP \d+ \w+\)$/);
  });

  test(`is ${code} for one who writes`, async () => {
    const { driver, inject } = await startRig();
    inject({ fault: gcs.error(status, reason, message) });
    const error = await failure(driver.put(key('a'), bytes('x')));
    expect(error).toMatchObject({ code, retry, applied, op: 'put', key: 'a' });
  });

  test(`is ${code} for one who lists`, async () => {
    const { driver, inject } = await startRig();
    inject({ fault: gcs.error(status, reason, message) });
    const error = await failure(collect(driver.list({ prefix: prefix('a/') })));
    expect(error).toMatchObject({ code, retry, applied: 'no', op: 'list', key: 'a/' });
  });

  test(`makes a delete ${outcome}`, async () => {
    const { driver, bucket, inject } = await startRig();
    await driver.capabilities();
    for (const name of ['a', 'b']) bucket.put(name, '');
    for (const fault of [
      gcs.everyPartError(status, reason, message),
      gcs.error(status, reason, message),
    ]) {
      inject({ fault, times: 1 });
      for (const found of await deleteAll(driver, { key: key('a') }, { key: key('b') })) {
        expect(found.outcome).toBe(outcome);
        expect('error' in found && found.error).toMatchObject({ code, retry, applied });
        expect('error' in found && found.error.key).toBe(found.request.key);
      }
    }
    expect(bucket.names()).toEqual(['a', 'b']);
  });
});

describe('what is missing', () => {
  test('is an object, or the bucket, by what the store says', async () => {
    const rig = await startRig();
    const stranger = rig.open({ bucket: 'no-such-bucket' });
    expect(await rig.driver.stat(key('a'))).toBeUndefined();
    expect(await failure(rig.driver.get(key('a')))).toMatchObject({ code: 'NOT_FOUND' });
    for (const call of [
      () => stranger.stat(key('a')),
      () => stranger.get(key('a')),
      () => stranger.put(key('a'), bytes('x')),
      () => stranger.copy?.(key('a'), key('b')) ?? Promise.resolve(),
      () => collect(stranger.list()),
      () => collect(stranger.delete([{ key: key('a') }])),
      () => stranger.capabilities(),
      () => stranger.now(),
    ]) {
      expect(await failure(call())).toMatchObject({ code: 'CONTAINER_NOT_FOUND', status: 404 });
    }
  });

  test('where the store does not say which, the bucket is looked for, once', async () => {
    const { driver, proxy, inject } = await startRig();
    inject({
      when: { operation: ['head', 'get'] },
      fault: gcs.error(404, 'notFound', 'Not Found'),
    });
    expect(await driver.stat(key('a'))).toBeUndefined();
    expect(await driver.stat(key('b'))).toBeUndefined();
    expect(await failure(driver.get(key('c')))).toMatchObject({ code: 'NOT_FOUND' });
    expect(proxy.counts()).toEqual({ head: 2, get: 1, list: 1 });
    proxy.clear();
    const lost = (await startRig()).open({ bucket: 'no-such-bucket', endpoint: proxy.url });
    inject({ fault: gcs.error(404, 'notFound', 'Not Found') });
    for (let round = 0; round < 2; round++) {
      const error = await failure(lost.stat(key('a')));
      expect(error).toMatchObject({ code: 'CONTAINER_NOT_FOUND' });
    }
  });

  test('no permission is never "missing"', async () => {
    const { driver, inject } = await startRig();
    inject({ fault: gcs.error(403, 'forbidden') });
    expect(await failure(driver.stat(key('a')))).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await failure(driver.get(key('a')))).toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});

describe('a broken answer', () => {
  test('that says "success" with an error in it is that error', async () => {
    const { driver, inject } = await startRig();
    inject({ fault: gcs.errorIn200() });
    const error = await failure(driver.stat(key('a')));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', status: 503, providerCode: 'backendError' });
    const put = await failure(driver.put(key('a'), bytes('x')));
    expect(put).toMatchObject({ code: 'UNAVAILABLE', applied: 'unknown' });
  });

  test('that is cut, but ends well, is INCOMPLETE, and a write may have been made', async () => {
    const { driver, bucket, inject } = await startRig();
    inject({ fault: truncate({ share: 0.5 }, 'well-formed') });
    const error = await failure(driver.put(key('a'), bytes('x')));
    expect(error).toMatchObject({ code: 'INCOMPLETE', applied: 'unknown', retry: 'safe' });
    expect(bucket.names()).toEqual(['a']);
  });

  test('that is cut, but ends well, is INCOMPLETE for one who asks', async () => {
    const { driver, bucket, inject } = await startRig();
    bucket.put('a', 'x');
    inject({ fault: truncate({ share: 0.5 }, 'well-formed') });
    const error = await failure(driver.stat(key('a')));
    expect(error).toMatchObject({ code: 'INCOMPLETE', applied: 'no', retry: 'safe' });
  });
});

describe('the network', () => {
  const faults: readonly (readonly [Fault, StorageError['code']])[] = [
    [reset(), 'UNAVAILABLE'],
    [loseAnswer(), 'UNAVAILABLE'],
    [truncate({ share: 0.5 }), 'UNAVAILABLE'],
  ];

  test.each(faults)('%o leaves open whether a write was made', async (fault, code) => {
    const { driver, inject } = await startRig();
    inject({ fault });
    const error = await failure(driver.put(key('a'), bytes('x')));
    expect(error).toMatchObject({ code, applied: 'unknown', retry: 'after-backoff' });
    const asked = await failure(driver.stat(key('a')));
    expect(asked).toMatchObject({ code, applied: 'no', providerCode: 'ECONNRESET' });
  });

  test('a delete whose answer is lost is unknown, and may have been made', async () => {
    const { driver, bucket, inject } = await startRig();
    await driver.capabilities();
    bucket.put('a', '');
    inject({ fault: loseAnswer() });
    const [lost] = await deleteAll(driver, { key: key('a') });
    expect(lost).toMatchObject({ outcome: 'unknown', error: { applied: 'unknown', key: 'a' } });
    expect(bucket.names()).toEqual([]);
  });

  test('nobody listens', async () => {
    const { open } = await startRig();
    const driver = open({ endpoint: 'http://127.0.0.1:9' });
    const error = await failure(driver.stat(key('a')));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', providerCode: 'ECONNREFUSED' });
  });

  test('a body whose connection is cut is an error, never a shorter body', async () => {
    const { driver, bucket, inject } = await startRig();
    bucket.put('large', Buffer.alloc(1_000_000));
    bucket.put('small', 'a few bytes');
    inject({ fault: truncate({ share: 0.5 }) });
    const { body } = await driver.get(key('large'));
    expect(await failure(text(body))).toMatchObject({ code: 'UNAVAILABLE', key: 'large' });
    const small = await failure(driver.get(key('small')));
    expect(small).toMatchObject({ code: 'UNAVAILABLE', op: 'get' });
  });

  test('a body that is shorter than announced, and ends well, is CORRUPT', async () => {
    const { driver, bucket, inject } = await startRig();
    bucket.put('large', Buffer.alloc(1_000_000));
    inject({ fault: truncate({ share: 0.5 }, 'well-formed') });
    const { info, body } = await driver.get(key('large'));
    expect(info.size).toBe(1_000_000);
    expect(await failure(text(body))).toMatchObject({ code: 'CORRUPT', key: 'large' });
  });
});

type Call = (driver: StorageDriver, signal: AbortSignal) => Promise<unknown>;

describe('an abort', () => {
  const calls = {
    stat: (driver, signal) => driver.stat(key('a'), { signal }),
    get: (driver, signal) => driver.get(key('a'), { signal }),
    put: (driver, signal) => driver.put(key('a'), bytes('x'), { signal }),
    list: (driver, signal) => collect(driver.list({ signal })),
    delete: (driver, signal) => collect(driver.delete([{ key: key('a') }], { signal })),
    now: (driver, signal) => driver.now({ signal }),
  } satisfies Record<string, Call>;

  test.each(Object.entries(calls))('closes the socket of a %s that hangs', async (op, call) => {
    const { driver, proxy, inject } = await startRig();
    await driver.capabilities();
    proxy.forget();
    inject({ fault: hang() });
    const abort = new AbortController();
    const failed = failure(call(driver, abort.signal));
    await until(() => proxy.requests.length === 1);
    const reason = new Error('enough');
    abort.abort(reason);
    expect(await failed).toMatchObject({ code: 'ABORTED', op, cause: reason });
    await until(() => proxy.requests[0]?.ending === 'aborted');
  });

  test('ends a wait for a free slot', async () => {
    const { open, proxy, inject } = await startRig();
    const driver = open({ concurrency: 1 });
    inject({ fault: hang() });
    const first = failure(driver.stat(key('a')));
    await until(() => proxy.requests.length === 1);
    const abort = new AbortController();
    const second = failure(driver.stat(key('b'), { signal: abort.signal }));
    abort.abort();
    expect(await second).toMatchObject({ code: 'ABORTED' });
    await driver.close();
    expect(await first).toMatchObject({ code: 'CLOSED' });
    expect(proxy.requests).toHaveLength(1);
  });
});

test('the store says how long to wait', async () => {
  const { driver, inject } = await startRig();
  inject({ fault: gcs.error(429, 'rateLimitExceeded', undefined, { 'retry-after': '7' }) });
  const error = await failure(driver.stat(key('a')));
  expect(error).toMatchObject({ code: 'THROTTLED', retryAfterMs: 7000 });
});

test('an error names the request for those who ask Google', async () => {
  const { driver, inject } = await startRig();
  inject({ fault: gcs.error(500, 'backendError', undefined, { 'x-guploader-uploadid': 'AB12' }) });
  expect((await failure(driver.stat(key('a')))).requestId).toBe('AB12');
});
