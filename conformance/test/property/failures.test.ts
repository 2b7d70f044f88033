import { withFaults, type Call, type Fault } from '@dunnage/conformance/faults';
import type { Verdict } from '@dunnage/conformance/oracle';
import { collect, type GcReport } from '@dunnage/core';
import type { ErrorCode, Key } from '@dunnage/driver-api';
import type { MemoryDriver, ProfileName } from '@dunnage/driver-memory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectKept, expectNoNewDangling, keysOf, verdictOn, type Rules } from './invariants.ts';
import { grow, plant, profileArbitrary, treeArbitrary, type Saved } from './trees.ts';
import { wellStocked } from './well-stocked.ts';

const rules: Rules = {
  mayFail: true,
  deleteUntagged: true,
  minAgeMs: 0,
  removeEmptyRepositories: true,
  purgeUploadsOlderThanMs: 86_400_000,
};
const { mayFail: _, ...gcRules } = rules;
const repositoriesPrefix = 'docker/registry/v2/repositories/';
const options = { ...gcRules, maxDeletePercent: 100 };

/** Every code of the contract: the compiler sees to it that none is missing. */
const codes = Object.keys({
  NOT_FOUND: 0,
  CONTAINER_NOT_FOUND: 0,
  ALREADY_EXISTS: 0,
  PRECONDITION_FAILED: 0,
  INVALID_KEY: 0,
  INVALID_ARGUMENT: 0,
  RANGE_NOT_SATISFIABLE: 0,
  TOO_LARGE: 0,
  PERMISSION_DENIED: 0,
  UNAUTHENTICATED: 0,
  LOCKED: 0,
  THROTTLED: 0,
  UNAVAILABLE: 0,
  TIMEOUT: 0,
  ABORTED: 0,
  CORRUPT: 0,
  INCOMPLETE: 0,
  EXHAUSTED: 0,
  READ_ONLY: 0,
  UNSUPPORTED: 0,
  CONFIG_INVALID: 0,
  CLOSED: 0,
  INTERNAL: 0,
} satisfies Record<ErrorCode, 0>) as ErrorCode[];

/** Those that a collector could take for something else than a failure. */
const telling: readonly ErrorCode[] = ['NOT_FOUND', 'PERMISSION_DENIED', 'CORRUPT'];

/**
 * Calls of one verb for one kind of object go through the same code, so by default only the first of
 * each kind gets every code, a few more get the telling ones, and the rest is left out. With this
 * variable set, every call gets every code.
 */
const exhaustive = process.env['DUNNAGE_EXHAUSTIVE'] === '1';
const few = 5;

interface Case {
  readonly tree: Saved;
  readonly profile: ProfileName;
  readonly verdict: Verdict;
  /** What a run that nothing disturbs leaves, and the calls it makes. */
  readonly keys: ReadonlySet<string>;
  readonly calls: readonly Call[];
}

async function caseOf(tree: Saved, profile: ProfileName): Promise<Case> {
  const driver = await plant(tree, profile);
  const counting = withFaults(driver);
  await collect(counting, options);
  const verdict = verdictOn(tree, rules);
  return { tree, profile, verdict, keys: await keysOf(driver), calls: counting.calls };
}

/** Has something go wrong with one call, and sees that nothing that lives goes for that. */
async function goWrong(
  { tree, profile, verdict, keys }: Case,
  n: number,
  fault: Fault,
): Promise<void> {
  const driver = await plant(tree, profile);
  const faulty = withFaults(driver, ({ number }) => (number === n ? fault : undefined));
  let report: GcReport | undefined;
  let error: unknown;
  try {
    report = await collect(faulty, options);
  } catch (reason) {
    error = reason;
  }
  const after = await keysOf(driver);
  const call = faulty.calls[n - 1];
  const where = `${JSON.stringify(fault)} at ${JSON.stringify(call)}: ${error instanceof Error ? error.message : report?.status}`;
  expect(
    [...verdict.mustStay].filter((key) => !after.has(key)),
    where,
  ).toEqual([]);
  expectNoNewDangling(tree, after);
  // Either it says that something is amiss, or all is as it should be; "there is no such object" is an
  // answer, not a failure: who gets it may leave the object where it is.
  const isAnswer = fault.kind === 'fail' && fault.code === 'NOT_FOUND';
  if (report?.status === 'done' && !isAnswer) expect(after, where).toEqual(keys);
}

/** The verb, and the object's kind: its key without names and digests. */
function kindOf({ verb, key = '' }: Call): string {
  const kind = key
    .replace(/repositories\/(?:app\/nested|\w+)\//, 'repositories/*/')
    .replaceAll(/\/(?:[0-9a-f]{2}|[0-9a-f]{64,}|[0-9a-f-]{36})(?=\/)/g, '/*')
    .replace(/tags\/[^/]+/, 'tags/*')
    .replace(/journal\/[^/]+/, 'journal/*');
  return `${verb} ${kind}`;
}

function codesFor({ verb }: Call, place: number): readonly ErrorCode[] {
  // To prune an empty directory is the last and least of all: how it fails makes no difference.
  if (exhaustive || (place === 1 && verb !== 'prune')) return codes;
  return place <= few ? telling : [];
}

/** Calls, each with its place among those of its kind, from 1. */
function* placed(calls: readonly Call[]): Generator<{ call: Call; place: number }> {
  const places = new Map<string, number>();
  for (const call of calls) {
    const place = (places.get(kindOf(call)) ?? 0) + 1;
    places.set(kindOf(call), place);
    yield { call, place };
  }
  expect(places.size).toBeGreaterThan(15);
}

/** What else than a plain failure can become of a call. */
function waysToBreak({ verb }: Call): readonly Fault[] {
  const lost: Fault = { kind: 'fail', code: 'TIMEOUT', when: 'after', retry: 'exhausted' };
  if (verb === 'list') {
    return [
      { kind: 'cut' },
      { kind: 'repeat', times: 'once' },
      { kind: 'repeat', times: 'forever' },
    ];
  }
  const isBatch = ['delete', 'children', 'bulk-stat', 'bulk-read', 'prune'].includes(verb);
  if (!isBatch) return [lost];
  const broken = { kind: 'fail', code: 'INTERNAL', retry: 'never', whole: true } as const;
  return [lost, { ...broken, when: 'before' }, { ...broken, when: 'after' }];
}

describe('a call that fails costs nothing that lives', () => {
  for (const profile of ['s3', 'fs'] as const) {
    test(`every call, with every code, on ${profile}`, async () => {
      const each = await caseOf(await wellStocked({ broken: false }), profile);
      for (const { call, place } of placed(each.calls)) {
        for (const code of codesFor(call, place)) {
          // Nobody need try again: what would be retried shows as a failure at once.
          const fault = { kind: 'fail', code, when: 'before', retry: 'never' } as const;
          await goWrong(each, call.number, fault);
        }
      }
    });

    test(`every answer lost, every batch and every listing broken, on ${profile}`, async () => {
      const each = await caseOf(await wellStocked({ broken: false }), profile);
      for (const { call, place } of placed(each.calls)) {
        if (!exhaustive && place > few) continue;
        for (const fault of waysToBreak(call)) await goWrong(each, call.number, fault);
      }
    });
  }

  test('random registries, at random calls, with retries', async () => {
    const spec = treeArbitrary({ damaged: true, maxSteps: 10 });
    const when = fc.constantFrom('before' as const, 'after' as const);
    const code = fc.constantFrom(...codes);
    await fc.assert(
      fc.asyncProperty(spec, profileArbitrary, fc.nat(), code, when, async (...args) => {
        const [tree, profile, pick, errorCode, time] = args;
        const each = await caseOf(await grow(tree), profile);
        const n = (pick % each.calls.length) + 1;
        await goWrong(each, n, { kind: 'fail', code: errorCode, when: time });
      }),
      { numRuns: 150 },
    );
  });
});

describe('others who delete while a run goes on cost nothing that lives', () => {
  test('random registries, random deletions at a random call', async () => {
    const spec = treeArbitrary({ damaged: false });
    const doomed = fc.array(fc.nat(), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(spec, profileArbitrary, fc.nat(), doomed, async (...args) => {
        const [grown, profile, pick, picks] = args;
        const each = await caseOf(await grow(grown), profile);
        const { tree, verdict, calls } = each;
        if (tree.length === 0) return;
        const victims = new Set<Key>();
        for (const n of picks) victims.add(tree[n % tree.length]?.key ?? ('' as Key));
        const left = tree.filter(({ key }) => !victims.has(key));
        // Without repositories nothing is collected, for fear of a wrong root. Who sees the others at work sees
        // repositories, and that their blobs are garbage.
        if (!left.some(({ key }) => key.startsWith(repositoriesPrefix))) return;
        const driver = await plant(tree, profile);
        const n = (pick % calls.length) + 1;
        const run = (): Promise<void> => deleteAll(driver, victims);
        const faulty = withFaults(driver, ({ number }) =>
          number === n ? { kind: 'meanwhile', run } : undefined,
        );
        await collect(faulty, options).catch(() => undefined);
        const after = await keysOf(driver);
        // What lives both with and without what the others deleted lives at every moment in between.
        const still = verdictOn(left, rules);
        const mustStay = new Set([...verdict.mustStay].filter((key) => still.mustStay.has(key)));
        expectKept(after, { ...verdict, mustStay });
      }),
      { numRuns: 200 },
    );
  });
});

async function deleteAll(driver: MemoryDriver, keys: Iterable<Key>): Promise<void> {
  for await (const _ of driver.delete([...keys].map((key) => ({ key }))));
}
