import assert from 'node:assert/strict';
import { hasCode, parseKey } from '@dunnage/driver-api';
import type { Key, Prefix } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import type { ContractContext } from '../context.ts';
import { bytesOf, readText } from '../content.ts';
import { drain, fails, failsSomehow } from '../expect.ts';
import { listedKeys } from '../listing.ts';
import { deleteAll } from '../outcomes.ts';

const DIGEST = 'ab'.repeat(32);

const REGISTRY_KEYS = [
  `docker/registry/v2/blobs/sha256/ab/${DIGEST}/data`,
  `docker/registry/v2/repositories/a/_layers/sha256/${DIGEST}/link`,
  `docker/registry/v2/repositories/a/_manifests/revisions/sha256/${DIGEST}/link`,
  `docker/registry/v2/repositories/a/_manifests/tags/1.0-rc.1_x/current/link`,
  `docker/registry/v2/repositories/a-b/c.d/e__f/_manifests/tags/v1/index/sha256/${DIGEST}/link`,
  `docker/registry/v2/repositories/a/_uploads/0a1b2c3d-0000-4000-8000-000000000000/startedat`,
];

/** Puts objects of these names, and finds each again in every way; a name may be refused. */
async function roundTrip(context: ContractContext, names: readonly string[]): Promise<void> {
  const { driver } = context;
  const accepted: Key[] = [];
  for (const name of names) {
    const key = parseKey(name);
    try {
      await driver.put(key, bytesOf(`of ${name}`));
      accepted.push(key);
    } catch (error) {
      assert.ok(hasCode(error, 'INVALID_KEY'), `${JSON.stringify(name)}: ${String(error)}`);
    }
  }
  await context.eventually(async () => {
    assert.deepEqual(await listedKeys(driver), [...accepted].sort());
    for (const key of accepted) {
      assert.equal((await driver.stat(key))?.key, key);
      assert.equal(await readText(driver, key), `of ${key}`);
    }
  });
  await context.remove(accepted.slice(0, 1));
  assert.deepEqual(await listedKeys(driver), accepted.slice(1).sort());
  await context.remove(accepted.slice(1));
}

export const NAMES: readonly ContractCheck[] = [
  {
    id: 'B1',
    area: 'names',
    title: 'takes all names that a registry makes',
    async run(context) {
      await context.seed(REGISTRY_KEYS);
      assert.deepEqual(await listedKeys(context.driver), [...REGISTRY_KEYS].sort());
      for (const key of REGISTRY_KEYS) {
        assert.equal(await readText(context.driver, parseKey(key)), `of ${key}`);
      }
    },
  },
  {
    id: 'B2',
    area: 'names',
    title: 'refuses what is not a key or prefix with INVALID_KEY, in every verb',
    async run(context) {
      const { driver } = context;
      await context.put('a/b', 'kept');
      for (const text of ['', '/', '/a', 'a/', 'a//b', '.', '..', 'a/../b', './a', 'a/.', 'a\0b']) {
        const key = text as Key;
        await fails('INVALID_KEY', () => driver.stat(key));
        await fails('INVALID_KEY', () => driver.get(key));
        await fails('INVALID_KEY', () => driver.put(key, bytesOf('x')));
        await fails('INVALID_KEY', async () => {
          for await (const outcome of driver.delete([{ key }])) {
            if ('error' in outcome) throw outcome.error;
          }
        });
      }
      for (const text of ['a', '/', '/a/', 'a//', '../', 'a/../']) {
        await fails('INVALID_KEY', () => drain(driver.list({ prefix: text as Prefix })));
      }
      assert.deepEqual(await listedKeys(driver), ['a/b']);
      assert.equal(await readText(driver, parseKey('a/b')), 'kept');
    },
  },
  {
    id: 'B3',
    area: 'names',
    title: 'does not mix up repeated segments',
    async run(context) {
      await context.seed(['a/a/a/a', 'a/a/b', 'a/b/a']);
      assert.equal(await context.driver.stat(parseKey('a/a/a')), undefined);
      assert.equal(await context.driver.stat(parseKey('a/a')), undefined);
      assert.equal(await readText(context.driver, parseKey('a/b/a')), 'of a/b/a');
      await context.remove(['a/a/a/a']);
      assert.deepEqual(await listedKeys(context.driver), ['a/a/b', 'a/b/a']);
    },
  },
  {
    id: 'B4',
    area: 'names',
    title: 'keeps siblings apart whose names begin alike',
    async run(context) {
      const siblings = ['r-/x', 'r-1/x', 'r.0/x', 'r/x', 'r0/x', 'ra/x', 'rA/x'];
      await context.seed(siblings);
      for (const key of siblings) {
        const prefix = key.slice(0, -1) as Prefix;
        assert.deepEqual(await listedKeys(context.driver, { prefix }), [key]);
        const children = await listedKeys(context.driver, { prefix, depth: 'children' });
        assert.deepEqual(children, [key]);
      }
      await context.remove(['r/x']);
      const others = siblings.filter((key) => key !== 'r/x');
      assert.deepEqual(await listedKeys(context.driver), [...others].sort());
    },
  },
  {
    id: 'B5',
    area: 'names',
    title: 'keeps names beyond ASCII as they are',
    async run(context) {
      const composed = 'u/caf\u00e9';
      const decomposed = 'u/cafe\u0301';
      const both =
        context.capabilities.keys.normalizes === 'none' ? [composed, decomposed] : [composed];
      const others = [
        'u/\uff5e',
        'u/\u{1f600}',
        'u/\u05d0\u05d1',
        'u/a\u200bb',
        'u/\u4e2d\u6587',
        'u/\u00df',
      ];
      await roundTrip(context, [...both, ...others]);
    },
  },
  {
    id: 'B6',
    area: 'names',
    title: 'stores names with characters that formats and shells treat specially, or refuses them',
    async run(context) {
      const special = [
        '&',
        '<',
        '>',
        "'",
        '"',
        '%',
        '%46',
        '%2F',
        '+',
        '?',
        '#',
        '\\',
        '*',
        '|',
        ':',
        ';',
        '$x',
        '`',
        '{}',
        '[a]',
        '&amp;',
        ' ',
        '=',
        '@',
        ',',
        '~',
      ];
      const control = [1, 9, 10, 13, 27, 31, 127].map((code) => String.fromCharCode(code));
      await roundTrip(
        context,
        [...special, ...control].map((text) => `s/a${text}b`),
      );
    },
  },
  {
    id: 'B7',
    area: 'names',
    title: 'stores names that begin or end with a space, dot or tilde, or refuses them',
    async run(context) {
      await roundTrip(context, [
        ' a',
        'a ',
        'a.',
        '.a',
        '~a',
        'a~',
        '...',
        '-a',
        '_a',
        '.a/b',
        'c /d',
        'e./f',
      ]);
    },
  },
  {
    id: 'B8',
    area: 'names',
    title: 'keeps names apart that differ by case',
    optional: {
      declared: ({ keys }) => keys.caseSensitive,
      async refused(context) {
        await context.put('case/a', 'lower');
        assert.equal(await readText(context.driver, parseKey('case/A')), 'lower');
      },
    },
    async run(context) {
      await context.seed(['case/a', 'case/A', 'Case/a']);
      assert.equal(await readText(context.driver, parseKey('case/A')), 'of case/A');
      await context.remove(['case/A']);
      assert.deepEqual(await listedKeys(context.driver), ['Case/a', 'case/a']);
    },
  },
  {
    id: 'B9',
    area: 'names',
    title: 'takes keys as long as declared, and refuses longer ones in every verb',
    async run(context) {
      const { driver } = context;
      const { maxBytes, maxSegmentBytes } = context.capabilities.keys;
      const segment = Math.min(maxSegmentBytes ?? 200, 200);
      const longest = fill(maxBytes, segment);
      await context.put(longest, 'long');
      assert.equal(await readText(driver, parseKey(longest)), 'long');
      await refuses(context, `${longest}x`);
      if (maxSegmentBytes !== undefined) {
        const widest = `${'é'.repeat(Math.floor(maxSegmentBytes / 2))}${'x'.repeat(maxSegmentBytes % 2)}`;
        await context.put(`w/${widest}`, 'wide');
        await refuses(context, `w/${widest}x`);
      }
      assert.ok((await driver.stat(parseKey(longest))) !== undefined);
    },
  },
  {
    id: 'B10',
    area: 'names',
    title: 'stores both an object and objects below its name',
    optional: {
      declared: ({ keys }) => keys.objectAndPrefixMayCoexist,
      async refused(context) {
        const { driver } = context;
        await context.seed(['c/a', 'c/d/e']);
        await failsSomehow(() => driver.put(parseKey('c/a/b'), bytesOf('x')));
        await failsSomehow(() => driver.put(parseKey('c/a/b/c'), bytesOf('x')));
        await failsSomehow(() => driver.put(parseKey('c/d'), bytesOf('x')));
        assert.deepEqual(await listedKeys(driver), ['c/a', 'c/d/e']);
        assert.equal(await readText(driver, parseKey('c/a')), 'of c/a');
        assert.equal(await driver.stat(parseKey('c/a/b')), undefined);
        assert.equal(await driver.stat(parseKey('c/d')), undefined);
        await fails('NOT_FOUND', () => driver.get(parseKey('c/d')));
        await fails('NOT_FOUND', () => driver.get(parseKey('c/a/b')));
        assert.deepEqual(await listedKeys(driver, { prefix: 'c/a/' as Prefix }), []);
      },
    },
    async run(context) {
      await context.seed(['c/a', 'c/a/b', 'c/a/b/c', 'c/a-']);
      assert.deepEqual(await listedKeys(context.driver, { prefix: 'c/a/' as Prefix }), [
        'c/a/b',
        'c/a/b/c',
      ]);
      await context.remove(['c/a/b']);
      assert.deepEqual(await listedKeys(context.driver), ['c/a', 'c/a-', 'c/a/b/c']);
      assert.equal(await readText(context.driver, parseKey('c/a')), 'of c/a');
    },
  },
];

/** A key of exactly `bytes` bytes, in segments of at most `segment`. */
function fill(bytes: number, segment: number): string {
  const whole = `${'k'.repeat(segment)}/`.repeat(Math.ceil(bytes / (segment + 1)));
  const cut = whole.slice(0, bytes);
  return cut.endsWith('/') ? `${cut.slice(0, -1)}k` : cut;
}

async function refuses({ driver }: ContractContext, text: string): Promise<void> {
  const key = parseKey(text);
  await fails('INVALID_KEY', () => driver.put(key, bytesOf('x')));
  await fails('INVALID_KEY', () => driver.stat(key));
  await fails('INVALID_KEY', () => driver.get(key));
  await fails('INVALID_KEY', async () => {
    for (const outcome of await deleteAll(driver, [{ key }])) {
      if ('error' in outcome) throw outcome.error;
    }
  });
}
