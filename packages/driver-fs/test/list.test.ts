import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isStorageError } from '@dunnage/driver-api';
import type { ListOptions } from '@dunnage/driver-api';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  collect,
  failure,
  key,
  keys,
  openDriver,
  pages,
  prefix,
  runElsewhere,
  tempRoot,
  write,
} from './support.ts';

/** What an object store would list: keys by their UTF-8 bytes. Another way than the driver's. */
function inByteOrder(names: Iterable<string>): string[] {
  return [...names].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

// Characters around "/" and around the places where UTF-16 and UTF-8 order differ.
const character = fc.constantFrom(
  'a',
  '-',
  '.x',
  '0',
  '!',
  'é',
  '\u{FF5E}',
  '\u{1F600}',
  '\u{E000}',
);
const segment = fc.array(character, { minLength: 1, maxLength: 3 }).map((all) => all.join(''));
const name = fc.array(segment, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'));

/** Names of which none is a directory of another. */
const names = fc
  .uniqueArray(name, { minLength: 1, maxLength: 25 })
  .map((all) => all.filter((one) => !all.some((other) => other.startsWith(`${one}/`))));

async function firstOf<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error('there was none');
}

describe('order', () => {
  test('puts "-" before "/" before "0", and astral characters last', async () => {
    const sorted = ['a-/x', 'a.x', 'a/x', 'a0', 'a\u{FF5E}', 'a\u{1F600}'];
    const driver = openDriver(tempRoot(Object.fromEntries(sorted.map((each) => [each, '']))));
    expect(await keys(driver)).toEqual(sorted);
  });

  test('is that of the keys, whatever the tree, the page size and the bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        names,
        fc.integer({ min: 1, max: 7 }),
        fc.option(name, { nil: undefined }),
        fc.boolean(),
        async (all, pageSize, bound, threads) => {
          const root = tempRoot(Object.fromEntries(all.map((each) => [each, each])));
          const driver = openDriver(root, threads ? {} : { mode: 'async' });
          const options: ListOptions = {
            pageSize,
            detail: threads ? 'full' : 'keys',
            ...(bound === undefined ? {} : { startAfter: key(bound) }),
          };
          const after = Buffer.from(bound ?? '');
          const expected = inByteOrder(all).filter(
            (each) => Buffer.compare(Buffer.from(each), after) > 0,
          );
          expect(await keys(driver, options)).toEqual(expected);

          const children = inByteOrder(new Set(expected.map((each) => each.replace(/\/.*/s, '/'))));
          const listed = await pages(driver, { ...options, depth: 'children' });
          expect(
            inByteOrder(
              listed.flatMap((page) => [
                ...page.objects.map((object) => object.key),
                ...page.prefixes,
              ]),
            ),
          ).toEqual(children);
          await driver.close();
          rmSync(root, { recursive: true });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('pages', () => {
  test('go on after each cursor in another instance and another process', async () => {
    const all = Array.from({ length: 23 }, (_, n) => `d${n % 5}/f${n}`);
    const root = tempRoot(Object.fromEntries(all.map((each) => [each, ''])));
    const found: string[] = [];
    let cursor: string | undefined;
    for (let n = 0; ; n++) {
      const driver = openDriver(root);
      const options = cursor === undefined ? {} : { cursor };
      const page = await firstOf(driver.list({ pageSize: 4, ...options }));
      found.push(...page.objects.map((object) => object.key));
      cursor = page.cursor;
      expect(page.complete).toBe(cursor === undefined);
      if (page.complete) break;
    }
    expect(found).toEqual(inByteOrder(all));

    const [first] = await pages(openDriver(root), { pageSize: 9 });
    const rest = await runElsewhere(
      `
      const [root, cursor] = process.argv.slice(1);
      const driver = createFsDriver({ root });
      for await (const page of driver.list({ cursor })) {
        console.log(JSON.stringify(page.objects.map((object) => object.key)));
      }
      `,
      [root, first?.cursor ?? ''],
    );
    expect(JSON.parse(rest)).toEqual(inByteOrder(all).slice(9));
  });

  test('are not spoilt by what comes and goes between them', async () => {
    const all = Array.from({ length: 40 }, (_, n) => `d${n % 4}/${String(n).padStart(2, '0')}`);
    const root = tempRoot(Object.fromEntries(all.map((each) => [each, ''])));
    const found: string[] = [];
    for await (const page of openDriver(root).list({ pageSize: 3 })) {
      found.push(...page.objects.map((object) => object.key));
      const n = found.length;
      write(root, `d${n % 4}/new${n}`, '');
      rmSync(join(root, `d${n % 4}/new${n - 4}`), { force: true });
    }
    const kept = found.filter((each) => !each.includes('new'));
    expect(kept).toEqual(inByteOrder(all));
  });

  test('with a cursor that is none, or of another listing, are refused', async () => {
    const driver = openDriver(tempRoot({ 'a/1': '', 'a/2': '' }));
    const [page] = await pages(driver, { pageSize: 1 });
    const cursor = page?.cursor ?? '';
    const wrong: ListOptions[] = [
      { cursor: 'nonsense' },
      { cursor: '' },
      { cursor, prefix: prefix('a/') },
      { cursor, depth: 'children' },
    ];
    for (const options of wrong) {
      expect(await failure(pages(driver, options))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    expect(await failure(pages(driver, { pageSize: 0 }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('what is not there', () => {
  test('is empty where a prefix is missing or has no objects, and an error where the root is', async () => {
    const root = tempRoot({ file: '' });
    mkdirSync(join(root, 'empty/er'), { recursive: true });
    const driver = openDriver(root);
    const nothing = [{ objects: [], prefixes: [], complete: true }];
    for (const name of ['missing/', 'empty/', 'empty/er/', 'file/', 'file/below/']) {
      expect(await pages(driver, { prefix: prefix(name) })).toEqual(nothing);
    }
    expect(await pages(driver, { depth: 'children' })).toMatchObject([{ prefixes: ['empty/'] }]);
    const error = await failure(pages(openDriver(join(root, 'missing'))));
    expect(error).toMatchObject({ code: 'CONTAINER_NOT_FOUND' });
  });

  test('is no empty storage when the root went away or was replaced while it was open', async () => {
    const root = tempRoot({ 'root/a/b': 'x' });
    const driver = openDriver(join(root, 'root'));
    expect(await keys(driver)).toEqual(['a/b']);
    renameSync(join(root, 'root'), join(root, 'elsewhere'));
    for (const replaced of [false, true]) {
      if (replaced) mkdirSync(join(root, 'root'));
      const gone = { code: 'CONTAINER_NOT_FOUND' };
      expect(await failure(pages(driver))).toMatchObject(gone);
      expect(await failure(driver.stat(key('a/b')))).toMatchObject(gone);
      const outcomes = await collect(driver.delete([{ key: key('a/b') }]));
      expect(outcomes).toMatchObject([{ outcome: 'failed', error: gone }]);
      const bulk = driver.bulk;
      if (bulk === undefined) throw new Error('the driver has no bulk verbs');
      expect(await collect(bulk.children([prefix('a/')]))).toMatchObject([{ error: gone }]);
      expect(await failure(driver.put(key('c'), new Uint8Array()))).toMatchObject(gone);
    }
  });

  test('is told from what may not be read: an unreadable directory fails the listing', async () => {
    const root = tempRoot({ 'a/1': '', 'closed/below/2': '', 'z/3': '' });
    chmodSync(root, 0o755);
    chmodSync(join(root, 'closed/below'), 0);
    const output = await runElsewhere(
      `
      const driver = createFsDriver({ root: process.argv[1] });
      const seen = [];
      let error;
      try {
        for await (const page of driver.list({ pageSize: 1 })) seen.push(page);
      } catch (thrown) {
        error = thrown;
      }
      const outcomes = [];
      for await (const each of driver.bulk.children(['a/', 'closed/below/'])) outcomes.push(each);
      console.log(JSON.stringify({ error, complete: seen.some((page) => page.complete), outcomes }));
      `,
      [root],
      process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {},
    );
    chmodSync(join(root, 'closed/below'), 0o755);
    const denied = { code: 'PERMISSION_DENIED', key: 'closed/below/', providerCode: 'EACCES' };
    expect(JSON.parse(output)).toMatchObject({
      error: denied,
      complete: false,
      outcomes: [
        { status: 'ok', objects: ['1'] },
        { status: 'failed', error: denied },
      ],
    });
  });

  test('a name that is no UTF-8 fails the listing, by name', async () => {
    const root = tempRoot({ 'a/ok': '' });
    writeFileSync(Buffer.concat([Buffer.from(`${root}/a/bad-`), Buffer.from([0xe9])]), '');
    const error = await failure(pages(openDriver(root)));
    expect(error).toMatchObject({ code: 'INVALID_KEY', providerCode: 'EILSEQ' });
    expect(isStorageError(error) && error.message).toContain('a/');
  });
});

test('a listing that is left or cancelled stops', async () => {
  const all = Array.from({ length: 3000 }, (_, n) => `d${n % 50}/f${n}`);
  const root = tempRoot(Object.fromEntries(all.map((each) => [each, ''])));
  const driver = openDriver(root);
  for await (const page of driver.list({ pageSize: 10 })) {
    expect(page.objects).toHaveLength(10);
    break;
  }
  const controller = new AbortController();
  const seen: number[] = [];
  const error = await failure(
    (async () => {
      for await (const page of driver.list({ pageSize: 10, signal: controller.signal })) {
        seen.push(page.objects.length);
        if (seen.length === 3) controller.abort();
      }
    })(),
  );
  expect(error).toMatchObject({ code: 'ABORTED', op: 'list' });
  expect(seen).toEqual([10, 10, 10]);
  expect(await failure(pages(driver, { signal: controller.signal }))).toMatchObject({
    code: 'ABORTED',
  });
});

test('facts in a listing are those of stat', async () => {
  const root = tempRoot({ a: '1', 'b/c': '22', 'b/d': '333' });
  const driver = openDriver(root);
  const [page] = await pages(driver);
  for (const object of page?.objects ?? []) expect(object).toEqual(await driver.stat(object.key));
  expect(page?.objects).toHaveLength(3);
  expect(readFileSync(join(root, 'a'), 'utf8')).toBe('1');
});
