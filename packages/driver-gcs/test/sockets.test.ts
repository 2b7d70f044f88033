import { hang } from '@dunnage/conformance/proxy';
import { createGcsDriver } from '@dunnage/driver-gcs';
import { describe, expect, test } from 'vitest';
import { proxyFor } from '../dist/http/proxy.js';
import { bytes, failure, key, startRig, text, until } from './support.ts';
import { startTunnel } from './tunnel.ts';

describe('sockets', () => {
  test('are kept open, and no more are used at once than is allowed', async () => {
    const { bucket, proxy, open } = await startRig();
    const tunnel = await startTunnel(proxy.url);
    for (let n = 0; n < 40; n++) bucket.put(`k${n}`, 'content');
    const driver = open({
      ...{ endpoint: 'http://gcs.example', concurrency: 4 },
      env: { HTTP_PROXY: tunnel.url },
    });
    for (let round = 0; round < 3; round++) {
      const found = Array.from({ length: 40 }, async (_, n) =>
        text((await driver.get(key(`k${n}`))).body),
      );
      expect(new Set(await Promise.all(found))).toEqual(new Set(['content']));
    }
    expect(tunnel.asked).toHaveLength(4);
  });

  test('of requests in flight are bounded', async () => {
    const { open, proxy, inject } = await startRig();
    inject({ fault: hang() });
    const driver = open({ concurrency: 3 });
    const all = Array.from({ length: 10 }, (_, n) => failure(driver.stat(key(`k${n}`))));
    await until(() => proxy.requests.length === 3);
    await driver.close();
    for (const error of await Promise.all(all)) expect(error).toMatchObject({ code: 'CLOSED' });
    expect(proxy.requests).toHaveLength(3);
  });

  test('are closed with the driver, also those of bodies that nobody reads', async () => {
    const { open, bucket, proxy } = await startRig();
    bucket.put('large', Buffer.alloc(8 * 1024 * 1024));
    const driver = open();
    await driver.get(key('large'));
    await driver.close();
    await until(() => proxy.requests[0]?.ending === 'aborted');
  });
});

describe('a proxy', () => {
  test('that the environment names is gone through', async () => {
    const { proxy } = await startRig();
    const tunnel = await startTunnel(proxy.url);
    await using driver = createGcsDriver({
      ...{ bucket: 'images', endpoint: 'http://gcs.example:4443' },
      env: { HTTP_PROXY: tunnel.url, NO_PROXY: 'localhost' },
    });
    await driver.put(key('a'), bytes('content'));
    const { body } = await driver.get(key('a'));
    expect(await text(body)).toBe('content');
    expect(tunnel.asked).toEqual(['gcs.example:4443']);
  });

  const HTTPS = 'https://storage.googleapis.com';
  test.each<[string, Record<string, string>, string | undefined]>([
    [HTTPS, {}, undefined],
    [HTTPS, { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    [HTTPS, { https_proxy: 'http://p:1' }, 'http://p:1'],
    [HTTPS, { HTTP_PROXY: 'http://p:2' }, 'http://p:2'],
    [HTTPS, { HTTPS_PROXY: '', http_proxy: 'http://p:2' }, 'http://p:2'],
    ['http://h', { HTTPS_PROXY: 'http://p:1' }, undefined],
    ['http://h', { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://p:2' }, 'http://p:2'],
    [HTTPS, { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, undefined],
    [HTTPS, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a, storage.googleapis.com' }, undefined],
    [HTTPS, { HTTPS_PROXY: 'http://p:1', no_proxy: 'GoogleApis.com' }, undefined],
    [HTTPS, { HTTPS_PROXY: 'http://p:1', NO_PROXY: '.googleapis.com' }, undefined],
    [HTTPS, { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*.googleapis.com' }, undefined],
    [HTTPS, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'googleapis.com:443' }, undefined],
    [HTTPS, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'googleapis.com:80' }, 'http://p:1'],
    [HTTPS, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'apis.com,,x' }, 'http://p:1'],
    ['http://h', { HTTP_PROXY: 'http://p:2', NO_PROXY: 'h:80' }, undefined],
    ['http://h:81', { HTTP_PROXY: 'http://p:2', NO_PROXY: 'h:80' }, 'http://p:2'],
  ])('for %s in %j is %s', (endpoint, env, proxy) => {
    expect(proxyFor(new URL(endpoint), env)).toBe(proxy);
  });
});
