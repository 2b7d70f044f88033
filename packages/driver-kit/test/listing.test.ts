import { parseKey, parsePrefix, ROOT } from '@dunnage/driver-api';
import type { ListOptions } from '@dunnage/driver-api';
import { checkListOptions, decodeCursor, encodeCursor, Progress, Root } from '@dunnage/driver-kit';
import { describe, expect, test } from 'vitest';
import { failure, session } from './support.ts';

describe('the root', () => {
  test.each([
    ['', 'a/b', 'a/b'],
    ['/', 'a/b', 'a/b'],
    ['registry', 'a/b', 'registry/a/b'],
    ['/x/y/', 'a/b', 'x/y/a/b'],
  ])('%j puts %s at %s', (directory, key, name) => {
    const root = Root.of(directory);
    expect(root.nameOf(parseKey(key))).toBe(name);
    expect(root.keyOf(name)).toBe(key);
  });

  test.each([
    'other/a',
    'registry',
    'registry/',
    'registry//a',
    'registry/a/',
    'registry/../a',
    'registry-2/a',
  ])('%s is no key below registry/', (name) =>
    expect(Root.of('registry').keyOf(name)).toBeUndefined(),
  );

  test('names prefixes', () => {
    const root = Root.of('r');
    expect(root.prefixOf('r/a/b/')).toBe('a/b/');
    expect(root.prefixOf('r/a/b')).toBeUndefined();
    expect(root.prefixOf('r//')).toBeUndefined();
    expect(new Root('/').keyOf('/docker/registry')).toBe('docker/registry');
  });
});

describe('a cursor', () => {
  const prefix = parsePrefix('a/');
  test('gives back what it was made of', () => {
    expect(decodeCursor('toy', 'list', encodeCursor(prefix, 'tok&n', ''), prefix, 2)).toEqual([
      'tok&n',
      '',
    ]);
  });

  test.each([
    ['of another prefix', encodeCursor(ROOT, 'x')],
    ['of another kind', encodeCursor(prefix, 'x', 'y')],
    ['made up', 'made-up'],
    ['of other things', Buffer.from('["a/",1]').toString('base64url')],
  ])('%s is refused', async (_, cursor) => {
    const error = await failure(() => decodeCursor('toy', 'list', cursor, prefix, 1));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', op: 'list' });
  });
});

describe('a listing gets on', () => {
  const page = (first: string, token: string | undefined, more: object = {}) => ({
    ...{ first, last: `${first}z`, token, ...more },
  });

  test('or is INCOMPLETE', async () => {
    const wrong: readonly (readonly [string, readonly ReturnType<typeof page>[]])[] = [
      ['token twice', [page('a', '1'), page('b', '1')]],
      ['token lost', [page('a', undefined, { truncated: true })]],
      ['gone back', [page('b', '1'), page('a', '2')]],
      ['same again', [page('b', '1'), { first: 'bz', last: 'c', token: '2' }]],
    ];
    for (const [what, pages] of wrong) {
      const progress = new Progress('toy', 'x/', true);
      const error = await failure(() => pages.forEach((each) => progress.check(each)));
      expect(error, what).toMatchObject({ code: 'INCOMPLETE', retry: 'safe' });
    }
  });

  test('from the token that it began with', async () => {
    const progress = new Progress('toy', 'x/', true).from('1');
    expect(await failure(() => progress.check(page('a', '1')))).toMatchObject({
      code: 'INCOMPLETE',
    });
  });

  test('and passes when it does, empty pages and scattered names included', () => {
    const ordered = new Progress('toy', 'x/', true);
    for (const each of [
      page('a', '1'),
      { first: undefined, last: undefined, token: '2' },
      page('b', undefined),
    ]) {
      ordered.check(each);
    }
    const scattered = new Progress('toy', 'x/', false);
    for (const each of [page('b', '1'), page('a', undefined)]) scattered.check(each);
  });
});

describe('options of a listing', () => {
  const able = { startAfter: false, resumableCursor: true, maxPageSize: 1000 };
  test.each([
    [{}, 1000],
    [{ pageSize: 7 }, 7],
    [{ pageSize: 5000 }, 1000],
  ])('%j: pages of %i', (options, size) => {
    expect(checkListOptions(session(), 'list', options, able)).toBe(size);
  });

  test.each<[unknown, string]>([
    [{ pageSize: 0 }, 'INVALID_ARGUMENT'],
    [{ pageSize: 1.5 }, 'INVALID_ARGUMENT'],
    [{ depth: 'deep' }, 'INVALID_ARGUMENT'],
    [{ detail: 'all' }, 'INVALID_ARGUMENT'],
    [{ startAfter: 'a' }, 'UNSUPPORTED'],
    [{ prefix: 'a' }, 'INVALID_KEY'],
  ])('%j: %s', async (options, code) => {
    const error = await failure(() =>
      checkListOptions(session(), 'list', options as ListOptions, able),
    );
    expect(error).toMatchObject({ code });
  });
});
