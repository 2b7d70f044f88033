import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { delay, gcs } from '@dunnage/conformance/proxy';
import type { StorageDriver } from '@dunnage/driver-api';
import { createGcsDriver } from '@dunnage/driver-gcs';
import { OAuth2Client } from 'google-auth-library';
import { describe, expect, test, vi } from 'vitest';
import { afterThis, collect, failure, key, startRig } from './support.ts';
import type { Rig } from './support.ts';

const TOKEN = 'the-right-token';
const HOUR_MS = 60 * 60 * 1000;

const guarded = (): Promise<Rig> => startRig({ double: { token: TOKEN } });

/** A client whose tokens come from `next`, one after the other. */
function clientOf(...tokens: readonly string[]): { client: OAuth2Client; given: () => number } {
  const client = new OAuth2Client();
  let given = 0;
  client.refreshHandler = async () => ({
    access_token: tokens[given++] ?? 'none',
    expiry_date: Date.now() + HOUR_MS,
  });
  return { client, given: () => given };
}

/** A directory that goes with the test. */
function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dunnage-gcs-'));
  afterThis(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** A service that changes one kind of token for another, as workload identity federation does. */
async function tokenService(
  status: number,
  answer: object,
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push(body);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterThis(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, asked };
}

/** What workload identity federation writes into a key file. */
function federation(tokenUrl: string): Record<string, unknown> {
  const file = join(scratch(), 'subject');
  writeFileSync(file, 'the-subject-token');
  return {
    type: 'external_account',
    audience:
      '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: tokenUrl,
    credential_source: { file },
  };
}

const GRANTED = {
  access_token: TOKEN,
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  token_type: 'Bearer',
  expires_in: 3600,
};

describe('credentials', () => {
  test('of a client that the caller brings', async () => {
    const { open } = await guarded();
    const { client, given } = clientOf(TOKEN);
    const driver = open({ authClient: client });
    for (let round = 0; round < 5; round++) expect(await driver.stat(key('a'))).toBeUndefined();
    expect(given()).toBe(1);
  });

  test('of a key file, which may be one of workload identity federation', async () => {
    const { open } = await guarded();
    const service = await tokenService(200, GRANTED);
    const keyfile = join(scratch(), 'key.json');
    writeFileSync(keyfile, JSON.stringify(federation(service.url)));
    const driver = open({ keyfile });
    expect(await driver.stat(key('a'))).toBeUndefined();
    expect(await driver.stat(key('b'))).toBeUndefined();
    expect(service.asked).toHaveLength(1);
    expect(service.asked[0]).toContain('the-subject-token');
  });

  test('as the registry’s configuration has them', async () => {
    const { open } = await guarded();
    const service = await tokenService(200, GRANTED);
    const driver = open({ credentials: federation(service.url) });
    expect(await driver.stat(key('a'))).toBeUndefined();
  });

  test('of the environment, where they are asked for', async () => {
    const { open } = await guarded();
    const service = await tokenService(200, GRANTED);
    const keyfile = join(scratch(), 'key.json');
    writeFileSync(keyfile, JSON.stringify(federation(service.url)));
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', keyfile);
    afterThis(() => vi.unstubAllEnvs());
    const stranger = open();
    expect(await failure(stranger.stat(key('a')))).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(service.asked).toEqual([]);
    const driver = open({ anonymous: false });
    expect(await driver.stat(key('a'))).toBeUndefined();
  });
});

describe('a token that is refused', () => {
  test('is worth a second try, with a new one', async () => {
    const { open } = await guarded();
    const { client, given } = clientOf('revoked', TOKEN);
    const driver = open({ authClient: client });
    const error = await failure(driver.stat(key('a')));
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', status: 401, retry: 'safe' });
    expect(await driver.stat(key('a'))).toBeUndefined();
    expect(given()).toBe(2);
  });

  test('by many requests at once is worth a second try for each', async () => {
    const { open } = await guarded();
    const { client, given } = clientOf('revoked', TOKEN);
    const driver = open({ authClient: client });
    const all = (): Promise<unknown>[] =>
      Array.from({ length: 20 }, (_, n) => driver.stat(key(`k${n}`)));
    for (const error of await Promise.all(all().map(failure))) {
      expect(error).toMatchObject({ code: 'UNAUTHENTICATED', retry: 'safe' });
    }
    expect(await Promise.all(all())).toEqual(Array(20).fill(undefined));
    expect(given()).toBe(2);
  });

  test('is worth a second try also where others with it were still taken', async () => {
    const { open, inject } = await guarded();
    const driver = open({ authClient: clientOf(TOKEN, TOKEN).client });
    const refusal = gcs.error(401, 'authError');
    inject({ when: { path: /late$/ }, fault: delay(100, refusal) });
    inject({ when: { path: /taken$/ }, fault: delay(50) });
    inject({ when: { path: /early$/ }, fault: refusal });
    const taken = driver.stat(key('taken'));
    const refused = ['early', 'late'].map((name) => failure(driver.stat(key(name))));
    expect(await taken).toBeUndefined();
    for (const error of await Promise.all(refused)) expect(error).toMatchObject({ retry: 'safe' });
  });

  test('is worth no third', async () => {
    const { open } = await guarded();
    const driver = open({ authClient: clientOf('revoked', 'revoked, too', 'and this').client });
    const retries = [];
    for (let round = 0; round < 3; round++) {
      retries.push((await failure(driver.stat(key('a')))).retry);
    }
    expect(retries).toEqual(['safe', 'never', 'never']);
  });

  test('after others that were taken is worth a second try again', async () => {
    const { open, inject } = await guarded();
    const driver = open({ authClient: clientOf(TOKEN, TOKEN, TOKEN).client });
    for (let round = 0; round < 2; round++) {
      expect(await driver.stat(key('a'))).toBeUndefined();
      inject({ times: 1, fault: gcs.error(401, 'authError') });
      expect(await failure(driver.stat(key('a')))).toMatchObject({ retry: 'safe' });
    }
  });

  test('of a key file is asked for again', async () => {
    const { open } = await guarded();
    const service = await tokenService(200, { ...GRANTED, access_token: 'not right' });
    const driver = open({ credentials: federation(service.url) });
    expect(await failure(driver.stat(key('a')))).toMatchObject({ retry: 'safe' });
    expect(await failure(driver.stat(key('a')))).toMatchObject({ retry: 'never' });
    expect(service.asked).toHaveLength(2);
  });

  test('fails a delete before anything is deleted', async () => {
    const { open, bucket } = await guarded();
    bucket.put('a', '');
    const driver = open({ authClient: new OAuth2Client() });
    const error = await failure(collect(driver.delete([{ key: key('a') }])));
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', op: 'delete' });
    expect(bucket.names()).toEqual(['a']);
  });
});

describe('no token', () => {
  const statOf = async (driver: StorageDriver): Promise<unknown> => failure(driver.stat(key('a')));

  test('because the key file is not there, or is no key', async () => {
    const { open } = await guarded();
    const directory = scratch();
    const missing = await statOf(open({ keyfile: join(directory, 'none.json') }));
    expect(missing).toMatchObject({ code: 'CONFIG_INVALID', retry: 'never' });
    const keyfile = join(directory, 'key.json');
    writeFileSync(keyfile, '{ "type": "service_account", "private_key": ');
    expect(await statOf(open({ keyfile }))).toMatchObject({ code: 'CONFIG_INVALID' });
    writeFileSync(keyfile, '{ "type": "service_account" }');
    expect(await statOf(open({ keyfile }))).toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('because the service refuses, or can not now', async () => {
    const { open } = await guarded();
    const refusing = await tokenService(400, { error: 'invalid_grant' });
    const refused = await statOf(open({ credentials: federation(refusing.url) }));
    expect(refused).toMatchObject({ code: 'UNAUTHENTICATED', retry: 'never' });
    const gone = open({ credentials: federation('http://127.0.0.1:9/token') });
    expect(await statOf(gone)).toMatchObject({ code: 'UNAVAILABLE', retry: 'after-backoff' });
  });

  test('yet, and nobody waits any longer', async () => {
    const { open } = await guarded();
    const client = new OAuth2Client();
    client.refreshHandler = () => new Promise(() => undefined);
    const driver = open({ authClient: client });
    const abort = new AbortController();
    const failed = failure(driver.stat(key('a'), { signal: abort.signal }));
    abort.abort();
    expect(await failed).toMatchObject({ code: 'ABORTED' });
    const closed = failure(driver.stat(key('a')));
    await driver.close();
    expect(await closed).toMatchObject({ code: 'CLOSED' });
  });
});

test('credentials that go unencrypted to another host are warned of', () => {
  const warnings: string[] = [];
  const open = (endpoint: string): unknown =>
    createGcsDriver({
      ...{ bucket: 'images', endpoint, authClient: new OAuth2Client() },
      warn: (message) => void warnings.push(message),
    });
  open('http://127.0.0.1:9');
  open('https://storage.example');
  expect(warnings).toEqual([]);
  open('http://storage.example');
  expect(warnings).toEqual([expect.stringContaining('http://storage.example')]);
});
