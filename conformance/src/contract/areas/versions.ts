import assert from 'node:assert/strict';
import { parseKey } from '@dunnage/driver-api';
import type { DeleteOutcome, Prefix } from '@dunnage/driver-api';
import type { ContractCheck } from '../check.ts';
import { readText } from '../content.ts';
import { fails } from '../expect.ts';
import { deleteOne } from '../outcomes.ts';

/** The marker that a delete set; stores that have none only make the object an older version. */
function markerOf(outcome: DeleteOutcome): string | undefined {
  return 'version' in outcome ? outcome.version : undefined;
}

export const VERSIONS: readonly ContractCheck[] = [
  {
    id: 'F11',
    area: 'delete',
    title:
      'a versioned store hides what is deleted, keeps its bytes, and deletes a version for good',
    optional: {
      declared: ({ versions }) => versions === 'enabled',
      async refused(context) {
        const { versions } = context.capabilities;
        assert.ok(context.driver.versionsOf === undefined || versions !== 'none');
      },
    },
    async run(context) {
      const { driver } = context;
      const key = parseKey('f/versioned');
      const first = await context.put(key, 'first');
      const second = await context.put(key, 'second');
      assert.ok(first.version !== undefined && second.version !== undefined);
      assert.notEqual(first.version, second.version);
      assert.equal(await readText(driver, key, { version: first.version }), 'first');
      assert.deepEqual(await driver.stat(key, { version: first.version }), first);
      const marked = await deleteOne(driver, { key });
      assert.equal(marked.outcome, 'marked');
      assert.equal(await driver.stat(key), undefined);
      assert.equal(await readText(driver, key, { version: second.version }), 'second');
      const marker = markerOf(marked);
      const versions = [second.version];
      if (marker === undefined) {
        const live = await driver.undelete?.(key, second.version);
        assert.ok(live?.version !== undefined);
        if (live.version !== second.version) versions.push(live.version);
      } else {
        assert.equal((await deleteOne(driver, { key, version: marker })).outcome, 'deleted');
      }
      assert.equal(await readText(driver, key), 'second');
      assert.equal((await deleteOne(driver, { key, version: first.version })).outcome, 'deleted');
      const { version } = first;
      await fails('NOT_FOUND', () => driver.get(key, { version }));
      assert.equal(await driver.stat(key, { version }), undefined);
      for (const each of versions) {
        assert.equal((await deleteOne(driver, { key, version: each })).outcome, 'deleted');
      }
      assert.equal(await driver.stat(key), undefined);
    },
  },
  {
    id: 'F11b',
    area: 'delete',
    title: 'versionsOf lists all versions and markers, and undelete brings one back',
    optional: {
      declared: ({ versions }, driver) => versions === 'enabled' && driver.undelete !== undefined,
      async refused({ driver, capabilities }) {
        assert.equal(driver.versionsOf !== undefined, capabilities.versions !== 'none');
      },
    },
    async run(context) {
      const { driver } = context;
      const key = parseKey('f/a');
      const first = await context.put(key, 'first');
      const second = await context.put(key, 'second');
      await context.put('f/b', 'other');
      const marker = markerOf(await deleteOne(driver, { key }));
      assert.equal(await driver.stat(key), undefined);
      const list = async (): Promise<string[]> => {
        const all: string[] = [];
        let complete = false;
        for await (const page of driver.versionsOf?.({ prefix: 'f/' as Prefix, pageSize: 2 }) ??
          []) {
          for (const { key, size, latest, deleteMarker } of page.objects) {
            all.push([key, deleteMarker ? 'marker' : size, latest].join(' '));
          }
          complete = page.complete;
        }
        assert.ok(complete);
        return all.sort();
      };
      const markers = marker === undefined ? [] : ['f/a marker true'];
      const expected = ['f/a 5 false', 'f/a 6 false', ...markers, 'f/b 5 true'];
      assert.deepEqual(await list(), expected);
      assert.ok(first.version !== undefined && second.version !== undefined);
      await driver.undelete?.(key, second.version);
      assert.equal(await readText(driver, key), 'second');
      await driver.undelete?.(key, first.version);
      assert.equal(await readText(driver, key), 'first');
      await fails('NOT_FOUND', () => driver.undelete?.(key, 'no-such-version'));
    },
  },
  {
    id: 'F11c',
    area: 'delete',
    title:
      'a delete by version is carried out or refused with UNSUPPORTED, never made a plain delete',
    async run(context) {
      const { driver } = context;
      const info = await context.put('f/x', 'content');
      if (info.version !== undefined) return;
      const key = parseKey('f/x');
      const outcome = await deleteOne(driver, { key, version: '1' });
      assert.equal('error' in outcome && outcome.error.code, 'UNSUPPORTED');
      await fails('UNSUPPORTED', () => driver.stat(key, { version: '1' }));
      await fails('UNSUPPORTED', () => driver.get(key, { version: '1' }));
      assert.equal(await readText(driver, key), 'content');
    },
  },
];
