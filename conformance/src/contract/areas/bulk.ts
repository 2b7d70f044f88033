import assert from 'node:assert/strict';
import { parseKey, ROOT } from '@dunnage/driver-api';
import type { BulkVerbs, Key, Prefix, StorageDriver } from '@dunnage/driver-api';
import type { ContractCheck, OptionalFeature } from '../check.ts';
import { bytesOf, noise } from '../content.ts';
import { collect, drain, fails } from '../expect.ts';
import { listAll, numberedKeys } from '../listing.ts';
import { streamOf } from '../outcomes.ts';

const BULK: OptionalFeature = {
  declared: (_, { bulk }) => bulk !== undefined,
  refused: async ({ driver }) => assert.equal(driver.bulk, undefined),
};

function bulkOf({ bulk }: StorageDriver): BulkVerbs {
  assert.ok(bulk);
  return bulk;
}

/** Outcomes by what was asked for, each exactly once. */
async function byKey<T extends { readonly key: Key }>(
  outcomes: AsyncIterable<T>,
  count: number,
): Promise<Map<string, T>> {
  const all = await collect(outcomes);
  assert.equal(all.length, count, 'not one outcome for each request');
  return new Map(all.map((outcome) => [outcome.key, outcome]));
}

export const BULK_VERBS: readonly ContractCheck[] = [
  {
    id: 'X1',
    area: 'bulk',
    title: 'bulk.children gives what listings of children give, and nothing for what is not there',
    optional: BULK,
    async run(context) {
      const { driver } = context;
      await context.seed(['x/a', 'x/b/c', 'x/b/d/e', 'x/b-c/f', 'x/é/\u{1f600}', 'top']);
      const prefixes = ['', 'x/', 'x/b/', 'x/b/d/', 'x/é/', 'none/', 'x/a/', 'x/b/c/'] as Prefix[];
      const outcomes = await collect(bulkOf(driver).children(streamOf(prefixes)));
      assert.equal(outcomes.length, prefixes.length);
      for (const prefix of prefixes) {
        const outcome = outcomes.find((outcome) => outcome.prefix === prefix);
        assert.ok(outcome?.status === 'ok', `${prefix}: ${outcome?.status}`);
        const listed = await listAll(driver, { prefix, depth: 'children' });
        const objects = outcome.objects.map((name) => prefix + name).sort();
        assert.deepEqual(objects, [...listed.keys].sort());
        const directories = outcome.directories.map((name) => `${prefix}${name}/`).sort();
        assert.deepEqual(directories, [...listed.prefixes].sort());
      }
      assert.equal((await collect(bulkOf(driver).children([]))).length, 0);
      const root = await collect(bulkOf(driver).children([ROOT]));
      assert.equal(root.length, 1);
    },
  },
  {
    id: 'X2',
    area: 'bulk',
    title: 'bulk.stat gives what stat gives',
    optional: BULK,
    async run(context) {
      const { driver } = context;
      const present = numberedKeys('x/k', 40);
      const infos = await context.seed(present);
      const missing = ['x/none', 'none/x', 'x/k00000/below', 'x'].map(parseKey);
      const keys = [...present.map(parseKey), ...missing];
      const outcomes = await byKey(bulkOf(driver).stat(streamOf(keys)), keys.length);
      for (const key of present) {
        assert.deepEqual(outcomes.get(key), { status: 'ok', key, info: infos.get(parseKey(key)) });
      }
      for (const key of missing) {
        assert.equal(await driver.stat(key), undefined);
        assert.deepEqual(outcomes.get(key), { status: 'missing', key });
      }
    },
  },
  {
    id: 'X3',
    area: 'bulk',
    title: 'bulk.read gives the facts and bytes of small objects, and TOO_LARGE for others',
    optional: BULK,
    async run(context) {
      const { driver } = context;
      const lengths = [0, 1, 999, 1000, 1001, 200_000];
      const contents = lengths.map((length) => [`x/of-${length}`, noise(length, length)] as const);
      const infos = await context.seed(contents);
      const keys = [...contents.map(([key]) => parseKey(key)), parseKey('x/none')];
      const outcomes = await byKey(bulkOf(driver).read(keys, { maxBytes: 1000 }), keys.length);
      for (const [key, content] of contents) {
        const outcome = outcomes.get(key);
        if (content.length > 1000) {
          assert.equal(outcome?.status === 'failed' && outcome.error.code, 'TOO_LARGE');
          continue;
        }
        assert.ok(outcome?.status === 'ok', `${key}: ${outcome?.status}`);
        assert.deepEqual(outcome.info, infos.get(parseKey(key)));
        assert.ok(Buffer.from(outcome.bytes).equals(content), key);
      }
      assert.equal(outcomes.get('x/none')?.status, 'missing');
      await fails('INVALID_ARGUMENT', () => drain(bulkOf(driver).read(keys, { maxBytes: -1 })));
    },
  },
  {
    id: 'X4',
    area: 'bulk',
    title:
      'bulk verbs answer a bad request alone with INVALID_KEY, and end with ABORTED when aborted',
    optional: BULK,
    async run(context) {
      const { driver } = context;
      const bulk = bulkOf(driver);
      await context.seed(['x/a', 'x/b']);
      const keys = ['x/a', 'x//b', 'x/b'] as Key[];
      const outcomes = await byKey(bulk.stat(keys), 3);
      assert.equal(outcomes.get('x/a')?.status, 'ok');
      assert.equal(outcomes.get('x/b')?.status, 'ok');
      const bad = outcomes.get('x//b');
      assert.equal(bad?.status === 'failed' && bad.error.code, 'INVALID_KEY');
      const signal = AbortSignal.abort();
      await fails('ABORTED', () => drain(bulk.stat(keys, { signal })));
      await fails('ABORTED', () => drain(bulk.read(keys, { signal, maxBytes: 10 })));
      await fails('ABORTED', () => drain(bulk.children([ROOT], { signal })));
      await driver.put(parseKey('x/c'), bytesOf('still open'));
    },
  },
];
