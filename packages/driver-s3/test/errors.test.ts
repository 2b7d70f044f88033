import { hang, loseAnswer, reset, s3, truncate } from '@dunnage/conformance/proxy';
import type { Fault } from '@dunnage/conformance/proxy';
import { parseKey } from '@dunnage/driver-api';
import type { ErrorCode, Retry } from '@dunnage/driver-api';
import { createS3Driver } from '@dunnage/driver-s3';
import { describe, expect, it } from 'vitest';
import { collect, failureOf, KEY, NO_ENV, openFaulty } from './support.ts';

type Row = readonly [
  status: number,
  provider: string,
  code: ErrorCode,
  retry: Retry,
  lost?: 'lost',
];

/** What S3 answers, and what it means. `lost`: a change may have been made all the same. */
const ROWS: readonly Row[] = [
  [400, 'BadDigest', 'CORRUPT', 'safe'],
  [400, 'InvalidDigest', 'CORRUPT', 'safe'],
  [400, 'IncompleteBody', 'CORRUPT', 'safe'],
  [400, 'XAmzContentSHA256Mismatch', 'CORRUPT', 'safe'],
  [400, 'XAmzContentChecksumMismatch', 'CORRUPT', 'safe'],
  [400, 'EntityTooLarge', 'TOO_LARGE', 'never'],
  [400, 'ExpiredToken', 'UNAUTHENTICATED', 'never'],
  [400, 'InvalidArgument', 'INVALID_ARGUMENT', 'never'],
  [400, 'InvalidBucketName', 'CONFIG_INVALID', 'never'],
  [400, 'InvalidRequest', 'INVALID_ARGUMENT', 'never'],
  [400, 'InvalidToken', 'UNAUTHENTICATED', 'never'],
  [400, 'InvalidURI', 'INVALID_KEY', 'never'],
  [400, 'KeyTooLongError', 'INVALID_KEY', 'never'],
  [400, 'KMS.DisabledException', 'PERMISSION_DENIED', 'never'],
  [400, 'MalformedXML', 'INVALID_ARGUMENT', 'never'],
  [400, 'RequestTimeout', 'TIMEOUT', 'after-backoff'],
  [400, 'TokenRefreshRequired', 'UNAUTHENTICATED', 'never'],
  [400, 'UnheardOf', 'INVALID_ARGUMENT', 'never'],
  [400, 'AuthorizationHeaderMalformed', 'UNAUTHENTICATED', 'never'],
  [401, 'UnheardOf', 'UNAUTHENTICATED', 'never'],
  [403, 'AccessDenied', 'PERMISSION_DENIED', 'never'],
  [403, 'AllAccessDisabled', 'PERMISSION_DENIED', 'never'],
  [403, 'InvalidAccessKeyId', 'UNAUTHENTICATED', 'never'],
  [403, 'InvalidObjectState', 'UNSUPPORTED', 'never'],
  [403, 'RequestTimeTooSkewed', 'UNAUTHENTICATED', 'never'],
  [403, 'SignatureDoesNotMatch', 'UNAUTHENTICATED', 'never'],
  [403, 'UnheardOf', 'PERMISSION_DENIED', 'never'],
  [404, 'NoSuchBucket', 'CONTAINER_NOT_FOUND', 'never'],
  [404, 'UnheardOf', 'CONTAINER_NOT_FOUND', 'never'],
  [405, 'MethodNotAllowed', 'UNSUPPORTED', 'never'],
  [408, 'UnheardOf', 'TIMEOUT', 'after-backoff', 'lost'],
  [409, 'ConditionalRequestConflict', 'UNAVAILABLE', 'safe'],
  [409, 'OperationAborted', 'UNAVAILABLE', 'safe'],
  [409, 'ObjectParentIsFile', 'INVALID_KEY', 'never'],
  [411, 'MissingContentLength', 'INVALID_ARGUMENT', 'never'],
  [412, 'PreconditionFailed', 'PRECONDITION_FAILED', 'never'],
  [413, 'UnheardOf', 'TOO_LARGE', 'never'],
  [416, 'InvalidRange', 'RANGE_NOT_SATISFIABLE', 'never'],
  [423, 'UnheardOf', 'LOCKED', 'never'],
  [429, 'UnheardOf', 'THROTTLED', 'after-backoff'],
  [500, 'InternalError', 'UNAVAILABLE', 'after-backoff', 'lost'],
  [500, 'UnheardOf', 'UNAVAILABLE', 'after-backoff', 'lost'],
  [501, 'NotImplemented', 'UNSUPPORTED', 'never'],
  [502, 'UnheardOf', 'UNAVAILABLE', 'after-backoff', 'lost'],
  [503, 'ServiceUnavailable', 'THROTTLED', 'after-backoff'],
  [503, 'SlowDown', 'THROTTLED', 'after-backoff'],
  [503, 'UnheardOf', 'THROTTLED', 'after-backoff'],
  [504, 'UnheardOf', 'UNAVAILABLE', 'after-backoff', 'lost'],
  [507, 'UnheardOf', 'EXHAUSTED', 'after-backoff'],
  [507, 'QuotaExceeded', 'EXHAUSTED', 'after-backoff'],
];

/** The two ways of asking: by the SDK, and past it. */
describe.each(ROWS.map((row) => ({ row, name: `${row[0]} ${row[1]}` })))('$name', ({ row }) => {
  const [status, provider, code, retry, lost] = row;

  it('from a put', async () => {
    const { driver, proxy } = await openFaulty();
    proxy.inject({ when: { operation: 'put' }, fault: s3.error(status, provider) });
    const error = await failureOf(() => driver.put(KEY, Buffer.from('x')));
    expect(error).toMatchObject({
      code,
      retry,
      status,
      providerCode: provider,
      key: KEY,
      op: 'put',
    });
    expect(error.applied).toBe(lost === undefined ? 'no' : 'unknown');
    expect(error.requestId).toBe('INJECTED');
    expect(error.message).toContain('cannot write "a/b": ');
  });

  it('from a get', async () => {
    const { driver, proxy } = await openFaulty();
    proxy.inject({ when: { operation: 'get' }, fault: s3.error(status, provider) });
    const error = await failureOf(() => driver.get(KEY));
    expect(error).toMatchObject({ code, retry, status, providerCode: provider, applied: 'no' });
  });
});

it('waits as long as a store asks to', async () => {
  const { driver, proxy } = await openFaulty();
  const fault = s3.error(503, 'SlowDown', 'please', { 'retry-after': '7' });
  proxy.inject({ when: { operation: 'list' }, fault });
  const error = await failureOf(() => collect(driver.list()));
  expect(error).toMatchObject({ code: 'THROTTLED', retryAfterMs: 7000 });
});

describe('the network', () => {
  it.each<[string, Fault, ErrorCode, 'no' | 'unknown']>([
    ['a connection that is reset', reset(), 'UNAVAILABLE', 'unknown'],
    ['an answer that is lost', loseAnswer(), 'UNAVAILABLE', 'unknown'],
    ['a store that does not answer', hang(), 'TIMEOUT', 'unknown'],
  ])('%s', async (_, fault, code, applied) => {
    const { driver, proxy, bucket } = await openFaulty({ driver: { timeoutMs: 300 } });
    bucket.put('a/b', 'before');
    proxy.inject({ when: (request) => ['put', 'get'].includes(request.operation), fault });
    const put = await failureOf(() => driver.put(KEY, Buffer.from('x')));
    expect(put).toMatchObject({ code, applied, retry: 'after-backoff' });
    const get = await failureOf(() => driver.get(KEY));
    expect(get).toMatchObject({ code, applied: 'no', retry: 'after-backoff' });
  });

  it('an answer that is cut', async () => {
    const { driver, proxy } = await openFaulty();
    proxy.inject({ when: { operation: 'copy' }, fault: truncate({ share: 0.5 }, 'well-formed') });
    await driver.put(KEY, Buffer.from('x'));
    const error = await failureOf(() => driver.copy?.(KEY, parseKey('copy')));
    expect(error).toMatchObject({ code: 'INCOMPLETE', applied: 'unknown' });
  });

  it('nobody listens', async () => {
    const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
    const endpoint = 'http://127.0.0.1:1';
    const options = { bucket: 'b-1', region: 'us-east-1', endpoint, credentials, env: NO_ENV };
    await using driver = createS3Driver(options);
    expect(await failureOf(() => driver.get(KEY))).toMatchObject({
      code: 'UNAVAILABLE',
      providerCode: 'ECONNREFUSED',
      applied: 'no',
    });
    expect(await failureOf(() => driver.put(KEY, Buffer.from('x')))).toMatchObject({
      code: 'UNAVAILABLE',
      applied: 'no',
    });
  });
});

describe('an answer of success with an error in it', () => {
  it.each<[string, ErrorCode, 'no' | 'unknown']>([
    ['InternalError', 'UNAVAILABLE', 'unknown'],
    ['SlowDown', 'THROTTLED', 'no'],
    ['NoSuchKey', 'NOT_FOUND', 'no'],
  ])('%s', async (provider, code, applied) => {
    const { driver, proxy } = await openFaulty();
    await driver.put(KEY, Buffer.from('x'));
    proxy.inject({ when: { operation: 'copy' }, fault: s3.errorIn200(provider) });
    const error = await failureOf(() => driver.copy?.(KEY, parseKey('copy')));
    expect(error).toMatchObject({ code, applied, status: 200, providerCode: provider });
  });
});

it('retries nothing by itself', async () => {
  const { driver, proxy } = await openFaulty();
  proxy.inject({ fault: s3.slowDown() });
  await failureOf(() => driver.get(KEY));
  await failureOf(() => driver.put(KEY, Buffer.from('x')));
  await failureOf(() => collect(driver.list()));
  await failureOf(() => driver.now());
  expect(proxy.requests).toHaveLength(4);
  proxy.clear();
  proxy.forget();
  proxy.inject({ fault: reset() });
  await failureOf(() => driver.put(KEY, Buffer.from('x')));
  await failureOf(() => driver.copy?.(KEY, parseKey('copy')));
  await collect(driver.delete([{ key: KEY }]));
  expect(proxy.counts()).toEqual({ put: 1, head: 1, 'bulk-delete': 1 });
});
