import { answer, rewrite, s3, truncate } from '@dunnage/conformance/proxy';
import { parseKey, parsePrefix } from '@dunnage/driver-api';
import { createS3Driver } from '@dunnage/driver-s3';
import { describe, expect, it } from 'vitest';
import { collect, failureOf, keysOf, openBucket, openFaulty, optionsFor } from './support.ts';

const NAMES = ['a/1', 'a/2', 'a/3', 'a/4', 'a/5'];

describe('what goes wrong with a page', () => {
  it.each([
    ['whose token leads in a circle', s3.repeatToken(), { nth: 2 }],
    ['that comes a second time', s3.repeatPage(), undefined],
    ['that does not say whether it is the last', s3.withoutEnd(), undefined],
    ['that has more behind it, and does not say where', s3.moreWithoutToken(), undefined],
    ['whose objects are not in order', s3.unordered(), undefined],
    ['with an object of another place', s3.strayKey('b/1'), undefined],
    ['that is cut, and looks whole to HTTP', truncate({ share: 0.7 }, 'well-formed'), undefined],
    ['that is cut within its last tag', truncate({ share: 0.999 }, 'well-formed'), undefined],
    ['that is empty', rewrite(() => ''), undefined],
    [
      'that counts more than it has',
      rewrite(({ body }) => body.toString().replace(/<Contents>.*?<\/Contents>/s, '')),
      undefined,
    ],
  ])('fails the listing with INCOMPLETE: one %s', async (_, fault, when) => {
    const { bucket, driver, proxy } = await openFaulty();
    for (const name of NAMES) bucket.put(name, 'x');
    proxy.inject({ when: { operation: 'list', ...when }, fault });
    const list = driver.list({ prefix: parsePrefix('a/'), pageSize: 2 });
    expect(await failureOf(() => collect(list))).toMatchObject({
      code: 'INCOMPLETE',
      op: 'list',
      retry: 'safe',
      applied: 'no',
    });
  });

  it.each([
    ['200 and an error', s3.errorIn200('SlowDown'), 'THROTTLED'],
    ['200 and another error', s3.errorIn200('InternalError'), 'UNAVAILABLE'],
    ['a connection that is cut', truncate({ share: 0.5 }), 'UNAVAILABLE'],
    ['no bucket', s3.error(404, 'NoSuchBucket'), 'CONTAINER_NOT_FOUND'],
    ['a page of something else', answer({ status: 404, body: '<html>' }), 'CONTAINER_NOT_FOUND'],
    ['a welcome page', answer({ status: 200, body: '<html></html>' }), 'INCOMPLETE'],
  ])('%s instead of a page', async (_, fault, code) => {
    const { bucket, driver, proxy } = await openFaulty();
    bucket.put('a/1', 'x');
    proxy.inject({ when: { operation: 'list' }, fault });
    expect(await failureOf(() => collect(driver.list()))).toMatchObject({ code });
    expect(proxy.counts()).toEqual({ list: 1 });
  });
});

it('believes no page that has an object of another place', async () => {
  const { bucket, driver, proxy } = await openFaulty({ driver: { root: 'r' } });
  bucket.put('r/a/1', 'x');
  proxy.inject({ when: { operation: 'list' }, fault: s3.strayKey('r/b/1') });
  const error = await failureOf(() => collect(driver.list({ prefix: parsePrefix('a/') })));
  expect(error).toMatchObject({ code: 'INCOMPLETE' });
});

it('leaves a page of an unknown form to the SDK, and asks for it again', async () => {
  const { bucket, driver, proxy } = await openFaulty();
  for (const name of NAMES) bucket.put(name, 'x');
  const before = await keysOf(driver);
  proxy.forget();
  const fault = rewrite(({ body }) =>
    body.toString().replace('<Contents>', '<!-- a --><Contents>'),
  );
  proxy.inject({ when: { operation: 'list' }, fault });
  expect(await keysOf(driver, { pageSize: 3 })).toEqual(before);
  expect(proxy.counts()).toEqual({ list: 4 });
  proxy.clear();
  proxy.forget();
  expect(await keysOf(driver, { pageSize: 3 })).toEqual(before);
  expect(proxy.counts()).toEqual({ list: 2 });
});

it('asks for each page once, and for as many objects as a page has', async () => {
  const { bucket, driver, proxy } = await openFaulty();
  for (let n = 0; n < 2500; n++) bucket.put(`a/${String(n).padStart(5, '0')}`, 'x');
  expect(await keysOf(driver)).toHaveLength(2500);
  expect(proxy.counts()).toEqual({ list: 3 });
  expect(proxy.requests.map(({ query }) => query['max-keys'])).toEqual(['1000', '1000', '1000']);
});

it('tells size, time, etag and MD5 of each object, without a look at it', async () => {
  const { bucket, driver, proxy } = await openFaulty();
  bucket.put('a/1', 'content', { modifiedMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678) });
  const [page] = await collect(driver.list());
  expect(page?.objects).toEqual([
    {
      key: 'a/1',
      size: 7,
      // Whole seconds: the headers of a read have no more.
      modified: Date.UTC(2026, 0, 2, 3, 4, 5),
      etag: '9a0364b9e99bb480dd25e1f0284c8555',
      checksums: { md5: '9a0364b9e99bb480dd25e1f0284c8555' },
    },
  ]);
  expect(proxy.counts()).toEqual({ list: 1 });
});

it('takes the etag of a multipart upload for no MD5', async () => {
  const { driver } = await openBucket({
    bucket: { minPartSize: 1 },
    driver: { partSize: 5 * 2 ** 20 },
  });
  await driver.put(parseKey('a/large'), Buffer.alloc(6 * 2 ** 20));
  const [page] = await collect(driver.list());
  expect(page?.objects[0]?.etag).toMatch(/^[0-9a-f]{32}-2$/);
  expect(page?.objects[0]?.checksums).toBeUndefined();
});

describe('startAfter', () => {
  it('is not sent where it comes before everything: some stores then find nothing', async () => {
    const { bucket, driver, proxy } = await openFaulty();
    for (const name of NAMES) bucket.put(name, 'x');
    const prefix = parsePrefix('a/');
    expect(await keysOf(driver, { prefix, startAfter: parseKey('A') })).toEqual(NAMES);
    expect(await keysOf(driver, { prefix, startAfter: parseKey('a') })).toEqual(NAMES);
    expect(proxy.requests.every(({ query }) => query['start-after'] === undefined)).toBe(true);
    expect(await keysOf(driver, { prefix, startAfter: parseKey('a/3') })).toEqual(['a/4', 'a/5']);
    expect(await keysOf(driver, { prefix, startAfter: parseKey('b') })).toEqual([]);
  });

  it('is refused for a directory bucket, which has no order', async () => {
    const { driver } = await openFaulty({ driver: { bucket: 'x--use1-az4--x-s3' } });
    const list = driver.list({ startAfter: parseKey('a') });
    expect(await failureOf(() => collect(list))).toMatchObject({ code: 'UNSUPPORTED' });
  });
});

it('hides names that no key has, and says so once', async () => {
  const warnings: string[] = [];
  const { bucket, driver } = await openBucket({
    driver: { root: 'r', warn: (message) => warnings.push(message) },
  });
  for (const name of ['r/a/', 'r//b', 'r/c/../d', 'r/e', 'r/f/g', 'other']) bucket.put(name, 'x');
  expect(await keysOf(driver)).toEqual(['e', 'f/g']);
  expect(await keysOf(driver)).toEqual(['e', 'f/g']);
  const [page] = await collect(driver.list({ depth: 'children' }));
  expect(page?.prefixes).toEqual(['a/', 'c/', 'f/']);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('"r//b"');
});

it.each(['+', ' ', 'a+b c', '%', '%2B', 'ä', '\u0001'])(
  'keeps the name %j as it is',
  async (name) => {
    const { bucket, driver } = await openBucket();
    bucket.put(name, 'x');
    bucket.put(`${name}/b`, 'x');
    expect(await keysOf(driver)).toEqual([name, `${name}/b`]);
    const [page] = await collect(driver.list({ depth: 'children' }));
    expect(page?.prefixes).toEqual([`${name}/`]);
  },
);

it('goes on at a cursor in another driver, and at no other listing’s', async () => {
  const { bucket, driver, double } = await openBucket();
  for (const name of NAMES) bucket.put(name, 'x');
  const prefix = parsePrefix('a/');
  const [first] = await collect(driver.list({ prefix, pageSize: 2 }));
  const cursor = first?.cursor;
  expect(cursor).toBeDefined();
  const rest = { prefix, ...(cursor !== undefined && { cursor }) };
  await using other = createS3Driver(optionsFor(double, bucket.name));
  expect(await keysOf(other, rest)).toEqual(['a/3', 'a/4', 'a/5']);
  const elsewhere = driver.list({ ...rest, prefix: parsePrefix('b/') });
  expect(await failureOf(() => collect(elsewhere))).toMatchObject({ code: 'INVALID_ARGUMENT' });
});
