import { answer, azure, reset, truncate } from '@dunnage/conformance/proxy';
import type { Fault } from '@dunnage/conformance/proxy';
import type { ErrorCode, Retry } from '@dunnage/driver-api';
import { createAzureDriver } from '@dunnage/driver-azure';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bytes, failure, KEY, key, openContainer } from './support.ts';

type Row = readonly [status: number, code: string, is: ErrorCode, retry: Retry];

/** What the table says, for reads. */
const ROWS: readonly Row[] = [
  [400, 'InvalidHeaderValue', 'INVALID_ARGUMENT', 'never'],
  [400, 'InvalidUri', 'INVALID_KEY', 'never'],
  [400, 'InvalidResourceName', 'INVALID_KEY', 'never'],
  [400, 'Md5Mismatch', 'CORRUPT', 'safe'],
  [400, 'InvalidAuthenticationInfo', 'UNAUTHENTICATED', 'never'],
  [401, 'NoAuthenticationInformation', 'UNAUTHENTICATED', 'never'],
  [403, 'AuthenticationFailed', 'UNAUTHENTICATED', 'never'],
  [403, 'KeyBasedAuthenticationNotPermitted', 'UNAUTHENTICATED', 'never'],
  [403, 'AuthorizationFailure', 'PERMISSION_DENIED', 'never'],
  [403, 'AuthorizationPermissionMismatch', 'PERMISSION_DENIED', 'never'],
  [403, 'InsufficientAccountPermissions', 'PERMISSION_DENIED', 'never'],
  [403, 'AccountIsDisabled', 'PERMISSION_DENIED', 'never'],
  [403, 'SomethingNew', 'PERMISSION_DENIED', 'never'],
  [404, 'ContainerNotFound', 'CONTAINER_NOT_FOUND', 'never'],
  [404, 'FilesystemNotFound', 'CONTAINER_NOT_FOUND', 'never'],
  [409, 'ContainerBeingDeleted', 'CONTAINER_NOT_FOUND', 'never'],
  [409, 'PublicAccessNotPermitted', 'UNAUTHENTICATED', 'never'],
  [409, 'BlobArchived', 'LOCKED', 'never'],
  [409, 'BlobBeingRehydrated', 'LOCKED', 'never'],
  [409, 'SomethingNew', 'UNAVAILABLE', 'after-backoff'],
  [412, 'LeaseIdMissing', 'LOCKED', 'never'],
  [412, 'ConditionNotMet', 'PRECONDITION_FAILED', 'never'],
  [416, 'InvalidRange', 'RANGE_NOT_SATISFIABLE', 'never'],
  [429, 'TooManyRequests', 'THROTTLED', 'after-backoff'],
  [500, 'InternalError', 'UNAVAILABLE', 'after-backoff'],
  [500, 'OperationTimedOut', 'TIMEOUT', 'after-backoff'],
  [501, 'NotImplemented', 'UNSUPPORTED', 'never'],
  [503, 'ServerBusy', 'THROTTLED', 'after-backoff'],
  [503, 'SomethingNew', 'UNAVAILABLE', 'after-backoff'],
  [507, 'SomethingNew', 'EXHAUSTED', 'never'],
];

/** What gateways and proxies in between answer, without a code. */
const BARE: readonly (readonly [number, ErrorCode])[] = [
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [407, 'UNAUTHENTICATED'],
  [408, 'TIMEOUT'],
  [413, 'TOO_LARGE'],
  [429, 'THROTTLED'],
  [500, 'UNAVAILABLE'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'TIMEOUT'],
  [599, 'UNAVAILABLE'],
  [302, 'INTERNAL'],
  [204, 'INTERNAL'],
];

describe('what the store answers', () => {
  it.each(ROWS)('%i %s is %s, to be retried: %s', async (status, providerCode, code, retry) => {
    const { driver, container, proxy } = await openContainer();
    container.put(KEY, 'x');
    proxy.inject({ fault: azure.error(status, providerCode) });
    // HEAD has its code in a header only, GET and PUT (by the SDK) in both.
    for (const call of [
      () => driver.stat(KEY),
      () => driver.get(KEY),
      () => driver.put(KEY, bytes('y')),
    ]) {
      const error = await failure(call);
      expect(error).toMatchObject({ code, retry, status, providerCode, key: KEY, driver: 'azure' });
      expect(error.message).toContain(`(HTTP ${status} ${providerCode})`);
      expect(error.requestId).toBe('00000000-0000-0000-0000-000000000000');
    }
  });

  it.each(BARE)('%i without a code is %s', async (status, code) => {
    const { driver, proxy } = await openContainer();
    proxy.inject({ fault: answer({ status, body: '<html>no code here</html>' }) });
    for (const call of [() => driver.stat(KEY), () => driver.get(KEY)]) {
      expect(await failure(call)).toMatchObject({ code, status });
    }
  });

  it('is told by the body where the headers have lost it', async () => {
    const { driver, proxy } = await openContainer();
    const body = '<?xml version="1.0"?><Error><Code>ServerBusy</Code></Error>';
    proxy.inject({ fault: answer({ status: 503, body }) });
    expect(await failure(() => driver.get(KEY))).toMatchObject({ code: 'THROTTLED' });
  });

  it('may say how long to wait', async () => {
    const { driver, proxy } = await openContainer();
    proxy.inject({ fault: azure.error(503, 'ServerBusy', 'later', { 'retry-after': '7' }) });
    expect((await failure(() => driver.stat(KEY))).retryAfterMs).toBe(7000);
    expect((await failure(() => driver.put(KEY, bytes('x')))).retryAfterMs).toBe(7000);
  });

  it.each([
    [500, 'InternalError', 'unknown'],
    [500, 'OperationTimedOut', 'unknown'],
    [502, 'BadGateway', 'unknown'],
    [503, 'ServerBusy', 'no'],
    [403, 'AuthorizationFailure', 'no'],
    [409, 'BlobImmutableDueToPolicy', 'no'],
  ] as const)('%i %s to a change: applied is %s', async (status, code, applied) => {
    const { driver, proxy } = await openContainer();
    proxy.inject({ fault: azure.error(status, code) });
    expect((await failure(() => driver.put(KEY, bytes('x')))).applied).toBe(applied);
    expect((await failure(() => driver.stat(KEY))).applied).toBe('no');
  });
});

describe('a 404', () => {
  it('of the object is a definite answer, in one request', async () => {
    const { driver, proxy } = await openContainer();
    expect(await driver.stat(KEY)).toBeUndefined();
    expect((await failure(() => driver.get(KEY))).code).toBe('NOT_FOUND');
    expect(proxy.counts()).toEqual({ head: 1, get: 1 });
  });

  it('of the container is none of the object', async () => {
    const { open } = await openContainer();
    const driver = open({ container: 'other' });
    for (const call of [
      () => driver.stat(KEY),
      () => driver.get(KEY),
      () => driver.put(KEY, bytes('x')),
      () => driver.now(),
      () => driver.capabilities(),
    ]) {
      expect((await failure(call)).code).toBe('CONTAINER_NOT_FOUND');
    }
  });

  it('that says of nothing is looked into', async () => {
    const { driver, proxy, open } = await openContainer();
    proxy.inject({ when: { operation: ['head', 'get'] }, fault: answer({ status: 404 }) });
    expect(await driver.stat(KEY)).toBeUndefined();
    expect(proxy.counts()).toEqual({ head: 1, bucket: 1 });
    expect((await failure(() => driver.get(KEY))).code).toBe('NOT_FOUND');
    const other = open({ container: 'other' });
    expect((await failure(() => other.stat(KEY))).code).toBe('CONTAINER_NOT_FOUND');
    proxy.inject({ fault: answer({ status: 404 }) });
    expect((await failure(() => driver.stat(KEY))).code).toBe('UNAVAILABLE');
  });
});

describe('the network', () => {
  it('that ends a connection may have done what was asked', async () => {
    const { driver, proxy } = await openContainer();
    proxy.inject({ fault: reset() });
    for (const call of [() => driver.stat(KEY), () => driver.get(KEY)]) {
      expect(await failure(call)).toMatchObject({
        ...{ code: 'UNAVAILABLE', retry: 'after-backoff', applied: 'no' },
      });
    }
    expect(await failure(() => driver.put(KEY, bytes('x')))).toMatchObject({
      ...{ code: 'UNAVAILABLE', retry: 'after-backoff', applied: 'unknown' },
    });
  });

  it('that does not lead anywhere has done nothing', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => void probe.once('listening', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => void probe.close(resolve));
    const driver = createAzureDriver({
      container: 'registry',
      endpoint: `http://127.0.0.1:${port}/some`,
      credentials: { type: 'key', key: 'AAAA' },
    });
    onTestFinished(() => driver.close());
    expect(await failure(() => driver.put(KEY, bytes('x')))).toMatchObject({
      ...{ code: 'UNAVAILABLE', providerCode: 'ECONNREFUSED', applied: 'no' },
    });
  });

  const ends: readonly (readonly [string, Fault])[] = [
    ['is cut off', truncate({ share: 0.5 })],
    ['is reset', truncate({ share: 0.5 }, 'reset')],
  ];
  it.each(ends)('a body that %s is never a whole one', async (_, fault) => {
    const { driver, container, proxy } = await openContainer();
    container.put(KEY, 'x'.repeat(1000));
    container.put('a/large', 'x'.repeat(2_000_000));
    proxy.inject({ when: { operation: 'get' }, fault });
    for (const name of [KEY, key('a/large')]) {
      const error = await failure(async () => {
        const { body } = await driver.get(name);
        for await (const chunk of body) void chunk;
      });
      expect(['UNAVAILABLE', 'CORRUPT']).toContain(error.code);
      expect(error.retry).not.toBe('never');
    }
  });
});
