import { azure } from '@dunnage/conformance/proxy';
import type { Prefix } from '@dunnage/driver-api';
import { expect, it } from 'vitest';
import {
  bytes,
  collect,
  deleteAll,
  deleteOne,
  failure,
  key,
  keysOf,
  openContainer,
  pagesOf,
  textOf,
} from './support.ts';

const HNS = { double: { hns: true } } as const;

it('says that directories are entries, without order among them', async () => {
  const { driver, proxy } = await openContainer(HNS);
  expect(await driver.capabilities()).toMatchObject({
    emptyDirectories: true,
    versions: 'none',
    list: { order: 'none' },
    keys: { objectAndPrefixMayCoexist: false },
  });
  expect('pruneEmptyDirectories' in driver).toBe(true);
  expect(proxy.counts().put).toBeUndefined();
});

it('never takes a directory for an object', async () => {
  const { driver, container } = await openContainer(HNS);
  container.directory('h/empty');
  container.put('h/full/file', 'x');
  expect(await keysOf(driver)).toEqual(['h/full/file']);
  for (const name of ['h', 'h/empty', 'h/full']) {
    expect(await driver.stat(key(name))).toBeUndefined();
    expect((await failure(() => driver.get(key(name)))).code).toBe('NOT_FOUND');
    expect((await deleteOne(driver, name)).outcome).toBe('missing');
    expect((await failure(() => driver.put(key(name), bytes('x')))).code).toBe('INVALID_KEY');
  }
  expect(container.names()).toEqual(['h', 'h/empty', 'h/full', 'h/full/file']);
});

it('finds nothing below an object, and says so without an error', async () => {
  const { driver, container } = await openContainer(HNS);
  container.put('h/file', 'x');
  for (const prefix of ['h/file/', 'h/file/below/'] as Prefix[]) {
    expect(await pagesOf(driver, { prefix })).toEqual([
      { objects: [], prefixes: [], complete: true },
    ]);
  }
  expect((await failure(() => driver.put(key('h/file/below'), bytes('x')))).code).toBe(
    'INVALID_KEY',
  );
  expect(await driver.stat(key('h/file/below'))).toBeUndefined();
});

it('deletes an object without a condition only as the object that it just was', async () => {
  const { driver, container, proxy } = await openContainer(HNS);
  for (const name of ['h/a', 'h/b', 'h/c']) container.put(name, 'x');
  await driver.capabilities();
  proxy.forget();
  expect((await deleteOne(driver, 'h/a')).outcome).toBe('deleted');
  expect(proxy.counts()).toEqual({ head: 1, delete: 1 });
  const infos = await Promise.all(['h/b', 'h/c'].map((name) => driver.stat(key(name))));
  proxy.forget();
  const requests = infos.flatMap((info) =>
    info?.etag === undefined ? [] : [{ key: info.key, ifMatch: info.etag }],
  );
  const outcomes = await deleteAll(driver, ...requests);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['deleted', 'deleted']);
  expect(proxy.counts()).toEqual({ 'bulk-delete': 1 });
  expect(container.names()).toEqual(['h']);
});

it('prunes directories that are empty, and nothing else', async () => {
  const { driver, container, proxy } = await openContainer(HNS);
  await driver.capabilities();
  container.directory('h/a/b');
  container.put('h/full/file', 'x');
  container.put('h/file', 'x');
  const prune = async (...prefixes: string[]): Promise<string[]> =>
    collect(driver.pruneEmptyDirectories?.(prefixes as Prefix[]) ?? (pagesOf(driver) as never));
  expect(await prune('h/a/', 'h/full/', 'h/file/', 'h/none/', '')).toEqual([]);
  expect(await prune('h/a/b/', 'h/a/', 'h/')).toEqual(['h/a/b/', 'h/a/']);
  expect(await textOf(driver, key('h/file'))).toBe('x');
  expect(container.names()).toEqual(['h', 'h/file', 'h/full', 'h/full/file']);
  proxy.inject({ when: { operation: 'delete' }, fault: azure.error(403, 'AuthorizationFailure') });
  container.directory('h/a');
  expect((await failure(() => prune('h/a/'))).code).toBe('PERMISSION_DENIED');
});

it('is seen in a listing, too, where the account must not be asked', async () => {
  const { driver, container, proxy } = await openContainer(HNS);
  container.put('h/file', 'x');
  proxy.inject({
    when: { query: { restype: 'account' } },
    fault: azure.error(403, 'AuthorizationPermissionMismatch'),
  });
  expect((await driver.capabilities()).emptyDirectories).toBe(true);
});

it('has no nameless directory', async () => {
  const { open } = await openContainer(HNS);
  const error = await failure(() => open({ legacyRoot: true }).capabilities());
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  expect(error.message).toContain('legacyroot');
});
