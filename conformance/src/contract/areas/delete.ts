import assert from 'node:assert/strict';
import { parseKey, parsePrefix } from '@dunnage/driver-api';
import type { DeleteRequest, Prefix } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { bytesOf, readText } from '../content.ts';
import { drain, fails } from '../expect.ts';
import { listAll, listedKeys, numberedKeys } from '../listing.ts';
import {
  deleteAll,
  deleteOne,
  outcomesOfExisting,
  outcomesOfMissing,
  streamOf,
} from '../outcomes.ts';

/** Most requests that a check sends at once, also where batches are larger. */
const MOST = 1000;

function requestsOf(keys: readonly string[]): DeleteRequest[] {
  return keys.map((key) => ({ key: parseKey(key) }));
}

export const DELETE: readonly ContractCheck[] = [
  {
    id: 'F1',
    area: 'delete',
    title: 'deleting what is not there is no error, and is called what the driver declares',
    async run(context) {
      await context.put('f/there/x', 'x');
      for (const key of ['f/missing', 'none/x', 'f/there/x/y', 'f/there/x-', 'f/ther']) {
        const { outcome } = await deleteOne(context.driver, { key: parseKey(key) });
        assert.ok(outcomesOfMissing(context.capabilities).includes(outcome), `${key}: ${outcome}`);
      }
      assert.deepEqual(await listedKeys(context.driver), ['f/there/x']);
    },
  },
  {
    id: 'F2',
    area: 'delete',
    title: 'gives one outcome per request, for any number of requests around the batch limit',
    async run(context) {
      const { driver, capabilities } = context;
      assert.deepEqual(await deleteAll(driver, []), []);
      const limit = Math.min(capabilities.delete.batchMax, MOST);
      for (const count of new Set([1, 2, limit - 1, limit, limit + 1, 2 * limit + 1])) {
        const keys = numberedKeys('f/k', count);
        await context.seed([...keys.map((key) => [key, ''] as const), 'f/stays']);
        for (const { outcome } of await deleteAll(driver, requestsOf(keys))) {
          assert.ok(outcomesOfExisting(capabilities).includes(outcome), outcome);
        }
        await context.eventually(async () => {
          assert.deepEqual(await listedKeys(driver), ['f/stays']);
        });
      }
    },
  },
  {
    id: 'F2b',
    area: 'delete',
    title: 'takes requests as a stream, and no further ahead than it needs',
    async run(context) {
      const keys = numberedKeys('f/k', 30);
      await context.seed(keys);
      let count = 0;
      for await (const outcome of context.driver.delete(streamOf(requestsOf(keys)))) {
        assert.ok(outcome.request.key.startsWith('f/k'));
        count++;
      }
      assert.equal(count, 30);
      await context.eventually(async () => {
        assert.deepEqual(await listedKeys(context.driver), []);
      });
    },
  },
  {
    id: 'F3',
    area: 'delete',
    title: 'answers each of several requests for one key',
    async run(context) {
      const { driver, capabilities } = context;
      await context.seed(['f/twice', 'f/stays']);
      const requests = requestsOf(['f/twice', 'f/twice', 'f/none', 'f/twice', 'f/none']);
      const allowed = new Set(
        outcomesOfExisting(capabilities).concat(outcomesOfMissing(capabilities)),
      );
      const outcomes = await deleteAll(driver, requests);
      for (const { outcome } of outcomes) assert.ok(allowed.has(outcome), outcome);
      if (capabilities.delete.reportsMissing && capabilities.versions === 'none') {
        assert.equal(outcomes.filter(({ outcome }) => outcome === 'missing').length, 4);
      }
      await context.eventually(async () => {
        assert.deepEqual(await listedKeys(driver), ['f/stays']);
      });
    },
  },
  {
    id: 'F4',
    area: 'delete',
    title: 'reports each of a mix of requests on its own, and one bad one spoils no other',
    async run(context) {
      const { driver, capabilities } = context;
      const keys = numberedKeys('f/k', 20);
      const infos = await context.seed([...keys, 'f/changed']);
      await context.put('f/changed', 'newer');
      const etag = infos.get(parseKey('f/changed'))?.etag ?? 'none';
      const stale = { key: parseKey('f/changed'), ifMatch: etag };
      const requests = [
        ...requestsOf(keys.slice(0, 10)),
        stale,
        ...requestsOf(['f/none', ...keys.slice(10)]),
      ];
      const outcomes = await deleteAll(driver, requests);
      const of = (key: string): string | undefined =>
        outcomes.find((outcome) => outcome.request.key === key)?.outcome;
      assert.equal(of('f/changed'), capabilities.delete.ifMatch ? 'precondition-failed' : 'failed');
      assert.ok(outcomesOfMissing(capabilities).some((outcome) => outcome === of('f/none')));
      for (const key of keys)
        assert.ok(outcomesOfExisting(capabilities).some((outcome) => outcome === of(key)));
      await context.eventually(async () => {
        assert.deepEqual(await listedKeys(driver), ['f/changed']);
      });
    },
  },
  {
    id: 'F6',
    area: 'delete',
    title: 'deletes no other object whose name begins alike',
    async run(context) {
      const others = ['f/a-', 'f/a.b', 'f/a0', 'f/aa', 'f/A', 'e'];
      const same = context.capabilities.keys.caseSensitive
        ? others
        : others.filter((key) => key !== 'f/A');
      await context.seed(['f/a', ...same]);
      await context.remove(['f/a']);
      assert.deepEqual(await listedKeys(context.driver), [...same].sort());
    },
  },
  {
    id: 'F7',
    area: 'delete',
    title: 'never deletes what is below a key',
    async run(context) {
      const keys = ['f/d/a', 'f/d/b/c', 'f/d/b/d'];
      await context.seed(keys);
      for (const key of ['f/d', 'f/d/b', 'f']) {
        const { outcome } = await deleteOne(context.driver, { key: parseKey(key) });
        assert.ok(
          ['failed', ...outcomesOfMissing(context.capabilities)].includes(outcome),
          outcome,
        );
      }
      assert.deepEqual(await listedKeys(context.driver), keys);
      assert.equal(await readText(context.driver, parseKey('f/d/a')), 'of f/d/a');
    },
  },
  {
    id: 'F8',
    area: 'delete',
    title:
      'directories go by pruneEmptyDirectories only: the empty ones it is given, in that order',
    optional: {
      declared: ({ emptyDirectories }) => emptyDirectories,
      async refused(context) {
        assert.ok(context.driver.pruneEmptyDirectories === undefined);
        await context.seed(['f/a/b/c', 'f/x']);
        await context.remove(['f/a/b/c']);
        const { prefixes } = await listAll(context.driver, {
          prefix: 'f/' as Prefix,
          depth: 'children',
        });
        assert.deepEqual(prefixes, [], 'an empty directory stays');
      },
    },
    async run(context) {
      const { driver } = context;
      const prune = async (...names: string[]): Promise<string[]> => {
        const removed: string[] = [];
        const stream = driver.pruneEmptyDirectories?.(names.map(parsePrefix));
        assert.ok(stream);
        for await (const prefix of stream) removed.push(prefix);
        return removed;
      };
      const directories = async (prefix: string): Promise<string[]> =>
        [
          ...(await listAll(driver, { prefix: prefix as Prefix, depth: 'children' })).prefixes,
        ].sort();
      await context.seed(['f/a/b/c', 'f/a/d/e', 'f/full/x', 'f/stays']);
      assert.deepEqual(await prune('f/a/b/', 'f/a/', 'f/', 'f/none/', 'f/stays/'), []);
      await context.remove(['f/a/b/c', 'f/a/d/e']);
      assert.deepEqual(await directories('f/'), ['f/a/', 'f/full/'], 'a delete leaves directories');
      assert.deepEqual(await directories('f/a/'), ['f/a/b/', 'f/a/d/']);
      assert.deepEqual(await prune('f/a/', 'f/a/b/'), ['f/a/b/']);
      assert.deepEqual(await prune('f/a/d/', 'f/a/', 'f/full/', 'f/'), ['f/a/d/', 'f/a/']);
      assert.deepEqual(await directories('f/'), ['f/full/']);
      assert.deepEqual(await listedKeys(driver), ['f/full/x', 'f/stays']);
      await fails('INVALID_KEY', () => prune('../'));
    },
  },
  {
    id: 'F9',
    area: 'delete',
    title: 'deletes while the same objects are listed, and the listing misses none',
    async run(context) {
      const keys = numberedKeys('f/k', 40);
      await context.seed(keys);
      const { driver } = context;
      const seen: string[] = [];
      for await (const page of driver.list({ pageSize: 7 })) {
        const requests = page.objects.map(({ key }) => ({ key }));
        seen.push(...requests.map(({ key }) => key));
        await deleteAll(driver, requests);
      }
      assert.deepEqual(seen.sort(), keys);
      await context.eventually(async () => {
        assert.deepEqual(await listedKeys(driver), []);
      });
    },
  },
  {
    id: 'F10',
    area: 'delete',
    title: 'a delete that is repeated changes nothing more',
    async run(context) {
      await context.seed(['f/gone', 'f/stays']);
      await context.remove(['f/gone']);
      for (let round = 0; round < 10; round++) {
        const { outcome } = await deleteOne(context.driver, { key: parseKey('f/gone') });
        assert.ok(outcomesOfMissing(context.capabilities).includes(outcome), outcome);
      }
      assert.deepEqual(await listedKeys(context.driver), ['f/stays']);
    },
  },
  {
    id: 'F14',
    area: 'delete',
    title: 'deletes names in one batch that need escaping',
    async run(context) {
      const { driver } = context;
      const names = [
        '&',
        '<b>',
        '"',
        "'",
        '%41',
        '+',
        ' ',
        '#',
        '?',
        'é',
        '\u{1f600}',
        '\u4e2d',
        '&lt;',
      ];
      const keys = names.map((name) => `f/x${name}x`);
      await context.seed(keys);
      await context.put('f/xAx', 'stays');
      await context.remove(keys);
      assert.deepEqual(await listedKeys(driver), ['f/xAx']);
    },
  },
  {
    id: 'F15',
    area: 'delete',
    title: 'after an abort, every outcome that was given is true',
    async run(context) {
      const { driver } = context;
      const keys = numberedKeys('f/k', 50);
      await context.seed(keys);
      const abort = new AbortController();
      const gone: string[] = [];
      const requests = (function* (): Generator<DeleteRequest> {
        for (const [index, key] of keys.entries()) {
          if (index === 25) abort.abort();
          yield { key: parseKey(key) };
        }
      })();
      await fails('ABORTED', async () => {
        for await (const { request } of driver.delete(requests, { signal: abort.signal })) {
          gone.push(request.key);
        }
      });
      await context.eventually(async () => {
        const listed = new Set(await listedKeys(driver));
        for (const key of gone) assert.ok(!listed.has(key), `${key} is not gone`);
      });
      await driver.put(parseKey('f/after'), bytesOf('x'));
      await drain(driver.delete([{ key: parseKey('f/after') }]));
    },
  },
];
