import { laterBy, withFaults } from '@dunnage/conformance/faults';
import type { Verdict } from '@dunnage/conformance/oracle';
import { collect, isCoreError, resume } from '@dunnage/core';
import type { ProfileName } from '@dunnage/driver-memory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectKept, expectNoNewDangling, keysOf, verdictOn, type Rules } from './invariants.ts';
import { grow, plant, profileArbitrary, treeArbitrary, type Saved } from './trees.ts';
import { wellStocked } from './well-stocked.ts';

const rules: Rules = {
  deleteUntagged: true,
  minAgeMs: 0,
  removeEmptyRepositories: true,
  purgeUploadsOlderThanMs: 86_400_000,
};
const options = { ...rules, maxDeletePercent: 100 };
/** Long enough for the lock of the dead to expire, and for nothing else. */
const hour = 3_600_000;

/** A tree, what the oracle says of it, and what a run that nothing disturbs makes of it. */
interface Case {
  readonly tree: Saved;
  readonly profile: ProfileName;
  readonly verdict: Verdict;
  readonly keys: ReadonlySet<string>;
  readonly calls: number;
}

async function caseOf(tree: Saved, profile: ProfileName): Promise<Case> {
  const driver = await plant(tree, profile);
  const counting = withFaults(driver);
  await collect(counting, options);
  const verdict = verdictOn(tree, rules);
  return { tree, profile, verdict, keys: await keysOf(driver), calls: counting.calls.length };
}

/** Kills a run before its `n`th call, and sees that the next one comes to the same end. */
async function dieAndGoOn(
  { tree, profile, verdict, keys }: Case,
  n: number,
  how: 'again' | 'resume',
): Promise<void> {
  const driver = await plant(tree, profile);
  const dying = withFaults(driver, ({ number }) => (number === n ? { kind: 'kill' } : undefined));
  await collect(dying, options).then(
    () => undefined,
    (error: unknown) => expect(dying.killed, String(error)).toBe(true),
  );
  const after = await keysOf(driver);
  const where = `killed before call ${n}: ${JSON.stringify(dying.calls.at(-1))}`;
  expectKept(after, verdict);
  expectNoNewDangling(tree, after);
  expect(
    [...keys].filter((key) => !after.has(key)),
    where,
  ).toEqual([]);

  const later = laterBy(driver, hour);
  if (how === 'resume') await resumeIfAny(later);
  const resumed = await keysOf(driver);
  expectNoNewDangling(tree, resumed);
  await collect(later, options);
  expect(await keysOf(driver), `${where}, then ${how}`).toEqual(keys);
  await expect(resume(later, options)).rejects.toMatchObject({ code: 'NOTHING_TO_RESUME' });
}

async function resumeIfAny(driver: Parameters<typeof resume>[0]): Promise<void> {
  try {
    await resume(driver, { maxDeletePercent: 100 });
  } catch (error) {
    // Killed before there was anything to resume.
    if (!isCoreError(error) || error.code !== 'NOTHING_TO_RESUME') throw error;
  }
}

describe('a run killed before any call it makes leaves no harm, and the next one finishes', () => {
  for (const profile of ['s3', 'fs'] as const) {
    for (const how of ['again', 'resume'] as const) {
      test(`a registry with some of everything, on ${profile}, then ${how}`, async () => {
        const each = await caseOf(await wellStocked({ broken: true }), profile);
        expect(each.calls).toBeGreaterThan(50);
        for (let n = 1; n <= each.calls; n++) await dieAndGoOn(each, n, how);
      });
    }
  }

  test('random registries, at random calls', async () => {
    const how = fc.constantFrom('again', 'resume');
    const spec = treeArbitrary({ damaged: true, maxSteps: 10 });
    await fc.assert(
      fc.asyncProperty(spec, profileArbitrary, fc.nat(), how, async (tree, profile, pick, then) => {
        const each = await caseOf(await grow(tree), profile);
        await dieAndGoOn(each, (pick % each.calls) + 1, then);
      }),
      { numRuns: 150 },
    );
  });
});
