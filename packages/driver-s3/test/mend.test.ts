import { s3 } from '@dunnage/conformance/proxy';
import { describe, expect, it } from 'vitest';
import { collect, failureOf, KEY, keysOf, openBucket, openFaulty, textOf } from './support.ts';

describe('a bucket in another region', () => {
  it('is followed there once, and asked there from then on', async () => {
    const { driver, bucket, proxy } = await openFaulty({ bucket: { region: 'eu-west-1' } });
    bucket.put('a/b', 'content');
    expect(await textOf(driver, KEY)).toBe('content');
    expect(proxy.counts()).toEqual({ get: 2 });
    proxy.forget();
    await driver.put(KEY, Buffer.from('newer'));
    expect(await keysOf(driver)).toEqual(['a/b']);
    expect(await driver.stat(KEY)).toMatchObject({ size: 5 });
    expect(proxy.counts()).toEqual({ put: 1, head: 2, list: 1 });
  });

  it.each(['stat', 'put', 'list', 'delete', 'now', 'capabilities'] as const)(
    '%s finds it',
    async (verb) => {
      const { driver, bucket } = await openBucket({ bucket: { region: 'eu-west-1' } });
      bucket.put('a/b', 'content');
      const verbs = {
        stat: () => driver.stat(KEY),
        put: () => driver.put(KEY, Buffer.from('x')),
        list: () => collect(driver.list()),
        delete: () => collect(driver.delete([{ key: KEY }])),
        now: () => driver.now(),
        capabilities: () => driver.capabilities(),
      };
      await verbs[verb]();
      expect(bucket.names()).toEqual(verb === 'delete' ? [] : ['a/b']);
    },
  );

  it('that sends from one to the next is given up', async () => {
    const { driver, proxy } = await openFaulty();
    proxy.inject({
      when: { nth: 1 },
      fault: s3.redirect('eu-west-1', 's3.eu-west-1.amazonaws.com'),
    });
    proxy.inject({ fault: s3.redirect('eu-west-2', 's3.eu-west-2.amazonaws.com') });
    expect(await failureOf(() => driver.get(KEY))).toMatchObject({
      code: 'CONFIG_INVALID',
      status: 301,
      retry: 'never',
    });
    expect(proxy.requests).toHaveLength(2);
  });

  it('with a name that is none is not followed', async () => {
    const { driver, proxy } = await openFaulty();
    proxy.inject({ fault: s3.redirect('evil.example/', 'evil.example') });
    expect(await failureOf(() => driver.get(KEY))).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(proxy.requests).toHaveLength(1);
  });
});

describe('a clock that is off', () => {
  it('is put right by the store’s', async () => {
    let hours = 1;
    const clock = (): number => Date.now() + hours * 3_600_000;
    const { driver, bucket, proxy } = await openFaulty({ double: { clock } });
    bucket.put('a/b', 'content');
    expect(await textOf(driver, KEY)).toBe('content');
    expect(proxy.counts()).toEqual({ get: 2 });
    proxy.forget();
    await driver.put(KEY, Buffer.from('newer'));
    expect(proxy.counts()).toEqual({ put: 1, head: 1 });
    hours = -1;
    await driver.put(KEY, Buffer.from('newest'));
    expect(await driver.stat(KEY)).toMatchObject({ size: 6 });
  });

  it('is no reason to try again where something else is forbidden', async () => {
    const { driver, proxy } = await openFaulty();
    proxy.inject({ fault: s3.error(403, 'AccessDenied') });
    expect(await failureOf(() => driver.get(KEY))).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(proxy.requests).toHaveLength(1);
  });
});

describe('credentials that have expired', () => {
  const named = (name: string) => ({
    accessKeyId: `AKIA${name}`,
    secretAccessKey: name,
    sessionToken: `token of ${name}`,
  });

  it.each(['stat', 'get', 'put', 'list'] as const)('are asked for again by %s', async (verb) => {
    const given: string[] = [];
    const { driver, bucket, double } = await openBucket({
      double: { credentials: { ...named('first'), expiresMs: 0 } },
      driver: {
        credentials: async () => {
          const name = given.length === 0 ? 'first' : 'second';
          given.push(name);
          if (name === 'second') double.credentials = named('second');
          return named(name);
        },
      },
    });
    bucket.put('a/b', 'content');
    const verbs = {
      stat: () => driver.stat(KEY),
      get: () => textOf(driver, KEY),
      put: () => driver.put(KEY, Buffer.from('x')),
      list: () => keysOf(driver),
    };
    await verbs[verb]();
    await verbs[verb]();
    expect(given).toEqual(['first', 'second']);
  });

  it('are asked for once by many requests', async () => {
    let asked = 0;
    const { driver, bucket, proxy } = await openFaulty({
      double: { credentials: named('second') },
      driver: { credentials: async () => named(asked++ === 0 ? 'first' : 'second') },
    });
    bucket.put('a/b', 'content');
    const headers = { 'x-amz-security-token': 'token of first' };
    proxy.inject({ when: { headers }, fault: s3.error(400, 'ExpiredToken') });
    const texts = await Promise.all(Array.from({ length: 50 }, () => textOf(driver, KEY)));
    expect(new Set(texts)).toEqual(new Set(['content']));
    expect(asked).toBe(2);
    expect(proxy.counts()).toEqual({ get: 100 });
  });

  it('fail where there are no others', async () => {
    const { driver, proxy } = await openFaulty({
      double: { credentials: { ...named('a'), expiresMs: 0 } },
    });
    expect(await failureOf(() => driver.get(KEY))).toMatchObject({
      code: 'UNAUTHENTICATED',
      providerCode: 'ExpiredToken',
    });
    expect(proxy.requests).toHaveLength(2);
  });
});
