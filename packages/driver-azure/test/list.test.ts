import { azure, emptyBody, truncate } from '@dunnage/conformance/proxy';
import type { Fault } from '@dunnage/conformance/proxy';
import type { Prefix } from '@dunnage/driver-api';
import { describe, expect, it } from 'vitest';
import { bytes, failure, key, keysOf, openContainer, pagesOf } from './support.ts';

describe('a listing', () => {
  it('asks for 5000 names a page, and for as many pages as that makes', async () => {
    const { driver, container, proxy } = await openContainer();
    for (let n = 0; n < 5001; n++) container.put(`l/${String(n).padStart(5, '0')}`, '');
    await driver.capabilities();
    proxy.forget();
    expect(await keysOf(driver)).toHaveLength(5001);
    expect(proxy.counts()).toEqual({ list: 2 });
    expect(proxy.requests[0]?.query).toEqual({
      restype: 'container',
      comp: 'list',
      maxresults: '5000',
      include: 'metadata',
    });
  });

  it('tells the MD5 of what was put whole, and nothing of what has none', async () => {
    const { driver, container } = await openContainer();
    container.put('l/a', 'content');
    container.put('l/b', 'content', { noMd5: true });
    const objects = (await pagesOf(driver)).flatMap((page) => page.objects);
    expect(objects.map(({ checksums }) => checksums)).toEqual([
      { md5: '9a0364b9e99bb480dd25e1f0284c8555' },
      undefined,
    ]);
  });

  it('leaves out what is no object: blocks, snapshots, older versions, deleted blobs', async () => {
    const { driver, container } = await openContainer({ double: { softDeleteDays: 7 } });
    container.put('l/a', 'x');
    container.put('l/gone', 'x');
    container.snapshot('l/a');
    container.stage('l/blocks', 'AAAA', 'x');
    for await (const outcome of driver.delete([{ key: key('l/gone') }])) void outcome;
    expect(await keysOf(driver)).toEqual(['l/a']);
  });

  it('goes on over short and empty pages', async () => {
    const { driver, container } = await openContainer({ double: { sparsePages: true } });
    const names = Array.from({ length: 50 }, (_, n) => `l/${String(n).padStart(2, '0')}`);
    for (const name of names) container.put(name, '');
    const pages = await pagesOf(driver, { pageSize: 10 });
    expect(pages.flatMap(({ objects }) => objects.map((object) => object.key))).toEqual(names);
    expect(pages.map(({ complete }) => complete)).toEqual(
      pages.map((_, at) => at === pages.length - 1),
    );
  });

  it('keeps names apart that only differ in how XML writes them', async () => {
    const { driver, container } = await openContainer();
    const names = [
      'l/%41',
      'l/&amp;',
      'l/&',
      "l/'",
      'l/<a>',
      'l/A',
      'l/a b',
      'l/a%20b',
      'l/\uffff',
    ];
    for (const name of names) container.put(name, bytes(name));
    expect((await keysOf(driver)).toSorted()).toEqual(names.toSorted());
    for (const name of names) expect((await driver.stat(key(name)))?.size).toBe(bytes(name).length);
  });
});

describe('names that no registry gives', () => {
  it('stay hidden, are told of once, and are left alone', async () => {
    const { driver, container, warnings } = await openContainer();
    for (const name of ['l/', 'l//x', '/l/x', 'l/a', 'l/b/']) container.put(name, '');
    expect(await keysOf(driver)).toEqual(['l/a']);
    expect(await keysOf(driver, { prefix: 'l/' as Prefix, depth: 'children' })).toEqual(['l/a']);
    expect(warnings.filter((warning) => warning.includes('left alone'))).toEqual([
      'the container registry has blobs whose names no registry gives, such as "/l/x"; they are left alone',
    ]);
    expect(container.size).toBe(5);
  });

  it('are marks of directories, too, which other tools put into flat namespaces', async () => {
    const { driver, container, warnings } = await openContainer();
    container.put('l', '', { metadata: { hdi_isfolder: 'true' } });
    container.put('l/a', 'x');
    expect(await keysOf(driver)).toEqual(['l/a']);
    expect(await driver.stat(key('l'))).toBeUndefined();
    expect((await failure(() => driver.get(key('l')))).code).toBe('NOT_FOUND');
    expect(warnings).toEqual([]);
  });
});

describe('a listing that goes wrong', () => {
  const wrong: readonly (readonly [string, Fault])[] = [
    ['repeats a marker', azure.repeatMarker()],
    ['repeats a page', azure.repeatPage()],
    ['has no end', azure.withoutEnd()],
    ['is out of order', azure.unordered()],
    ['is cut off in good form', truncate({ share: 0.5 }, 'well-formed')],
    ['has no body', emptyBody()],
  ];
  it.each(wrong)('that %s is INCOMPLETE and never whole', async (_, fault) => {
    const { driver, container, proxy } = await openContainer();
    for (let n = 0; n < 10; n++) container.put(`l/${n}`, '');
    await driver.capabilities();
    proxy.inject({ when: { operation: 'list' }, fault });
    const seen: boolean[] = [];
    const error = await failure(async () => {
      for await (const page of driver.list({ pageSize: 3 })) seen.push(page.complete);
    });
    expect(error).toMatchObject({ code: 'INCOMPLETE', retry: 'safe', op: 'list' });
    expect(seen).not.toContain(true);
  });

  it.each(['close', 'reset'] as const)(
    'by a %s in its midst may be asked for again',
    async (end) => {
      const { driver, container, proxy } = await openContainer();
      for (let n = 0; n < 10; n++) container.put(`l/${n}`, '');
      await driver.capabilities();
      proxy.inject({ when: { operation: 'list' }, fault: truncate({ share: 0.5 }, end) });
      const error = await failure(() => pagesOf(driver));
      expect(['UNAVAILABLE', 'INCOMPLETE']).toContain(error.code);
      expect(error.retry).not.toBe('never');
    },
  );

  it('because the container is missing is no empty one', async () => {
    const { open } = await openContainer();
    const driver = open({ container: 'other' });
    expect(await failure(() => pagesOf(driver))).toMatchObject({
      code: 'CONTAINER_NOT_FOUND',
      retry: 'never',
    });
  });

  it('by a cursor that the store does not take is an INVALID_ARGUMENT', async () => {
    const { driver, container, proxy } = await openContainer();
    for (let n = 0; n < 10; n++) container.put(`l/${n}`, '');
    const [first] = await pagesOf(driver, { pageSize: 3 });
    const cursor = first?.cursor ?? '';
    proxy.inject({
      when: { operation: 'list', query: { marker: true } },
      fault: azure.error(400, 'InvalidQueryParameterValue'),
    });
    expect((await failure(() => pagesOf(driver, { cursor }))).code).toBe('INVALID_ARGUMENT');
  });
});
