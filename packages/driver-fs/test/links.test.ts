import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Key, StorageDriver } from '@dunnage/driver-api';
import { describe, expect, test } from 'vitest';
import {
  bytes,
  collect,
  failure,
  key,
  keys,
  openDriver,
  pages,
  prefix,
  tempRoot,
} from './support.ts';

/** A storage with a link to a directory, one to a file, one inside and one to nowhere. */
function linked(): { root: string; outside: string } {
  const outside = tempRoot({ 'dir/secret': 'secret', 'dir/deep/secret': 'secret', file: 'secret' });
  const root = tempRoot({ 'inside/object': 'x', 'repo/_manifests/link': 'x' });
  symlinkSync(join(outside, 'dir'), join(root, 'repo/dir'));
  symlinkSync(join(outside, 'file'), join(root, 'repo/file'));
  symlinkSync('../inside', join(root, 'repo/within'));
  symlinkSync('nowhere', join(root, 'repo/dangling'));
  return { root, outside };
}

function bulkOf(driver: StorageDriver): NonNullable<StorageDriver['bulk']> {
  if (driver.bulk === undefined) throw new Error('the driver has no bulk verbs');
  return driver.bulk;
}

const THROUGH_LINKS: readonly [name: string, link: string][] = [
  ['repo/dir/secret', 'repo/dir'],
  ['repo/dir/deep/secret', 'repo/dir'],
  ['repo/dir/new', 'repo/dir'],
  ['repo/dir/new/newer', 'repo/dir'],
  ['repo/file', 'repo/file'],
  ['repo/file/below', 'repo/file'],
  ['repo/within/object', 'repo/within'],
  ['repo/dangling', 'repo/dangling'],
  ['repo/dangling/x', 'repo/dangling'],
];

describe.each(['sync-workers', 'async'] as const)('symbolic links, mode %s', (mode) => {
  test.each(THROUGH_LINKS)('%s is refused by every verb, naming the link', async (name, link) => {
    const { root, outside } = linked();
    const driver = openDriver(root, { mode });
    const refused = { code: 'UNSUPPORTED', providerCode: 'ELOOP' };
    const at: Key = key(name);
    const errors = [
      await failure(driver.stat(at)),
      await failure(driver.get(at)),
      await failure(driver.put(at, bytes('overwritten'))),
      await failure(driver.put(at, bytes('overwritten'), { ifAbsent: true })),
    ];
    const outcomes = [
      ...(await collect(driver.delete([{ key: at }]))),
      ...(await collect(bulkOf(driver).stat([at]))),
      ...(await collect(bulkOf(driver).read([at], { maxBytes: 100 }))),
      ...(await collect(bulkOf(driver).children([prefix(`${name}/`)]))),
    ];
    for (const outcome of outcomes) {
      expect(outcome).toHaveProperty('error');
      if ('error' in outcome) errors.push(outcome.error);
    }
    expect(errors).toHaveLength(8);
    for (const error of errors) {
      expect(error).toMatchObject(refused);
      expect((error as Error).message).toContain(`${link} is a symbolic link`);
    }
    expect(readFileSync(join(outside, 'dir/secret'), 'utf8')).toBe('secret');
    expect(readFileSync(join(outside, 'dir/deep/secret'), 'utf8')).toBe('secret');
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('secret');
    expect(readFileSync(join(root, 'inside/object'), 'utf8')).toBe('x');
    expect(existsSync(join(outside, 'dir/new'))).toBe(false);
    expect(lstatSync(join(root, link)).isSymbolicLink()).toBe(true);
  });

  test('fail a listing that meets them, and no other', async () => {
    const { root } = linked();
    const driver = openDriver(root, { mode });
    expect(await failure(pages(driver))).toMatchObject({ code: 'UNSUPPORTED' });
    expect(await failure(pages(driver, { prefix: prefix('repo/dir/') }))).toMatchObject({
      code: 'UNSUPPORTED',
    });
    expect(await keys(driver, { prefix: prefix('inside/') })).toEqual(['inside/object']);
    expect(await keys(driver, { prefix: prefix('repo/_manifests/') })).toHaveLength(1);
  });

  test('are not pruned, nor anything through them', async () => {
    const { root, outside } = linked();
    mkdirSync(join(outside, 'dir/empty'));
    const driver = openDriver(root, { mode });
    expect(await collect(prune(driver, 'repo/dir/'))).toEqual([]);
    expect(await failure(collect(prune(driver, 'repo/dir/empty/')))).toMatchObject({
      code: 'UNSUPPORTED',
    });
    expect(existsSync(join(outside, 'dir/empty'))).toBe(true);
  });
});

function prune(driver: StorageDriver, name: string): AsyncIterable<unknown> {
  return driver.pruneEmptyDirectories?.([prefix(name)]) ?? { [Symbol.asyncIterator]: () => none() };
}

async function* none(): AsyncGenerator<never> {}

describe('special files', () => {
  test('are no objects, and are neither opened nor deleted nor replaced', async () => {
    const root = tempRoot({ a: 'x' });
    execFileSync('mkfifo', [join(root, 'fifo')]);
    const server = createServer().listen(join(root, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const driver = openDriver(root);
      expect(await keys(driver)).toEqual(['a']);
      for (const name of ['fifo', 'socket']) {
        const at = key(name);
        expect(await driver.stat(at)).toBeUndefined();
        expect(await failure(driver.get(at))).toMatchObject({ code: 'NOT_FOUND' });
        expect(await failure(driver.put(at, bytes('')))).toMatchObject({ code: 'UNSUPPORTED' });
        expect(await collect(bulkOf(driver).read([at], { maxBytes: 10 }))).toEqual([
          { status: 'missing', key: at },
        ]);
        expect(await collect(driver.delete([{ key: at }]))).toMatchObject([
          { outcome: 'failed', error: { code: 'UNSUPPORTED' } },
        ]);
        expect(existsSync(join(root, name))).toBe(true);
      }
    } finally {
      server.close();
    }
  });
});

describe('keys', () => {
  test.each(['../x', '/etc/passwd', 'a/../../x', './x', 'a//b', '', 'a/', 'a\0b', 'x/..'])(
    '%j cannot leave the root',
    async (name) => {
      const root = tempRoot({ 'root/a': '', x: 'outside' });
      const driver = openDriver(join(root, 'root'));
      // Not through the parser: a caller in plain JavaScript can pass anything.
      const at = name as Key;
      const invalid = { code: 'INVALID_KEY' };
      expect(await failure(driver.stat(at))).toMatchObject(invalid);
      expect(await failure(driver.get(at))).toMatchObject(invalid);
      expect(await failure(driver.put(at, bytes('')))).toMatchObject(invalid);
      const outcomes = [
        ...(await collect(driver.delete([{ key: at }]))),
        ...(await collect(bulkOf(driver).stat([at]))),
        ...(await collect(bulkOf(driver).read([at], { maxBytes: 10 }))),
      ];
      expect(outcomes).toHaveLength(3);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ error: invalid });
      expect(readFileSync(join(root, 'x'), 'utf8')).toBe('outside');
    },
  );

  test('that are too long are refused before the system does', async () => {
    const driver = openDriver(tempRoot());
    const { keys: limits } = await driver.capabilities();
    const longest = 'x'.repeat(limits.maxSegmentBytes ?? 0);
    await driver.put(key(longest), bytes(''));
    const tooLong = [`x${longest}`, 'é'.repeat(128), 'a/'.repeat(limits.maxBytes / 2) + 'ab'];
    for (const name of tooLong) {
      expect(await failure(driver.stat(key(name)))).toMatchObject({ code: 'INVALID_KEY' });
    }
    expect(await driver.stat(key(`${'a/'.repeat(1000)}x`))).toBeUndefined();
  });
});
