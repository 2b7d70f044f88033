import { inspect } from 'node:util';
import { answer, gcs, hang, reset, truncate } from '@dunnage/conformance/proxy';
import type { StorageDriver } from '@dunnage/driver-api';
import { isStorageError } from '@dunnage/driver-api';
import { createGcsDriver } from '@dunnage/driver-gcs';
import { OAuth2Client } from 'google-auth-library';
import { expect, test } from 'vitest';
import { bytes, collect, key, startRig } from './support.ts';

const TOKEN = 'ya29.hush-hush';
const PRIVATE_KEY = '-----BEGIN PRIVATE KEY-----\naHVzaC1odXNo\n-----END PRIVATE KEY-----\n';

/** Everything that somebody might log of a value. */
function shown(value: unknown): string {
  const stack = value instanceof Error ? (value.stack ?? '') : '';
  return [
    ...[JSON.stringify(value) ?? '', stack, String(value)],
    ...[inspect(value, { depth: 20, showHidden: true, getters: true })],
  ].join('\n');
}

function withToken(): OAuth2Client {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: TOKEN, expiry_date: Date.now() + 3_600_000 });
  return client;
}

async function everyVerb(driver: StorageDriver): Promise<unknown[]> {
  const large = Buffer.alloc(9 * 1024 * 1024);
  const signal = AbortSignal.timeout(300);
  const calls = [
    driver.capabilities({ signal }),
    driver.stat(key('a'), { signal }),
    driver.get(key('a'), { signal }),
    driver.put(key('a'), bytes('x'), { signal }),
    driver.put(key('a'), large, { signal }),
    collect(driver.list({ signal })),
    collect(driver.delete([{ key: key('a') }], { signal })),
    driver.now({ signal }),
    driver.copy?.(key('a'), key('b'), { signal }),
    driver.move?.(key('a'), key('b'), { signal }),
    driver.undelete?.(key('a'), '17', { signal }),
  ];
  const settled = await Promise.allSettled(calls.map(async (call) => call));
  return settled.map((each) => (each.status === 'rejected' ? each.reason : each.value) as unknown);
}

test('what a driver shows of itself holds no secret', async () => {
  const credentials = { client_email: 'a@b', private_key: PRIVATE_KEY, private_key_id: 'hush-id' };
  const drivers = [
    createGcsDriver({ bucket: 'images', credentials }),
    createGcsDriver({ bucket: 'images', authClient: withToken() }),
    createGcsDriver({ bucket: 'images', env: { HTTPS_PROXY: 'http://user:hush-word@proxy:1' } }),
  ];
  for (const driver of drivers) {
    expect(shown(driver)).toContain('gs://images');
    expect(shown(driver)).not.toMatch(/aHVz|hush/);
    await driver.close();
  }
});

test.each([
  ['refusals', gcs.error(401, 'authError', `the token ${TOKEN} is not good`)],
  ['failures', gcs.backendError()],
  ['odd successes', answer({ status: 200, body: 'ok' })],
  [
    'redirections',
    answer({ status: 307, headers: { location: `http://x/?access_token=${TOKEN}` } }),
  ],
  ['cut connections', reset()],
  ['cut bodies', truncate({ share: 0.5 })],
  ['silence', hang()],
])('no error of %s holds one', async (_, fault) => {
  const { open, inject, bucket } = await startRig({ double: { token: TOKEN } });
  bucket.put('a', 'content');
  const driver = open({ authClient: withToken() });
  inject({ fault });
  for (const result of await everyVerb(driver)) {
    expect(shown(result)).not.toContain('hush');
    expect(shown(result)).not.toMatch(/upload_id|authorization/i);
  }
  expect(shown(driver)).not.toContain('hush');
});

test('nor does one of an upload session that fails', async () => {
  const { open, inject, proxy } = await startRig({ double: { token: TOKEN } });
  const driver = open({ authClient: withToken() });
  inject({ when: { operation: 'multipart-part' }, fault: reset() });
  const put = driver.put(key('a'), Buffer.alloc(9 * 1024 * 1024));
  const error: unknown = await put.catch((thrown: unknown) => thrown);
  expect(isStorageError(error)).toBe(true);
  const session = proxy.requests.find(({ query }) => query['upload_id'] !== undefined);
  expect(session?.query['upload_id']).toMatch(/.{8}/);
  expect(shown(error)).not.toContain(session?.query['upload_id']);
  expect(shown(error)).not.toContain('hush');
});

test('nor does one of credentials that can not be used', async () => {
  const { open } = await startRig();
  const credentials = { type: 'service_account', client_email: 'a@b', private_key: PRIVATE_KEY };
  for (const broken of [credentials, { ...credentials, client_email: undefined }]) {
    const driver = open({ credentials: broken });
    const error: unknown = await driver.stat(key('a')).catch((thrown: unknown) => thrown);
    expect(isStorageError(error)).toBe(true);
    expect(shown(error)).not.toMatch(/aHVz|PRIVATE/);
  }
});
