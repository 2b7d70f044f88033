import { explainInvalidModule, explainInvalidRegistration } from '@dunnage/driver-api';
import type { DriverSource, OpenContext } from '@dunnage/driver-api';
import { createGcsDriver, open, registration } from '@dunnage/driver-gcs';
import type { GcsOptions } from '@dunnage/driver-gcs';
import hook from '@dunnage/driver-gcs/plugin';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { failure, key, startRig } from './support.ts';

const warnings: string[] = [];
const context: OpenContext = { env: {}, warn: (message) => void warnings.push(message) };
afterEach(() => void warnings.splice(0));

const openUrl = (url: string, given = context): ReturnType<typeof open> =>
  open({ from: 'url', url }, given);

const openSection = (
  parameters: Extract<DriverSource, { from: 'registry-config' }>['parameters'],
  given = context,
): ReturnType<typeof open> => open({ from: 'registry-config', name: 'gcs', parameters }, given);

/** The error of options that can't be used. */
const refused = async (options: Partial<GcsOptions>): Promise<string> => {
  const error = await failure(
    (async () => createGcsDriver({ bucket: 'images', env: {}, ...options }))(),
  );
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', op: 'open', driver: 'gcs' });
  return error.message;
};

describe('a URL', () => {
  test.each([
    ['gs://images', 'gs://images'],
    ['gs://images/', 'gs://images'],
    ['gs://images//a/b//', 'gs://images/a/b'],
    ['gs://my_images.example.com/a%20b', 'gs://my_images.example.com/a%20b'],
    ['gs://images/a%3Fb%23c', 'gs://images/a%3Fb%23c'],
    ['gs://images?concurrency=7&userproject=p&keyfile=/k.json', 'gs://images'],
    ['gs://images?endpoint=https://private.googleapis.com', 'gs://images'],
    ['gs://images?endpoint=http://127.0.0.1:4443/', 'gs://images?endpoint=http://127.0.0.1:4443'],
    ['gs://images/a?endpoint=gcs.example/b', 'gs://images/a?endpoint=https://gcs.example/b'],
    ['gs://images?universedomain=u.example', 'gs://images?endpoint=https://storage.u.example'],
  ])('%s names the storage %s', async (url, id) => {
    await using driver = await openUrl(url);
    expect(driver.id).toBe(id);
    await using again = await openUrl(driver.id);
    expect(again.id).toBe(id);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['gs://', /names no bucket/],
    ['s3://images', /no gs:\/\/ URL/],
    ['nonsense', /no gs:\/\/ URL/],
    ['gs://images?endpiont=x', /"endpiont" in the URL.*accepted: .*endpoint/],
    ['gs://images?concurrency=0', /"concurrency" in the URL.*1 to 1024/],
    ['gs://images?anonymous=perhaps', /"anonymous" in the URL.*true or false/],
    ['gs://images?endpoint=ftp://x', /"endpoint".*URL like/],
    ['gs://images?endpoint=http://u:p@x', /"endpoint".*secrets/],
    ['gs://images?anonymous=true&keyfile=/k', /"anonymous"/],
    ['gs://IMAGES', /"bucket"/],
    ['gs://images/a%0Ab', /"root"/],
  ])('%s is refused', async (url, message) => {
    const error = await failure(openUrl(url));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', op: 'open', retry: 'never' });
    expect(error.message).toMatch(message);
  });

  test.each(['credentials', 'token', 'access_token', 'private_key', 'key'])(
    'takes no secret: %s',
    async (name) => {
      const error = await failure(openUrl(`gs://images?${name}=hush-hush`));
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
      expect(error.message).toMatch(/secret.*GOOGLE_APPLICATION_CREDENTIALS/);
      expect(JSON.stringify(error)).not.toMatch(name === 'key' ? /^$/ : /token=hush/);
    },
  );
});

describe("the registry's own configuration", () => {
  test('is understood, all of it', async () => {
    await using driver = await openSection({
      bucket: 'images',
      keyfile: '/etc/key.json',
      rootdirectory: '/some/root',
      chunksize: 5_242_880,
      maxconcurrency: 50,
      useragent: 'registry',
      // Of GitLab's registry.
      parallelwalk: true,
      debug_log: false,
    });
    expect(driver.id).toBe('gs://images/some/root');
    expect(warnings).toEqual([]);
  });

  test('may hold the credentials, in a section of their own', async () => {
    const credentials = { type: 'service_account', client_email: 'a@b', private_key: 'hush' };
    await using driver = await openSection({ bucket: 'images', credentials });
    expect(driver.id).toBe('gs://images');
    // As in the registry, a key file counts more.
    await using other = await openSection({ bucket: 'images', credentials, keyfile: '/k.json' });
    expect(other.id).toBe('gs://images');
    const error = await failure(openSection({ bucket: 'images', credentials: 'hush' }));
    expect(error.message).toMatch(/storage\.gcs\.credentials .*section/);
    expect(error.message).not.toContain('hush');
  });

  test('what is not known is told, not refused', async () => {
    await using driver = await openSection({ bucket: 'images', buckit: 1, rootdirectory: '' });
    expect(driver.id).toBe('gs://images');
    expect(warnings).toEqual(['storage.gcs.buckit is not known here and is ignored']);
  });

  test('names a bucket at least', async () => {
    const error = await failure(openSection({ rootdirectory: 'a' }));
    expect(error.message).toMatch(/storage\.gcs\.bucket is missing/);
  });

  test('leads to the emulator that the environment names', async () => {
    const { bucket, proxy } = await startRig();
    bucket.put('root/a', 'content');
    const env = { STORAGE_EMULATOR_HOST: proxy.url };
    await using driver = await openSection(
      { bucket: 'images', rootdirectory: 'root' },
      { ...context, env },
    );
    expect(driver.id).toBe(`gs://images/root?endpoint=${proxy.url}`);
    expect(await driver.stat(key('a'))).toMatchObject({ size: 7 });
  });
});

describe('options', () => {
  test.each<[Partial<GcsOptions>, RegExp]>([
    [{ bucket: 'a/b' }, /"bucket"/],
    [{ bucket: undefined as unknown as string }, /"bucket"/],
    [{ root: 'a\0b' }, /"root"/],
    [{ root: '\ud800' }, /"root"/],
    [{ concurrency: 1.5 }, /"concurrency".*1 to 1024/],
    [{ endpoint: 'https://x?y=1' }, /"endpoint"/],
    [{ keyfile: '/k', credentials: {} }, /"keyfile, credentials".*only one/],
    [{ anonymous: true, credentials: {} }, /"anonymous".*some are given/],
  ])('%j are refused', async (options, message) => {
    expect(await refused(options)).toMatch(message);
  });

  test('of the environment: emulator, universe domain', () => {
    const idIn = (env: Record<string, string>, options: Partial<GcsOptions> = {}): string =>
      createGcsDriver({ bucket: 'images', env, ...options }).id;
    expect(idIn({ STORAGE_EMULATOR_HOST: '' })).toBe('gs://images');
    expect(idIn({ STORAGE_EMULATOR_HOST: 'host:9' })).toBe('gs://images?endpoint=https://host:9');
    expect(idIn({ GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'u.example' })).toBe(
      'gs://images?endpoint=https://storage.u.example',
    );
    const endpoint = 'https://other.example';
    expect(idIn({ STORAGE_EMULATOR_HOST: 'host:9' }, { endpoint })).toBe(
      `gs://images?endpoint=${endpoint}`,
    );
  });

  test('of the process count where no others are given', () => {
    vi.stubEnv('STORAGE_EMULATOR_HOST', 'http://localhost:9');
    expect(createGcsDriver({ bucket: 'images' }).id).toBe(
      'gs://images?endpoint=http://localhost:9',
    );
    vi.unstubAllEnvs();
  });

  test('the host’s concurrency bounds the requests, within what can be', async () => {
    const { proxy } = await startRig();
    const url = `gs://images?endpoint=${proxy.url}`;
    for (const concurrency of [0, 3, 5000]) {
      await using driver = await openUrl(url, { ...context, concurrency });
      expect(await driver.stat(key('a'))).toBeUndefined();
    }
  });
});

test('the endpoint may have a path', async () => {
  const { open: openRig, bucket, proxy } = await startRig();
  bucket.put('a', 'content');
  const driver = openRig({ endpoint: `${proxy.url}/base/path/` });
  await failure(driver.stat(key('a')));
  expect(proxy.requests[0]?.path).toBe('/base/path/storage/v1/b/images/o/a');
});

test('registers itself', async () => {
  expect(explainInvalidRegistration(registration)).toEqual([]);
  expect(hook()).toBe(registration);
  expect(registration).toMatchObject({ name: 'gcs', schemes: ['gs'], registryNames: ['gcs'] });
  expect(explainInvalidModule(await registration.load())).toEqual([]);
  await using driver = await openUrl(registration.example);
  expect(driver.name).toBe('gcs');
});
