import { neverWriting } from '@dunnage/conformance/faults';
import { collect } from '@dunnage/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectKept, keysOf, verdictOn } from './invariants.ts';
import { grow, plant, profileArbitrary, rulesArbitrary, save, treeArbitrary } from './trees.ts';

/** A run on a random registry, beside what the oracle says of it. */
async function check(
  spec: Parameters<typeof grow>[0],
  rules: Parameters<typeof verdictOn>[1],
  profile: Parameters<typeof plant>[1],
): Promise<void> {
  const tree = await grow(spec);
  const verdict = verdictOn(tree, rules);
  const driver = await plant(tree, profile);
  const before = await save(driver);

  const guarded = neverWriting(driver);
  const dry = await collect(guarded, { ...rules, dryRun: true });
  expect(guarded.attempts).toEqual([]);
  expect(await save(driver)).toEqual(before);

  const report = await collect(driver, { ...rules, maxDeletePercent: 100 });
  const after = await keysOf(driver);
  expectKept(after, verdict);
  expect(
    [...verdict.mustGo].filter((key) => after.has(key)),
    'garbage, but there',
  ).toEqual([]);
  expect(report.planned.byKind).toEqual(dry.planned.byKind);
  const { directory: _, ...kinds } = report.deleted;
  const deleted = Object.values(kinds).reduce((sum, { count }) => sum + count, 0);
  expect(deleted).toBe(before.length - after.size);

  await collect(driver, { ...rules, maxDeletePercent: 100 });
  expect(await keysOf(driver)).toEqual(after);
}

describe('a collection comes to what the oracle says', () => {
  test('on registries that are whole', async () => {
    const tree = treeArbitrary({ damaged: false });
    await fc.assert(fc.asyncProperty(tree, rulesArbitrary, profileArbitrary, check), {
      numRuns: 300,
    });
  });

  test('on registries with missing and corrupt pieces', async () => {
    const tree = treeArbitrary({ damaged: true });
    await fc.assert(fc.asyncProperty(tree, rulesArbitrary, profileArbitrary, check), {
      numRuns: 400,
    });
  });
});
