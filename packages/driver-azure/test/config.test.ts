import type { DriverSource, OpenContext } from '@dunnage/driver-api';
import { createAzureDriver, open, registration } from '@dunnage/driver-azure';
import type { AzureOptions } from '@dunnage/driver-azure';
import { describe, expect, it, onTestFinished } from 'vitest';
import { optionsFrom } from '../dist/config/index.js';
import { failure } from './support.ts';

const KEY = 'c29tZSBrZXk=';
const SAS = 'sv=2024-11-04&ss=b&srt=co&sp=rl&se=2030-01-01T00%3A00%3A00Z&sig=c2ln';

function context(env: OpenContext['env'] = {}): OpenContext & { readonly warnings: string[] } {
  const warnings: string[] = [];
  return { env, warnings, warn: (message) => void warnings.push(message) };
}

function ofUrl(url: string, env?: OpenContext['env']): AzureOptions {
  return optionsFrom({ from: 'url', url }, context(env));
}

function ofConfig(parameters: Readonly<Record<string, unknown>>, given = context()): AzureOptions {
  return optionsFrom({ from: 'registry-config', name: 'azure', parameters }, given);
}

async function idOf(source: DriverSource, env: OpenContext['env'] = {}): Promise<string> {
  const driver = await open(source, context(env));
  onTestFinished(() => driver.close());
  return driver.id;
}

const url = (text: string): DriverSource => ({ from: 'url', url: text });

describe('a URL', () => {
  it('names container, root, account and endpoint', () => {
    expect(
      ofUrl('azblob://images/a/b/?account=some&legacyroot=true&snapshots=delete&skipverify=1', {
        AZURE_STORAGE_KEY: KEY,
      }),
    ).toMatchObject({
      ...{ container: 'images', root: 'a/b', account: 'some', legacyRoot: true },
      ...{ snapshots: 'delete', skipVerify: true, credentials: { type: 'key', key: KEY } },
    });
    expect(
      ofUrl('azblob://images?endpoint=http://127.0.0.1:10000/devstoreaccount1', {
        AZURE_STORAGE_KEY: KEY,
      }),
    ).toMatchObject({ endpoint: 'http://127.0.0.1:10000/devstoreaccount1' });
  });

  it.each([
    ['azblob://images', 'no storage account is named'],
    ['azblob://Images?account=some', 'is not the name of a container'],
    ['azblob://im--ages?account=some', 'is not the name of a container'],
    ['azblob://images?account=Some', 'is not the name of a storage account'],
    ['azblob://images?account=some&acount=x', 'accepted: account, auth, endpoint'],
    ['azblob://images?account=some&auth=sas', 'AZURE_STORAGE_SAS_TOKEN'],
    ['azblob://images?account=some&auth=magic', 'key, sas, identity'],
    ['azblob://images?account=some&snapshots=maybe', 'keep, delete'],
    ['azblob://images?account=some&endpoint=ftp://x', 'http:// or https://'],
    ['azblob://images?account=some&endpoint=https://x/?sv=1', 'a SAS does not belong into it'],
    ['azblob://images/../x?account=some&endpoint=http://127.0.0.1:1', 'https:// only'],
    ['azblob://images?account=some&sig=x', 'is a secret'],
    ['azblob:images', 'names no bucket or container'],
  ])('that is wrong is refused: %s', async (text, why) => {
    const error = await failure(() => open(url(text), context()));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(why);
  });

  it('is what the driver is known by, the same for the same storage', async () => {
    const env = { AZURE_STORAGE_KEY: KEY };
    const plain = 'azblob://images?account=some';
    expect(await idOf(url(plain), env)).toBe(plain);
    expect(await idOf(url('azblob://images/?account=some&auth=key'), env)).toBe(plain);
    expect(
      await idOf(url('azblob://images?endpoint=https://some.blob.core.windows.net/'), env),
    ).toBe(plain);
    const parameters = { container: 'images', accountname: 'some', accountkey: KEY };
    expect(await idOf({ from: 'registry-config', name: 'azure', parameters })).toBe(plain);
    expect(await idOf(url('azblob://images/a%20b/c?account=some&legacyroot=yes'), env)).toBe(
      'azblob://images/a%20b/c?account=some&legacyroot=true',
    );
    expect(await idOf(url('azblob://images?account=some&endpoint=http://127.0.0.1:1'), env)).toBe(
      'azblob://images?account=some&endpoint=http%3A%2F%2F127.0.0.1%3A1%2Fsome',
    );
    expect(registration.example).toMatch(/^azblob:/);
  });
});

describe('the environment', () => {
  const CONNECTION = `DefaultEndpointsProtocol=https;AccountName=some;AccountKey=${KEY};EndpointSuffix=core.chinacloudapi.cn`;

  it('gives the account and how to get in', () => {
    expect(ofUrl('azblob://images', { AZURE_STORAGE_CONNECTION_STRING: CONNECTION })).toMatchObject(
      {
        account: 'some',
        endpoint: 'https://some.blob.core.chinacloudapi.cn',
        credentials: { type: 'key', key: KEY },
      },
    );
    expect(
      ofUrl('azblob://images', { AZURE_STORAGE_CONNECTION_STRING: 'UseDevelopmentStorage=true' }),
    ).toMatchObject({
      account: 'devstoreaccount1',
      endpoint: 'http://127.0.0.1:10000/devstoreaccount1',
      credentials: { type: 'key' },
    });
    expect(
      ofUrl('azblob://images', {
        AZURE_STORAGE_CONNECTION_STRING: `BlobEndpoint=https://some.blob.core.windows.net/;SharedAccessSignature=${SAS}`,
      }),
    ).toMatchObject({ account: 'some', credentials: { type: 'sas' } });
    expect(
      ofUrl('azblob://images', { AZURE_STORAGE_ACCOUNT: 'some', AZURE_STORAGE_SAS_TOKEN: SAS }),
    ).toMatchObject({ account: 'some', credentials: { type: 'sas', token: SAS } });
  });

  it('is asked for a key, then a SAS, then an identity, unless one of them is wanted', () => {
    const both = { AZURE_STORAGE_KEY: KEY, AZURE_STORAGE_SAS_TOKEN: SAS };
    const types = ['', '&auth=sas', '&auth=identity'].map(
      (auth) => ofUrl(`azblob://images?account=some${auth}`, both).credentials?.type,
    );
    expect(types).toEqual(['key', 'sas', 'identity']);
    expect(ofUrl('azblob://images?account=some').credentials).toEqual({ type: 'identity' });
    const application = { AZURE_CLIENT_ID: 'c', AZURE_TENANT_ID: 't', AZURE_CLIENT_SECRET: 's' };
    expect(ofUrl('azblob://images?account=some', application).credentials).toEqual({
      ...{ type: 'client-secret', clientId: 'c', tenantId: 't', secret: 's' },
    });
    expect(ofUrl('azblob://images?account=some', { AZURE_CLIENT_ID: 'c' }).credentials).toEqual({
      type: 'identity',
      clientId: 'c',
    });
  });

  it.each([
    { AZURE_STORAGE_CONNECTION_STRING: CONNECTION },
    { AZURE_STORAGE_ACCOUNT: 'some', AZURE_STORAGE_KEY: KEY },
  ])('about another account is refused, unless an identity is wanted (%#)', async (env) => {
    const error = await failure(() => open(url('azblob://images?account=other'), context(env)));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain('is about some');
    expect(ofUrl('azblob://images?account=other&auth=identity', env)).toMatchObject({
      account: 'other',
      credentials: { type: 'identity' },
    });
  });
});

describe("a registry's configuration", () => {
  const BASE = { container: 'images', accountname: 'some' };

  it('of version 2 has a key', () => {
    expect(ofConfig({ ...BASE, accountkey: KEY, realm: 'core.usgovcloudapi.net' })).toMatchObject({
      ...{ container: 'images', account: 'some', legacyRoot: false },
      endpoint: 'https://some.blob.core.usgovcloudapi.net',
      credentials: { type: 'key', key: KEY },
    });
  });

  it('of version 3 says which credentials', () => {
    const credentials = (section: object, env = {}): unknown =>
      ofConfig({ ...BASE, credentials: section, accountkey: KEY }, context(env)).credentials;
    expect(credentials({ type: 'shared_key' })).toEqual({ type: 'key', key: KEY });
    expect(
      credentials({ type: 'client_secret', clientid: 'c', tenantid: 't', secret: 's' }),
    ).toEqual({ type: 'client-secret', clientId: 'c', tenantId: 't', secret: 's' });
    expect(credentials({ type: 'default_credentials', clientid: 'c' })).toEqual({
      type: 'identity',
      clientId: 'c',
    });
    expect(credentials({ type: 'default' })).toEqual({ type: 'identity' });
    expect(
      ofConfig({ ...BASE, accountkey: KEY, rootdirectory: '/a/b', skipverify: true }),
    ).toMatchObject({ root: '/a/b', skipVerify: true });
    expect(
      ofConfig({ ...BASE, accountkey: KEY, serviceurl: 'http://127.0.0.1:10000/some' }),
    ).toMatchObject({ endpoint: 'http://127.0.0.1:10000/some', account: 'some' });
  });

  it("of GitLab's registry has names of its own", () => {
    expect(
      ofConfig({
        ...BASE,
        ...{ credentials_type: 'client_secret', client_id: 'c', tenant_id: 't', secret: 's' },
      }).credentials,
    ).toEqual({ type: 'client-secret', clientId: 'c', tenantId: 't', secret: 's' });
    const legacy = (parameters: object): boolean | undefined =>
      ofConfig({ ...BASE, accountkey: KEY, ...parameters }).legacyRoot;
    expect(legacy({})).toBe(false);
    expect(legacy({ legacyrootprefix: true })).toBe(true);
    expect(legacy({ trimlegacyrootprefix: false })).toBe(true);
    expect(legacy({ trimlegacyrootprefix: true })).toBe(false);
    expect(legacy({ legacyrootprefix: true, trimlegacyrootprefix: false })).toBe(true);
  });

  it('may have what a collector does not need, and unknown names are told of', () => {
    const given = context();
    ofConfig(
      {
        ...{ ...BASE, accountkey: KEY, max_retries: 5, retry_delay: '100ms', chunksize: 1 },
        ...{ copy_status_poll_max_retry: 5, copy_status_poll_delay: '100ms', debug_log: true },
      },
      given,
    );
    expect(given.warnings).toEqual(['storage.azure.chunksize is not known here and is ignored']);
  });

  it.each([
    [{ accountname: 'some' }, 'storage.azure.container'],
    [{ container: 'images' }, 'no storage account is named'],
    [{ ...BASE, accountkey: '!' }, 'not Base64'],
    [{ ...BASE, credentials: { type: 'shared_key' } }, 'storage.azure.accountkey'],
    [{ ...BASE, credentials: { type: 'client_secret' } }, 'clientid, tenantid and secret'],
    [{ ...BASE, credentials: { type: 'odd' } }, 'shared_key, client_secret'],
    [{ ...BASE, credentials: 'odd' }, 'a section'],
    [{ ...BASE, legacyrootprefix: true, trimlegacyrootprefix: true }, 'contradict each other'],
    [{ container: 'images', connectionstring: 'odd' }, 'storage.azure.connectionstring'],
  ])('that is wrong is refused: %j', async (parameters, why) => {
    const source = { from: 'registry-config', name: 'azure', parameters } as const;
    const error = await failure(() => open(source, context()));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(why);
  });
});

it('options in a program are checked, too', async () => {
  const wrong = (options: object): Promise<unknown> =>
    failure(async () => createAzureDriver({ container: 'images', account: 'some', ...options }));
  for (const options of [
    { container: 'x' },
    { account: '' },
    { root: 'a/../b' },
    { credentials: { type: 'key', key: 'no Base64' } },
    { credentials: { type: 'sas', token: 'sv=1' } },
    { endpoint: 'http://127.0.0.1:10000/some' },
  ]) {
    expect(await wrong(options)).toMatchObject({ code: 'CONFIG_INVALID' });
  }
});
