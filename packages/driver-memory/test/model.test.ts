import { parseKey, parsePrefix } from '@dunnage/driver-api';
import type { Key } from '@dunnage/driver-api';
import { createMemoryDriver } from '@dunnage/driver-memory';
import type { MemoryDriver } from '@dunnage/driver-memory';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { deleteAll, keysOf, textOf } from './support.ts';

/** What the storage has to be: content by key. */
type Model = Map<Key, string>;

/** Named, so that a counterexample can be read. */
interface Step {
  readonly name: string;
  run(driver: MemoryDriver, model: Model): Promise<void>;
}

function step(name: string, run: Step['run']): Step {
  return Object.assign({ name, run }, { [fc.toStringMethod]: () => name });
}

/** Few keys, so that steps meet, and such as sort differently by other rules. */
const key = fc.constantFrom(
  ...['a', 'a/b', 'a/b/c', 'a-', 'a-/b', 'a/b-', 'a0', 'a0/b', 'b/a/c/d', 'b/a/c-'].map(parseKey),
  ...['\uff5e', '\uff5e/a', '\u{1f600}', '\u{1f600}/a', 'b/\uff5e', 'b/\u{1f600}'].map(parseKey),
);

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const put = fc.tuple(key, fc.string({ maxLength: 5 })).map(([key, content]) =>
  step(`put ${key} ${content}`, async (driver, model) => {
    await driver.put(key, Buffer.from(content));
    model.set(key, Buffer.from(content).toString());
  }),
);

const remove = fc.uniqueArray(key, { maxLength: 4 }).map((keys) =>
  step(`delete ${keys.join(' ')}`, async (driver, model) => {
    const outcomes = await deleteAll(driver, ...keys.map((key) => ({ key })));
    expect(outcomes.length).toBe(keys.length);
    for (const key of keys) model.delete(key);
  }),
);

const look = key.map((key) =>
  step(`look at ${key}`, async (driver, model) => {
    const content = model.get(key);
    const size = content === undefined ? undefined : Buffer.byteLength(content);
    expect((await driver.stat(key))?.size).toBe(size);
    if (content !== undefined) expect(await textOf(driver, key)).toBe(content);
  }),
);

const list = fc
  .record({
    below: fc.option(key),
    after: fc.option(key),
    pageSize: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ below, after, pageSize }) =>
    step(`list ${below} after ${after} by ${pageSize}`, async (driver, model) => {
      const prefix = parsePrefix(below === null ? '' : `${below}/`);
      const expected = [...model.keys()]
        .filter((key) => key.startsWith(prefix) && (after === null || byBytes(key, after) > 0))
        .sort(byBytes);
      const options = { prefix, pageSize, ...(after !== null && { startAfter: after }) };
      expect(await keysOf(driver, options)).toEqual(expected);
    }),
  );

const children = fc
  .record({ below: fc.option(key), pageSize: fc.integer({ min: 1, max: 3 }) })
  .map(({ below, pageSize }) =>
    step(`children of ${below} by ${pageSize}`, async (driver, model) => {
      const prefix = parsePrefix(below === null ? '' : `${below}/`);
      const names = [...model.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length));
      const expected = new Set(names.map((name) => prefix + name.replace(/\/.*/su, '/')));
      const found: string[] = [];
      for await (const page of driver.list({ prefix, pageSize, depth: 'children' })) {
        found.push(...page.objects.map(({ key }) => key), ...page.prefixes);
      }
      expect(found.length).toBe(new Set(found).size);
      expect(found.sort(byBytes)).toEqual([...expected].sort(byBytes));
    }),
  );

it('is a map of keys to contents, whatever is done in whatever order', async () => {
  const steps = fc.array(fc.oneof(put, put, remove, look, list, children), {
    maxLength: 80,
    size: 'max',
  });
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.constantFrom('s3' as const, 's3-versioned' as const, 'gcs' as const),
      async (steps, profile) => {
        const driver = createMemoryDriver({ profile, batchMax: 3 });
        const model: Model = new Map();
        for (const step of steps) await step.run(driver, model);
        expect(await keysOf(driver)).toEqual([...model.keys()].sort(byBytes));
      },
    ),
    { numRuns: 300 },
  );
});
