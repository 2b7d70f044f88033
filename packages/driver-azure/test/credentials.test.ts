import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  ContainerSASPermissions,
  generateAccountSASQueryParameters,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { startAzureDouble } from '@dunnage/doubles/azure';
import type { AzureDouble } from '@dunnage/doubles/azure';
import { azure } from '@dunnage/conformance/proxy';
import { createAzureDriver } from '@dunnage/driver-azure';
import type { AzureCredentials } from '@dunnage/driver-azure';
import type { StorageDriver } from '@dunnage/driver-api';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  bytes,
  collect,
  deleteAll,
  failure,
  KEY,
  key,
  keysOf,
  openContainer,
  textOf,
} from './support.ts';

const SOON = new Date(Date.now() + 3_600_000);

function owner({ account, key: secret }: AzureDouble): StorageSharedKeyCredential {
  return new StorageSharedKeyCredential(account, secret);
}

function containerSas(double: AzureDouble, permissions: string): AzureCredentials {
  const values = {
    containerName: 'registry',
    permissions: ContainerSASPermissions.parse(permissions),
    expiresOn: SOON,
  };
  return { type: 'sas', token: generateBlobSASQueryParameters(values, owner(double)).toString() };
}

function accountSas(double: AzureDouble): AzureCredentials {
  const values = {
    permissions: AccountSASPermissions.parse('rwdlcx'),
    resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
    services: AccountSASServices.parse('b').toString(),
    expiresOn: SOON,
  };
  const token = generateAccountSASQueryParameters(values, owner(double)).toString();
  return { type: 'sas', token: `?${token}` };
}

/** A double that takes tokens, which go over TLS only. */
async function openWith(
  credentialsOf: (double: AzureDouble) => AzureCredentials,
): Promise<{ readonly double: AzureDouble; readonly driver: StorageDriver }> {
  const double = await startAzureDouble({ token: 'of-entra', tls: true });
  onTestFinished(() => double.close());
  double.container('registry');
  const driver = createAzureDriver({
    container: 'registry',
    endpoint: double.endpoint,
    credentials: credentialsOf(double),
    skipVerify: true,
    readOnly: false,
    singleCopyBytes: 8,
  });
  onTestFinished(() => driver.close());
  return { double, driver };
}

const KINDS: readonly (readonly [string, (double: AzureDouble) => AzureCredentials])[] = [
  ['the key of the account', ({ key: secret }) => ({ type: 'key', key: secret })],
  ['a SAS of the account', accountSas],
  ['a SAS of the container', (double) => containerSas(double, 'racwdxl')],
  [
    'a token of an identity',
    () => ({
      type: 'token',
      credential: {
        getToken: async () => ({ token: 'of-entra', expiresOnTimestamp: SOON.getTime() }),
      },
    }),
  ],
];

describe.each(KINDS)('%s', (_, credentialsOf) => {
  it('is enough for everything', async () => {
    const { double, driver } = await openWith(credentialsOf);
    const { delete: deletes, versions } = await driver.capabilities();
    expect([deletes.freesSpace, versions]).toEqual(['immediately', 'none']);
    await driver.put(KEY, bytes('content'));
    await driver.copy?.(KEY, key('c/little'));
    await driver.put(key('a/much'), bytes('content that is longer'));
    await driver.copy?.(key('a/much'), key('c/much'));
    expect(await textOf(driver, key('c/little'))).toBe('content');
    expect(await textOf(driver, key('c/much'))).toBe('content that is longer');
    expect(await keysOf(driver)).toEqual([KEY, 'a/much', 'c/little', 'c/much']);
    const outcomes = await deleteAll(driver, KEY, 'a/much', 'c/little', 'c/much', 'c/none');
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      ...['deleted', 'deleted', 'deleted', 'deleted', 'missing'],
    ]);
    expect(await driver.now()).toBeGreaterThan(0);
    expect(double.container('registry').size).toBe(0);
  });
});

describe('credentials that allow less', () => {
  it('read and delete one by one, where they allow no batches', async () => {
    const { double, container, open, proxy } = await openContainer();
    // The service wants the right to write for a batch.
    proxy.inject({
      when: { operation: 'bulk-delete' },
      fault: azure.error(403, 'AuthorizationPermissionMismatch'),
    });
    for (const name of ['a/b', 'a/c', 'a/d']) container.put(name, 'x');
    const driver = open({ credentials: containerSas(double, 'rdl') });
    await driver.capabilities();
    expect(await keysOf(driver)).toEqual(['a/b', 'a/c', 'a/d']);
    proxy.forget();
    const outcomes = await deleteAll(driver, 'a/b', 'a/c', 'a/d');
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['deleted', 'deleted', 'deleted']);
    expect(proxy.counts()).toEqual({ 'bulk-delete': 1, delete: 3 });
  });

  it('say so, and what they can not find out is not known', async () => {
    const { double, container, open } = await openContainer();
    container.put(KEY, 'x');
    const driver = open({ credentials: containerSas(double, 'rl') });
    expect(await driver.capabilities()).toMatchObject({
      versions: 'unknown',
      retention: 'unknown',
      delete: { freesSpace: 'unknown' },
    });
    const put = await failure(() => driver.put(KEY, bytes('y')));
    expect(put).toMatchObject({ code: 'PERMISSION_DENIED', retry: 'never', applied: 'no' });
    const [denied, again] = await deleteAll(driver, KEY, 'a/none');
    expect([denied?.outcome, again?.outcome]).toEqual(['denied', 'denied']);
    expect(await textOf(driver, KEY)).toBe('x');
  });

  it('are no proof that something is missing', async () => {
    const { double, container, open } = await openContainer();
    container.put(KEY, 'x');
    const driver = open({ credentials: containerSas(double, 'w') });
    expect((await failure(() => driver.stat(KEY))).code).toBe('PERMISSION_DENIED');
    expect((await failure(() => collect(driver.list()))).code).toBe('PERMISSION_DENIED');
    const wrong = open({ credentials: { type: 'key', key: 'AAAA' } });
    expect((await failure(() => wrong.stat(KEY))).code).toBe('UNAUTHENTICATED');
  });
});

it('an identity without a token is told as such', async () => {
  const credential = {
    async getToken(): Promise<never> {
      const { CredentialUnavailableError } = await import('@azure/identity');
      throw new CredentialUnavailableError('no identity is at hand');
    },
  };
  const { driver } = await openWith(() => ({ type: 'token', credential }));
  const error = await failure(() => driver.stat(KEY));
  expect(error).toMatchObject({ code: 'UNAUTHENTICATED', retry: 'never' });
  expect((error.cause as Error).message).toContain('no identity is at hand');
});

it('a token that the store does not take is told as such', async () => {
  const token = { token: 'of-somebody-else', expiresOnTimestamp: SOON.getTime() };
  const { driver } = await openWith(() => ({
    type: 'token',
    credential: { getToken: async () => token },
  }));
  expect((await failure(() => driver.stat(KEY))).code).toBe('UNAUTHENTICATED');
});

it('libraries are loaded when they are needed, and not before', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const has = (name) => loaded.some((url) => url.includes('/node_modules/' + name + '/'));
    const { registration } = await import('@dunnage/driver-azure/plugin');
    const seen = [has('@azure')];
    const { open } = await registration.load();
    const env = { AZURE_STORAGE_KEY: 'AAAA' };
    const source = { from: 'url', url: 'azblob://registry?account=some' };
    await using driver = await open(source, { env, warn() {} });
    console.log(JSON.stringify([...seen, has('@azure/storage-blob'), has('@azure/identity')]));
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    { cwd: import.meta.dirname },
  );
  expect(JSON.parse(stdout)).toEqual([false, true, false]);
});
