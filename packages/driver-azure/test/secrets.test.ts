import { inspect } from 'node:util';
import { azure, reset } from '@dunnage/conformance/proxy';
import { isStorageError } from '@dunnage/driver-api';
import type { StorageDriver } from '@dunnage/driver-api';
import { startAzureDouble } from '@dunnage/doubles/azure';
import { createAzureDriver, open } from '@dunnage/driver-azure';
import type { AzureCredentials } from '@dunnage/driver-azure';
import { expect, it, onTestFinished } from 'vitest';
import { bytes, collect, KEY, key, openContainer } from './support.ts';

const SECRET = 'c2VjcmV0LXRoYXQtbm9ib2R5LXNlZXM';

const KINDS: readonly (readonly [string, AzureCredentials])[] = [
  ['a key', { type: 'key', key: SECRET }],
  ['a SAS', { type: 'sas', token: `sv=2024-11-04&sp=r&sig=${SECRET}` }],
];

const TOKENS: readonly (readonly [string, AzureCredentials])[] = [
  [
    'a token',
    {
      type: 'token',
      credential: { getToken: async () => ({ token: SECRET, expiresOnTimestamp: 1e15 }) },
    },
  ],
  ['an application', { type: 'client-secret', tenantId: 't', clientId: 'c', secret: SECRET }],
];

/** Everything that could get into logs, plans and bug reports. */
function shown(value: unknown): string {
  const all = inspect(value, { depth: Infinity, showHidden: true, getters: true });
  const stack = value instanceof Error ? value.stack : '';
  return [all, stack, JSON.stringify(value), String(value)].join('\n');
}

async function* calls(driver: StorageDriver): AsyncGenerator {
  const attempts: readonly (() => Promise<unknown>)[] = [
    () => driver.capabilities(),
    () => driver.stat(KEY),
    () => driver.get(KEY),
    () => driver.put(KEY, bytes('x')),
    () => collect(driver.list()),
    () => collect(driver.delete([{ key: KEY }, { key: key('a/c') }])),
    async () => driver.copy?.(KEY, key('a/d')),
    async () => driver.pendingUploads && collect(driver.pendingUploads()),
    () => driver.now(),
  ];
  for (const attempt of attempts) {
    try {
      yield await attempt();
    } catch (error) {
      expect(isStorageError(error)).toBe(true);
      yield error;
    }
  }
}

it.each(KINDS)('%s shows nowhere', async (_, credentials) => {
  const { open: openDriver, proxy } = await openContainer();
  const faults = [undefined, reset(), azure.error(500, 'InternalError'), azure.error(409, 'Odd')];
  for (const fault of faults) {
    proxy.clear();
    if (fault !== undefined) proxy.inject({ fault });
    const driver = openDriver({ credentials });
    expect(shown(driver)).not.toContain(SECRET);
    for await (const result of calls(driver)) expect(shown(result)).not.toContain(SECRET);
  }
  expect(JSON.stringify(proxy.requests)).not.toContain(SECRET);
});

it.each(TOKENS)('%s shows nowhere either', async (_, credentials) => {
  // Over TLS, without which no token is sent.
  const double = await startAzureDouble({ tls: true, token: 'another' });
  onTestFinished(() => double.close());
  double.container('registry');
  await using driver = createAzureDriver({
    ...{ container: 'registry', endpoint: double.endpoint, skipVerify: true },
    credentials: { ...credentials, authorityHost: double.url } as AzureCredentials,
  });
  expect(shown(driver)).not.toContain(SECRET);
  for await (const result of calls(driver)) {
    expect(result).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(shown(result)).not.toContain(SECRET);
    // The identity library tries several times, and long, to reach where tokens come from.
    if (credentials.type === 'client-secret') break;
  }
});

it('the environment and the configuration show nowhere either', async () => {
  const env = {
    AZURE_STORAGE_ACCOUNT: 'some',
    AZURE_STORAGE_CONNECTION_STRING: `DefaultEndpointsProtocol=https;AccountName=other;AccountKey=${SECRET};EndpointSuffix=core.windows.net`,
    AZURE_STORAGE_KEY: `${SECRET}!`,
    AZURE_STORAGE_SAS_TOKEN: SECRET,
  };
  const warnings: string[] = [];
  const context = { env, warn: (message: string) => void warnings.push(message) };
  const sources = [
    ...['', '&auth=key', '&auth=sas', `&sas=${SECRET}`, `&key=${SECRET}`, `&odd=${SECRET}`].map(
      (rest) => ({ from: 'url', url: `azblob://registry?account=some${rest}` }) as const,
    ),
    { from: 'url', url: `azblob://user:${SECRET}@registry?account=some` } as const,
    {
      from: 'url',
      url: `azblob://registry?account=some&endpoint=https://x?sig=${SECRET}`,
    } as const,
    {
      from: 'registry-config',
      name: 'azure',
      parameters: { container: 'c', accountname: 'a', accountkey: `${SECRET}!`, odd: SECRET },
    } as const,
    {
      from: 'registry-config',
      name: 'azure',
      parameters: { container: 'c', connectionstring: `AccountKey=${SECRET}` },
    } as const,
  ];
  for (const source of sources) {
    const error: unknown = await open(source, context).then(
      () => expect.fail(`${JSON.stringify(source)} was taken`),
      (reason: unknown) => reason,
    );
    expect(isStorageError(error) && error.code).toBe('CONFIG_INVALID');
    expect(shown(error)).not.toContain(SECRET);
  }
  expect(warnings.join('\n')).not.toContain(SECRET);
});
