import { setTimeout as delay } from 'node:timers/promises';
import { hang, truncate } from '@dunnage/conformance/proxy';
import { parseKey } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';
import { proxyFor } from '../dist/proxy.js';
import { collect, failureOf, KEY, openBucket, openFaulty, textOf } from './support.ts';
import { startTunnel } from './tunnel.ts';

const MIB = 1024 * 1024;

/** Waits until something is true that comes by itself. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(5);
}

function aborting(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

describe('connections', () => {
  it('are kept, and no more are used at once than is allowed', async () => {
    const { double, bucket } = await openBucket();
    const tunnel = await startTunnel(double.url);
    const { driver } = await openBucket({
      driver: {
        ...{ endpoint: 'http://s3.example', credentials: double.credentials, concurrency: 4 },
        env: { HTTP_PROXY: tunnel.url },
      },
    });
    for (let n = 0; n < 40; n++) bucket.put(`k${n}`, 'content');
    for (let round = 0; round < 3; round++) {
      const found = Array.from({ length: 40 }, async (_, n) => textOf(driver, parseKey(`k${n}`)));
      expect(new Set(await Promise.all(found))).toEqual(new Set(['content']));
    }
    expect(tunnel.asked).toEqual(Array<string>(4).fill('s3.example:80'));
  });

  it('of requests in flight are bounded, whichever way they go', async () => {
    const { driver, proxy } = await openFaulty({ driver: { concurrency: 3 } });
    proxy.inject({ fault: hang() });
    const calls = Array.from({ length: 12 }, async (_, n) => {
      const key = parseKey(`k${n}`);
      const verbs = [
        () => driver.stat(key),
        () => driver.get(key),
        () => driver.put(key, Buffer.from('x')),
        () => collect(driver.list()),
      ];
      return failureOf(() => verbs[n % 4]?.());
    });
    await until(() => proxy.requests.length === 3);
    await driver.close();
    for (const error of await Promise.all(calls)) expect(error).toMatchObject({ code: 'CLOSED' });
    expect(proxy.requests).toHaveLength(3);
  });

  it('are not held up by bodies that nobody reads', async () => {
    const { driver, bucket } = await openBucket({ driver: { concurrency: 2 } });
    bucket.put('a/b', Buffer.alloc(MIB));
    const unread = await Promise.all(Array.from({ length: 10 }, () => driver.get(KEY)));
    expect(await driver.stat(KEY)).toMatchObject({ size: MIB });
    await Promise.all(unread.map(({ body }) => body.cancel()));
  });

  it('are closed with the driver, also those of bodies that nobody reads', async () => {
    const { driver, bucket, proxy } = await openFaulty();
    bucket.put('a/b', Buffer.alloc(8 * MIB));
    await driver.get(KEY);
    await driver.close();
    await until(() => proxy.requests[0]?.ending === 'aborted');
  });

  it('are let go by those who leave while they wait for one', async () => {
    const { driver, bucket, proxy } = await openFaulty({ driver: { concurrency: 1 } });
    bucket.put('a/b', 'content');
    const rule = proxy.inject({ fault: hang() });
    const first = new AbortController();
    const second = new AbortController();
    const calls = [first, second].map(({ signal }) => failureOf(() => driver.get(KEY, { signal })));
    await until(() => proxy.requests.length === 1);
    second.abort();
    expect(await calls[1]).toMatchObject({ code: 'ABORTED' });
    rule.remove();
    first.abort();
    expect(await calls[0]).toMatchObject({ code: 'ABORTED' });
    expect(await textOf(driver, KEY)).toBe('content');
  });
});

describe('an abort', () => {
  it.each([
    'stat',
    'get',
    'put',
    'list',
    'delete',
    'now',
    'copy',
    'versionsOf',
    'pendingUploads',
  ] as const)('of %s ends its connection', async (verb) => {
    const { driver, proxy } = await openFaulty({ bucket: { versioning: 'Enabled' } });
    await driver.capabilities();
    proxy.forget();
    proxy.inject({ fault: hang() });
    const abort = new AbortController();
    const options = { signal: abort.signal };
    const verbs = {
      stat: () => driver.stat(KEY, options),
      get: () => driver.get(KEY, options),
      put: () => driver.put(KEY, Buffer.from('x'), options),
      list: () => collect(driver.list(options)),
      delete: () => collect(driver.delete([{ key: KEY }], options)),
      now: () => driver.now(options),
      copy: () => driver.copy?.(KEY, parseKey('c'), options),
      versionsOf: () => collect(driver.versionsOf?.(options)),
      pendingUploads: () => collect(driver.pendingUploads?.(options)),
    };
    const failure = failureOf(verbs[verb]);
    await until(() => proxy.requests.length === 1);
    abort.abort(new Error('enough'));
    const error = await failure;
    expect(error).toMatchObject({ code: 'ABORTED', op: verb });
    expect(error.cause).toBe(abort.signal.reason);
    await until(() => proxy.requests[0]?.ending === 'aborted');
  });

  it.each(['get', 'put'] as const)('ends a %s that waits for credentials', async (verb) => {
    const asked = Promise.withResolvers<void>();
    const credentials = async (): Promise<never> => {
      asked.resolve();
      return new Promise<never>(() => undefined);
    };
    const { driver } = await openBucket({ driver: { credentials } });
    const { signal, abort } = aborting();
    const verbs = {
      get: () => driver.get(KEY, { signal }),
      put: () => driver.put(KEY, Buffer.from('x'), { signal }),
    };
    const failure = failureOf(verbs[verb]);
    await asked.promise;
    abort();
    expect(await failure).toMatchObject({ code: 'ABORTED' });
  });

  it('of a body that stalls ends its connection', async () => {
    const { driver, bucket, proxy } = await openFaulty();
    for (const size of [1000, MIB]) {
      bucket.put('a/b', Buffer.alloc(size));
      proxy.forget();
      proxy.clear();
      proxy.inject({ fault: truncate({ share: 0.5 }, 'stall') });
      const abort = new AbortController();
      const text = failureOf(async () => {
        const { body } = await driver.get(KEY, { signal: abort.signal });
        for await (const chunk of body) void chunk;
      });
      await until(() => (proxy.requests[0]?.bytesOut ?? 0) >= size / 2);
      abort.abort();
      expect(await text).toMatchObject({ code: 'ABORTED' });
      await until(() => proxy.requests[0]?.ending === 'aborted');
    }
  });
});

describe('a proxy', () => {
  it('that the environment names is gone through, also by the SDK', async () => {
    const { double, bucket } = await openBucket();
    const tunnel = await startTunnel(double.url);
    const env = { HTTP_PROXY: tunnel.url, NO_PROXY: 'localhost' };
    const { driver } = await openBucket({
      driver: { endpoint: 'http://s3.example:9000', credentials: double.credentials, env },
    });
    await driver.put(KEY, Buffer.from('content'));
    expect(await textOf(driver, KEY)).toBe('content');
    expect(bucket.names()).toEqual(['a/b']);
    expect(new Set(tunnel.asked)).toEqual(new Set(['s3.example:9000']));
  });

  it.each<['http:' | 'https:', string, Record<string, string>, string | undefined]>([
    ['https:', 'h', {}, undefined],
    ['https:', 'h', { HTTPS_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['https:', 'h', { https_proxy: 'http://p:1', HTTPS_PROXY: 'http://q:1' }, 'http://p:1/'],
    ['https:', 'h', { https_proxy: 'p:1' }, 'http://p:1/'],
    ['https:', 'h', { HTTP_PROXY: 'http://p:1' }, undefined],
    ['https:', 'h', { ALL_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['https:', 'h', { HTTPS_PROXY: ' ' }, undefined],
    ['http:', 'h', { HTTP_PROXY: 'http://p:1', HTTPS_PROXY: 'http://q:1' }, 'http://p:1/'],
    ['https:', 'h', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, undefined],
    ['https:', 'b.s3.example', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a, S3.example' }, undefined],
    ['https:', 'b.s3.example', { HTTPS_PROXY: 'http://p:1', no_proxy: '.s3.example' }, undefined],
    ['https:', 'b.s3.example', { HTTPS_PROXY: 'http://p:1', no_proxy: '*.example' }, undefined],
    ['https:', 'h', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'h:443' }, undefined],
    ['https:', 'h:8443', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'h:443' }, 'http://p:1/'],
    ['http:', 'h', { HTTP_PROXY: 'http://p:1', NO_PROXY: 'h:80' }, undefined],
    ['https:', 'ah', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'h' }, 'http://p:1/'],
    ['http:', '[::1]:9000', { HTTP_PROXY: 'http://p:1', NO_PROXY: '[::1]' }, undefined],
  ])('for %s//%s in %j is %s', (protocol, host, env, proxy) => {
    expect(proxyFor(protocol, host, env)?.href).toBe(proxy);
  });

  it('of another kind is refused', () => {
    expect(() => proxyFor('http:', 'h', { HTTP_PROXY: 'socks5://p:1' })).toThrow(/HTTP_PROXY/);
  });
});
