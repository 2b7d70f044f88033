import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeleteRequest, Prefix, StorageDriver } from '@dunnage/driver-api';
import { describe, expect, test } from 'vitest';
import { bytes, collect, failure, key, keys, openDriver, prefix, tempRoot } from './support.ts';

const requests = (...names: string[]): DeleteRequest[] => names.map((name) => ({ key: key(name) }));

/** Outcomes by key, each of which must come once. */
async function outcomes(driver: StorageDriver, all: DeleteRequest[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { request, outcome } of driver.delete(all)) {
    expect(all).toContain(request);
    expect(found.has(request.key)).toBe(false);
    found.set(request.key, outcome);
  }
  return found;
}

function prune(driver: StorageDriver, prefixes: Prefix[]): AsyncIterable<Prefix> {
  if (driver.pruneEmptyDirectories === undefined) throw new Error('the driver does not prune');
  return driver.pruneEmptyDirectories(prefixes);
}

describe.each(['sync-workers', 'async'] as const)('delete, mode %s', (mode) => {
  test('takes the objects named, and neither siblings nor directories', async () => {
    const root = tempRoot({ 'a/x': '', 'a/y': '', ab: '', 'a-': '', 'b/c/d': '' });
    const driver = openDriver(root, { mode });
    const found = await outcomes(driver, requests('a/x', 'b/c/d', 'b/c', 'a', 'gone', 'gone/too'));
    expect(Object.fromEntries(found)).toEqual({
      'a/x': 'deleted',
      'b/c/d': 'deleted',
      'b/c': 'failed',
      a: 'failed',
      gone: 'missing',
      'gone/too': 'missing',
    });
    expect(await keys(driver)).toEqual(['a-', 'a/y', 'ab']);
    expect(existsSync(join(root, 'b/c'))).toBe(true);
  });

  test('with ifMatch takes only what is unchanged', async () => {
    const root = tempRoot({ same: 'x', changed: 'x', replaced: 'x' });
    const driver = openDriver(root, { mode });
    const planned: DeleteRequest[] = [];
    for (const name of ['same', 'changed', 'replaced']) {
      planned.push({ key: key(name), ifMatch: (await driver.stat(key(name)))?.etag ?? '' });
    }
    writeFileSync(join(root, 'changed'), 'y');
    await driver.put(key('replaced'), bytes('x'));
    expect(Object.fromEntries(await outcomes(driver, planned))).toEqual({
      same: 'deleted',
      changed: 'precondition-failed',
      replaced: 'precondition-failed',
    });
    expect(readdirSync(root).toSorted()).toEqual(['.dunnage-tmp', 'changed', 'replaced']);
  });

  test('gives one outcome for each of many requests, also twice for one key', async () => {
    const names = Array.from({ length: 3000 }, (_, n) => `d${n % 100}/f${n}`);
    const root = tempRoot(Object.fromEntries(names.map((name) => [name, ''])));
    const driver = openDriver(root, { mode });
    const twice = names.slice(0, 700);
    const found = await collect(driver.delete(requests(...names, ...twice)));
    const count = (outcome: string): number =>
      found.filter((each) => each.outcome === outcome).length;
    expect(count('deleted')).toBe(names.length);
    expect(count('missing')).toBe(twice.length);
    expect(await keys(driver)).toEqual([]);
  });

  test('stops when cancelled: what it told is true, and nothing goes after that', async () => {
    const names = Array.from({ length: 4000 }, (_, n) => `d${n % 10}/f${n}`);
    const root = tempRoot(Object.fromEntries(names.map((name) => [name, ''])));
    const driver = openDriver(root, { mode });
    const controller = new AbortController();
    const told: string[] = [];
    const error = await failure(
      (async () => {
        const { signal } = controller;
        for await (const { request } of driver.delete(requests(...names), { signal })) {
          told.push(request.key);
          if (told.length === 900) controller.abort();
        }
      })(),
    );
    expect(error).toMatchObject({ code: 'ABORTED', op: 'delete' });
    const left = await keys(driver);
    expect(left.filter((name) => told.includes(name))).toEqual([]);
    expect(left.length).toBeGreaterThan(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await keys(driver)).toEqual(left);
  });
});

describe.each(['sync-workers', 'async'] as const)('pruneEmptyDirectories, mode %s', (mode) => {
  test('removes what is empty, children before parents, and yields what it removed', async () => {
    const root = tempRoot({ 'full/x': '' });
    const chain: Prefix[] = [];
    for (let n = 0; n < 400; n++) {
      mkdirSync(join(root, `e${n}/f/g`), { recursive: true });
      chain.push(prefix(`e${n}/f/g/`), prefix(`e${n}/f/`), prefix(`e${n}/`));
    }
    mkdirSync(join(root, 'kept/below'), { recursive: true });
    const driver = openDriver(root, { mode });
    const others = ['full/', 'full/x/', 'missing/', 'kept/'].map(prefix);
    expect(await collect(prune(driver, [...chain, ...others, prefix('')]))).toEqual(chain);
    expect(readdirSync(root).toSorted()).toEqual(['full', 'kept']);
  });
});

test('a delete frees no directory', async () => {
  const root = tempRoot({ 'a/b/c': '' });
  const driver = openDriver(root);
  await outcomes(driver, requests('a/b/c'));
  expect(existsSync(join(root, 'a/b'))).toBe(true);
  expect(await collect(prune(driver, [prefix('a/'), prefix('a/b/')]))).toEqual(['a/b/']);
});
