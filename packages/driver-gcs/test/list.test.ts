import { answer, gcs, rewrite, truncate } from '@dunnage/conformance/proxy';
import type { Fault } from '@dunnage/conformance/proxy';
import type { ListOptions, StorageDriver } from '@dunnage/driver-api';
import { describe, expect, test } from 'vitest';
import { bytes, collect, failure, key, prefix, startRig } from './support.ts';

async function names(driver: StorageDriver, options?: ListOptions): Promise<string[]> {
  const pages = await collect(driver.list(options));
  return pages.flatMap(({ objects, prefixes }) => [
    ...objects.map((each) => each.key),
    ...prefixes,
  ]);
}

describe('what is asked', () => {
  test('is no more than what is used, in as few requests as can be', async () => {
    const { driver, bucket, proxy } = await startRig();
    for (let n = 0; n < 2001; n++) bucket.put(`a/${String(n).padStart(4, '0')}`, '');
    expect(await names(driver, { prefix: prefix('a/') })).toHaveLength(2001);
    expect(proxy.counts()).toEqual({ list: 3 });
    expect(proxy.requests[0]?.query).toEqual({
      prefix: 'a/',
      maxResults: '1000',
      fields: 'kind,nextPageToken,items(name,size,timeCreated,generation,md5Hash),prefixes',
      prettyPrint: 'false',
    });
    proxy.forget();
    await names(driver, { detail: 'keys', pageSize: 5000 });
    expect(proxy.requests[0]?.query).toMatchObject({
      maxResults: '1000',
      fields: 'kind,nextPageToken,items(name),prefixes',
    });
  });

  test('is about the root and what is below it', async () => {
    const { open, bucket, proxy } = await startRig();
    for (const name of ['a', 'some/root', 'some/root-2/x', 'some/root/b', 'some/root/c/d', 'z']) {
      bucket.put(name, '');
    }
    const driver = open({ root: '/some/root/' });
    expect(await names(driver)).toEqual(['b', 'c/d']);
    expect(await names(driver, { depth: 'children' })).toEqual(['b', 'c/']);
    expect(proxy.requests[0]?.query['prefix']).toBe('some/root/');
  });
});

describe('facts', () => {
  test('are those of the content, not of its metadata', async () => {
    const { driver, bucket } = await startRig();
    const generation = bucket.put('a', 'content');
    const written = Date.UTC(2024, 0, 2, 3, 4, 5, 678);
    bucket.touch('a', written);
    const object = bucket.object('a') as { updated: number; metageneration: number };
    // Somebody has changed its metadata since.
    object.updated = Date.UTC(2025, 0, 1);
    object.metageneration = 2;
    const [page] = await collect(driver.list());
    const info = {
      key: 'a',
      size: 7,
      modified: Date.UTC(2024, 0, 2, 3, 4, 5),
      etag: generation,
      version: generation,
      checksums: { md5: '9a0364b9e99bb480dd25e1f0284c8555' },
    };
    expect(page?.objects).toEqual([info]);
    const stat = await driver.stat(key('a'));
    expect(stat).toMatchObject(info);
    expect((await driver.get(key('a'))).info).toEqual(stat);
  });

  test('a composed object has no MD5, and is listed without', async () => {
    const { driver, bucket, inject } = await startRig();
    bucket.put('a', 'content');
    inject({ fault: rewrite(({ body }) => body.toString().replace(/,"md5Hash":"[^"]+"/, '')) });
    const [page] = await collect(driver.list());
    expect(page?.objects[0]).toMatchObject({ key: 'a', size: 7 });
    expect(page?.objects[0]).not.toHaveProperty('checksums');
  });
});

describe('startAfter', () => {
  test('in a listing of children begins within a directory if something comes after', async () => {
    const { driver, bucket } = await startRig();
    for (const name of ['p/a', 'p/b/1', 'p/b/2', 'p/b-', 'p/c/1', 'p/d']) bucket.put(name, '');
    const after = async (bound: string): Promise<string[]> =>
      names(driver, { prefix: prefix('p/'), depth: 'children', startAfter: key(bound) });
    expect(await after('p/b/1')).toEqual(['p/d', 'p/b/', 'p/c/']);
    expect(await after('p/b/2')).toEqual(['p/d', 'p/c/']);
    expect(await after('p/b/2x')).toEqual(['p/d', 'p/c/']);
    expect(await after('p/a')).toEqual(['p/b-', 'p/d', 'p/b/', 'p/c/']);
    expect(await after('p/c')).toEqual(['p/d', 'p/c/']);
    expect(await after('a/b')).toEqual(['p/a', 'p/b-', 'p/d', 'p/b/', 'p/c/']);
    expect(await after('q')).toEqual([]);
  });
});

describe('names that can not be keys', () => {
  test('are hidden, and said so once', async () => {
    const warnings: string[] = [];
    const { open, bucket } = await startRig();
    const driver = open({ root: 'r', warn: (message) => void warnings.push(message) });
    for (const name of ['r/', 'r/a/', 'r/a/x', 'r/b//c', 'r/../d', 'r//', 'r/e']) {
      bucket.put(name, '');
    }
    expect(await names(driver)).toEqual(['a/x', 'e']);
    expect(await names(driver, { depth: 'children' })).toEqual(['e', 'a/', 'b/']);
    expect(await names(driver, { prefix: prefix('a/'), depth: 'children' })).toEqual(['a/x']);
    expect(warnings).toEqual([
      'the bucket images has names that can\'t be keys, such as "r/"; they are left alone',
    ]);
    expect(bucket.size).toBe(7);
  });
});

describe('a listing that can not be trusted is INCOMPLETE', () => {
  const page = (value: unknown): Fault =>
    answer({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    });
  const kind = 'storage#objects';
  const whole = { size: '1', timeCreated: '2024-01-01T00:00:00Z', generation: '1' };
  const faults: Readonly<Record<string, Fault>> = {
    'repeats its token': gcs.repeatToken(),
    'repeats a page': gcs.repeatPage(),
    'is out of order': gcs.unordered(),
    'has a name that nobody asked for': page({ kind, items: [{ ...whole, name: 'q/a' }] }),
    'has an object that is like no other': gcs.strayKey('p/x'),
    'is cut, but ends well': truncate({ share: 0.7 }, 'well-formed'),
    'is another answer': page({}),
    'is nothing': page(null),
    'is a page of HTML': answer({ status: 200, body: '<html>Sign in</html>' }),
    'has no list of objects': page({ kind, items: 'none' }),
    'has an object without a name': page({ kind, items: [whole] }),
    'has an object without a time': page({
      kind,
      items: [{ ...whole, name: 'p/a', timeCreated: undefined }],
    }),
    'has an object without a size': page({ kind, items: [{ ...whole, name: 'p/a', size: 'x' }] }),
    'has an object without a generation': page({
      kind,
      items: [{ ...whole, name: 'p/a', generation: 1 }],
    }),
    'has an object twice': page({
      kind,
      items: [
        { ...whole, name: 'p/a' },
        { ...whole, name: 'p/a' },
      ],
    }),
    'has no token where there should be one': page({ kind, nextPageToken: '' }),
  };

  test.each(Object.entries(faults))('when a page %s', async (_, fault) => {
    const { driver, bucket, inject } = await startRig();
    for (let n = 0; n < 9; n++) bucket.put(`p/${n}`, '');
    inject({ fault });
    const listing = collect(driver.list({ prefix: prefix('p/'), pageSize: 3 }));
    const error = await failure(listing);
    expect(error).toMatchObject({ code: 'INCOMPLETE', op: 'list', retry: 'safe', applied: 'no' });
  });

  test('a page without objects and with a token is no end', async () => {
    const { driver, bucket, inject } = await startRig();
    bucket.put('p/x', '');
    inject({ fault: page({ kind, nextPageToken: 'CgNwLzA=' }), times: 1 });
    const pages = await collect(driver.list({ prefix: prefix('p/') }));
    expect(pages.map(({ objects, complete }) => [objects.length, complete])).toEqual([
      [0, false],
      [1, true],
    ]);
  });
});

test('a cursor is for its own listing', async () => {
  const { driver } = await startRig();
  await driver.put(key('a/b'), bytes(''));
  await driver.put(key('a/c'), bytes(''));
  const [first] = await collect(driver.list({ prefix: prefix('a/'), pageSize: 1 }));
  const { cursor = '' } = first ?? {};
  const error = await failure(collect(driver.list({ prefix: prefix('b/'), cursor })));
  expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
});
