import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverSource } from '@dunnage/driver-api';
import { createS3Driver, open } from '@dunnage/driver-s3';
import type { S3Driver } from '@dunnage/driver-s3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { optionsFromRegistry } from '../dist/from-registry.js';
import { optionsFromUrl } from '../dist/from-url.js';
import { failureOf, openBucket, textOf, KEY } from './support.ts';

afterEach(() => vi.unstubAllEnvs());

async function opened(
  source: string | Record<string, unknown>,
  env: Record<string, string> = {},
): Promise<{ readonly driver: S3Driver; readonly warnings: string[] }> {
  const warnings: string[] = [];
  const from: DriverSource =
    typeof source === 'string'
      ? { from: 'url', url: source }
      : { from: 'registry-config', name: 's3', parameters: source };
  const driver = await open(from, { env, warn: (message) => warnings.push(message) });
  return { driver: driver as S3Driver, warnings };
}

/** Options without those that were not given. */
function given(options: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

describe('a URL', () => {
  it('names bucket, root and all options', () => {
    const query = [
      'region=eu-central-1&endpoint=https://s3.example:9000/&pathStyle=false&skipVerify=true',
      'accelerate=true&dualStack=yes&fips=1&profile=work&storageClass=STANDARD_IA&sse=aws:kms',
      'kmsKeyId=key&acl=private&deleteLimit=500&checksums=md5&conditionalPuts=true',
      'conditionalDeletes=false&timeout=30',
    ].join('&');
    expect(given(optionsFromUrl(`s3://my-bucket/a/b%20c/?${query}`))).toEqual({
      ...{ bucket: 'my-bucket', root: 'a/b c', region: 'eu-central-1', profile: 'work' },
      ...{ endpoint: 'https://s3.example:9000/', pathStyle: false, skipVerify: true },
      ...{ accelerate: true, dualStack: true, fips: true, storageClass: 'STANDARD_IA' },
      ...{ sse: 'aws:kms', kmsKeyId: 'key', acl: 'private', deleteLimit: 500, checksums: 'md5' },
      ...{ conditionalPuts: true, conditionalDeletes: false, timeoutMs: 30_000 },
    });
  });

  it.each([
    ['s3.example', undefined, 'https://s3.example'],
    ['s3.example:9000', 'false', 'http://s3.example:9000'],
    ['http://s3.example', 'true', 'http://s3.example'],
  ])('the endpoint %s with secure=%s is %s', (endpoint, secure, expected) => {
    const query = secure === undefined ? '' : `&secure=${secure}`;
    expect(optionsFromUrl(`s3://b-1?endpoint=${endpoint}${query}`).endpoint).toBe(expected);
  });

  it.each([
    ['s3://', /names no bucket/],
    ['s3:bucket', /names no bucket/],
    ['http://bucket', /no s3:\/\/ URL/],
    ['s3://b?regin=x', /"regin" in the URL is not usable: .*accepted: .*region/],
    ['s3://b?deleteLimit=1001', /"deleteLimit" in the URL .*from 1 to 1000/],
    ['s3://b?checksums=sha1', /"checksums" .*one of crc32, md5/],
    ['s3://b?pathStyle=maybe', /"pathStyle" .*true or false/],
    ['s3://b?endpoint=ftp://x', /endpoint must be an http or https URL/],
    ['s3://b?endpoint=http://user:hush@x', /endpoint must be .* without secrets/],
    ['s3://b?kmsKeyId=x', /"kmsKeyId" needs "sse"/],
    ['s3://b?secretKey=hush', /AWS_SECRET_ACCESS_KEY/],
    ['s3://id:hush@b', /AWS_SECRET_ACCESS_KEY/],
    ['s3://b:9000', /a port belongs in the parameter "endpoint"/],
    ['s3://b!d', /can't be the name of a bucket/],
  ])('%s is refused', async (url, message) => {
    const error = await failureOf(() => opened(url));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', op: 'open', driver: 's3' });
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('hush');
  });
});

describe('the registry’s own section', () => {
  const all = {
    ...{ accesskey: 'AKIA', secretkey: 'hush', sessiontoken: 'token', region: 'eu-central-1' },
    ...{ regionendpoint: 's3.example:9000', forcepathstyle: true, bucket: 'my-bucket' },
    ...{ encrypt: true, keyid: 'key', secure: false, skipverify: 'true', v4auth: true },
    ...{ chunksize: 5_242_880, multipartcopychunksize: 33_554_432, loglevel: 'off' },
    ...{ multipartcopymaxconcurrency: 100, multipartcopythresholdsize: 33_554_432 },
    ...{ rootdirectory: '/registry/', storageclass: 'standard_ia', useragent: 'mine' },
    ...{ usedualstack: false, accelerate: false, usefipsendpoint: false, objectacl: 'private' },
    redirectendpoint: 'https://cdn.example',
  };

  it('says all that this driver needs, and the rest is passed over in silence', async () => {
    const source = { from: 'registry-config', name: 's3', parameters: all } as const;
    const warnings: string[] = [];
    const options = optionsFromRegistry(source, { warn: (message) => warnings.push(message) });
    expect(given(options)).toEqual({
      ...{ bucket: 'my-bucket', root: '/registry/', region: 'eu-central-1' },
      ...{ endpoint: 'http://s3.example:9000', pathStyle: true, skipVerify: true },
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'hush', sessionToken: 'token' },
      ...{ sse: 'aws:kms', kmsKeyId: 'key', storageClass: 'STANDARD_IA', acl: 'private' },
      ...{ dualStack: false, accelerate: false, fips: false, userAgent: 'mine' },
    });
    expect(warnings).toEqual([]);
  });

  it.each([
    [{ encrypt: false, keyid: 'key' }, {}],
    [{ encrypt: true }, { sse: 'AES256' }],
    [{ storageclass: 'NONE' }, {}],
    [{ accesskey: '', secretkey: '' }, {}],
    [{ accesskey: 'only' }, {}],
  ])('%j means %j', (parameters, expected) => {
    const source = {
      from: 'registry-config',
      name: 's3',
      parameters: { bucket: 'b-1', ...parameters },
    } as const;
    expect(given(optionsFromRegistry(source, { warn: () => undefined }))).toEqual({
      bucket: 'b-1',
      ...expected,
    });
  });

  it('is warned of what is unknown, and of what can not be done', async () => {
    const { warnings } = await opened({ bucket: 'b-1', bukkit: 'b', v4auth: false, secure: false });
    expect(warnings).toEqual([
      expect.stringContaining('storage.s3.secure'),
      expect.stringContaining('storage.s3.v4auth'),
      'storage.s3.bukkit is not known here and is ignored',
    ]);
  });

  it('without a bucket is refused', async () => {
    const error = await failureOf(() => opened({ region: 'eu-central-1' }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain('storage.s3.bucket');
  });
});

describe('the id', () => {
  it.each([
    ['s3://my-bucket', 's3://my-bucket'],
    ['s3://my-bucket/a//?region=x-1', 's3://my-bucket/a'],
    ['s3://my-bucket/a b', 's3://my-bucket/a%20b'],
    ['s3://my-bucket?endpoint=https://s3.eu-central-1.amazonaws.com', 's3://my-bucket'],
    [
      's3://my-bucket?endpoint=http://S3.example:9000/',
      's3://my-bucket?endpoint=http%3A%2F%2Fs3.example%3A9000',
    ],
    ['s3://my-bucket?dualStack=true&fips=true&storageClass=GLACIER_IR', 's3://my-bucket'],
  ])('of %s is %s', async (url, id) => {
    expect((await opened(url)).driver.id).toBe(id);
  });

  it('is the same for the same storage, named in another way', async () => {
    const parameters = {
      bucket: 'my-bucket',
      regionendpoint: 'http://s3.example',
      rootdirectory: '/a',
    };
    const { driver } = await opened(parameters);
    expect(driver.id).toBe((await opened('s3://my-bucket/a?endpoint=http://s3.example')).driver.id);
    const env = { AWS_ENDPOINT_URL: 'http://s3.example' };
    expect(driver.id).toBe((await opened('s3://my-bucket/a', env)).driver.id);
  });
});

describe('what is left open', () => {
  it.each<[string, Record<string, string>, object]>([
    ['', {}, { endpoint: undefined, pathStyle: false, checksums: 'crc32', deleteLimit: 1000 }],
    [
      '?endpoint=https://s3.example',
      {},
      { endpoint: 'https://s3.example', pathStyle: true, checksums: 'md5' },
    ],
    [
      '',
      { AWS_ENDPOINT_URL: 'http://x', AWS_ENDPOINT_URL_S3: 'http://s3.example' },
      { endpoint: 'http://s3.example', pathStyle: true, checksums: 'md5' },
    ],
    [
      '',
      { AWS_ENDPOINT_URL: 'http://x', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      { endpoint: undefined, pathStyle: false, checksums: 'crc32' },
    ],
    [
      '?endpoint=https://account.r2.cloudflarestorage.com',
      {},
      { pathStyle: true, checksums: 'md5', deleteLimit: 700 },
    ],
    [
      '?endpoint=https://bucket.vpce-1.s3.eu-central-1.vpce.amazonaws.com',
      {},
      { pathStyle: false, checksums: 'crc32' },
    ],
    [
      '?endpoint=https://s3.example&checksums=crc32&pathStyle=no',
      {},
      { pathStyle: false, checksums: 'crc32' },
    ],
  ])('%s with %j is decided, and told', async (query, env, chosen) => {
    expect((await opened(`s3://my-bucket${query}`, env)).driver.chosen).toMatchObject(chosen);
  });

  it.each([
    [{ partSize: 1 }, /"partSize" must be a whole number from 5242880/],
    [{ concurrency: 0 }, /"concurrency"/],
    [{ timeoutMs: 0.5 }, /"timeoutMs"/],
    [{ bucket: '../x' }, /name of a bucket/],
  ])('%j is refused', (options, message) => {
    expect(() => createS3Driver({ bucket: 'b-1', env: {}, ...options })).toThrow(message);
  });
});

describe('the region', () => {
  it.each<[string, string | undefined, Record<string, string>]>([
    ['eu-west-1', 'eu-west-1', { AWS_REGION: 'eu-west-2' }],
    ['eu-west-2', undefined, { AWS_REGION: 'eu-west-2', AWS_DEFAULT_REGION: 'eu-west-3' }],
    ['eu-west-3', undefined, { AWS_DEFAULT_REGION: 'eu-west-3' }],
    ['us-east-1', undefined, {}],
  ])('%s comes of the option %s and %j', async (expected, region, env) => {
    vi.stubEnv('AWS_REGION', '');
    vi.stubEnv('AWS_CONFIG_FILE', 'none');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', 'none');
    const signed: string[] = [];
    const { driver } = await openBucket({
      bucket: { region: expected },
      double: { onRequest: ({ headers }) => signed.push(headers.authorization ?? '') },
      driver: { region, env },
    });
    await driver.put(KEY, Buffer.from('x'));
    await driver.stat(KEY);
    expect(signed).toHaveLength(3);
    for (const each of signed) expect(each).toContain(`/${expected}/s3/`);
  });

  it('that can be none is refused', async () => {
    const error = await failureOf(() => opened('s3://b-1?region=eu.west'));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain('"eu.west"');
  });
});

describe('the shared configuration', () => {
  it('gives endpoint, region and credentials of a profile', async () => {
    const { double, bucket } = await openBucket();
    bucket.put('a/b', 'content');
    const directory = await mkdtemp(join(tmpdir(), 'dunnage-s3-'));
    const { accessKeyId, secretAccessKey } = double.credentials;
    const config = join(directory, 'config');
    await writeFile(
      config,
      [
        ...['[profile work]', 'region = us-east-1', 'services = mine'],
        ...[`aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`],
        ...['[services mine]', 's3 =', `  endpoint_url = ${double.url}`],
      ].join('\n'),
    );
    vi.stubEnv('AWS_CONFIG_FILE', config);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(directory, 'none'));
    const { driver } = await opened('s3://registry?profile=work');
    expect(driver.chosen.endpoint).toBe(double.url);
    expect(await textOf(driver, KEY)).toBe('content');
    await driver.close();
    await rm(directory, { recursive: true });
  });

  it('is not needed where the environment has credentials', async () => {
    const { double, bucket } = await openBucket();
    bucket.put('a/b', 'content');
    const { accessKeyId, secretAccessKey } = double.credentials;
    const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const { driver } = await opened(`s3://registry?endpoint=${double.url}`, env);
    expect(await textOf(driver, KEY)).toBe('content');
    await driver.close();
  });
});

describe('TLS', () => {
  it('is trusted by AWS_CA_BUNDLE, or not looked at, or fails', async () => {
    const { double, bucket } = await openBucket({ double: { tls: true } });
    bucket.put('a/b', 'content');
    const { url: endpoint, credentials, certificate = '' } = double;
    const read = async (options: object): Promise<string> => {
      await using driver = createS3Driver({
        ...{ bucket: 'registry', endpoint, credentials, region: 'us-east-1', env: {} },
        ...options,
      });
      return await textOf(driver, KEY);
    };
    const refused = await failureOf(() => read({}));
    expect(refused).toMatchObject({ code: 'UNAVAILABLE', retry: 'never', applied: 'no' });
    expect(refused.message).toContain('certificate is not trusted');
    expect(await read({ skipVerify: true })).toBe('content');
    const directory = await mkdtemp(join(tmpdir(), 'dunnage-s3-'));
    const bundle = join(directory, 'ca.pem');
    await writeFile(bundle, certificate);
    expect(await read({ env: { AWS_CA_BUNDLE: bundle } })).toBe('content');
    await rm(directory, { recursive: true });
    const missing = failureOf(() => read({ env: { AWS_CA_BUNDLE: bundle } }));
    expect(await missing).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
