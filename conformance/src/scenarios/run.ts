import { collect, explain, isCoreError, type GcOptions, type GcReport } from '@dunnage/core';
import type { Key } from '@dunnage/driver-api';
import assert from 'node:assert/strict';
import { neverWriting } from '../faults/index.ts';
import { RegistryBuilder, verify } from '../registry/index.ts';
import type { Expected, OpenSubject, Scenario, Subject, TreeScenario, World } from './scenario.ts';
import { same } from './same.ts';
import { differences, snapshot, surprises, type Snapshot } from './snapshot.ts';

/** Everything that can go goes. */
export const unguarded = {
  minAgeMs: 0,
  maxDeletePercent: 100,
  // Nothing in a scenario is slow to show: it settles when it is told to.
  lockSettleMs: 0,
} as const satisfies GcOptions;

/**
 * Runs a scenario on a new, empty storage.
 * @throws {Error} saying what did not hold.
 */
export async function runScenario(scenario: Scenario, subject: Subject): Promise<void> {
  await using opened = await subject.open();
  const world = await worldOf(opened);
  await ('run' in scenario ? scenario.run(world) : runTree(scenario, world));
}

/** The world of a scenario on a storage. */
export async function worldOf(opened: OpenSubject): Promise<World> {
  const { driver, storage = driver, touch, settle } = opened;
  const capabilities = await driver.capabilities();
  const registry = new RegistryBuilder(storage, { touch, settle });
  return { driver, touch, settle, capabilities, registry };
}

/**
 * Arranges a tree and collects it, and checks
 * - that a dry run changes nothing, tries nothing, and plans exactly what the real run then deletes,
 * - that exactly the expected objects went, and that the report's numbers say so,
 * - that each tag resolves as it did before (or does not, for the same reasons),
 * - that `explain` agrees with what happened,
 * - that a second run finds nothing more to do.
 */
async function runTree(scenario: TreeScenario, world: World): Promise<void> {
  const options: GcOptions = { ...unguarded, ...scenario.options };
  const expected = await scenario.arrange(world.registry, world);
  const before = await snapshot(world);
  if (expected.refused !== undefined) {
    await checkRefused(world, options, expected, before);
    return;
  }
  const dry = await checkDryRun(world, options, before);
  const verdicts = await verdictsOn(world, options, expected, before);
  const pulled = await verify(world.driver);

  const report = await collect(world.driver, options);
  const after = await snapshot(world);
  same(surprises(before, after, expected.goes), [], 'what went is not what should have gone');
  checkReport(world, report, dry, expected, before);
  same(verdicts, [], 'explain disagrees with the collection');

  const pulledAfter = await verify(world.driver);
  same(messages(pulledAfter), messages(pulled), 'tags do not resolve as before');
  same(pulledAfter.tags, pulled.tags, 'tags are not the same');

  const again = await collect(world.driver, options);
  same(differences(after, await snapshot(world)), [], 'a second run changed something');
  same(again.planned.objects, 0, 'a second run found more to delete');
}

async function checkRefused(
  world: World,
  options: GcOptions,
  expected: Expected,
  before: Snapshot,
): Promise<void> {
  const error = await collect(world.driver, options).then(
    () => assert.fail(`expected ${expected.refused}, but the run succeeded`),
    (reason: unknown) => reason,
  );
  assert(isCoreError(error), `expected ${expected.refused}, got ${String(error)}`);
  same(error.code, expected.refused, 'it is refused for another reason');
  if (expected.names !== undefined) {
    assert(
      error.message.includes(expected.names),
      `${JSON.stringify(error.message)} does not name ${expected.names}`,
    );
  }
  same(differences(before, await snapshot(world)), [], 'a refused run changed something');
}

async function checkDryRun(world: World, options: GcOptions, before: Snapshot): Promise<GcReport> {
  const guarded = neverWriting(world.driver);
  const report = await collect(guarded, { ...options, dryRun: true });
  same(guarded.attempts, [], 'a dry run tried to change something');
  same(differences(before, await snapshot(world), true), [], 'a dry run changed something');
  same(report.dryRun, true, 'a dry run does not say that it was one');
  return report;
}

function checkReport(
  world: World,
  report: GcReport,
  dry: GcReport,
  expected: Expected,
  before: Snapshot,
): void {
  same(report.status, expected.status ?? 'done', 'the status is another');
  same(dry.planned.byKind, report.planned.byKind, 'the dry run planned something else');
  const { directory: _planned, ...planned } = report.planned.byKind;
  const { directory: _deleted, ...deleted } = report.deleted;
  const counts = countByKind(expected.goes);
  for (const kind of Object.keys(planned) as (keyof typeof planned)[]) {
    same(planned[kind].count, counts.get(kind) ?? 0, `planned count of ${kind}`);
    same(deleted[kind].count, counts.get(kind) ?? 0, `deleted count of ${kind}`);
  }
  if (world.capabilities.delete.freesSpace === 'immediately') {
    const bytes = expected.goes
      .filter((key) => ['blob', 'upload'].includes(kindOf(key)))
      .reduce((sum, key) => sum + (before.get(key)?.size ?? 0), 0);
    same(report.freedBytes, bytes, 'bytes freed');
  }
  for (const { code, key, tags } of expected.findings ?? []) {
    const found = report.findings.filter(
      (finding) =>
        finding.code === code &&
        (key === undefined || (finding.key === key && finding.message.includes(key))) &&
        (tags ?? []).every((tag) => finding.tags?.includes(tag)),
    );
    assert(
      found.length > 0,
      `no finding ${code} ${key ?? ''} ${tags?.join() ?? ''} among\n${JSON.stringify(report.findings, undefined, 1)}`,
    );
    assert(report.findingCounts[code] !== undefined, `${code} is not counted`);
  }
  for (const code of expected.without ?? []) {
    const found = report.findings.filter((finding) => finding.code === code);
    same(found, [], `there should be no finding ${code}`);
  }
  expected.report?.(report);
}

/** Where `explain` says something else than the expected sets, for a sample of the blobs. */
async function verdictsOn(
  world: World,
  options: GcOptions,
  expected: Expected,
  before: Snapshot,
): Promise<string[]> {
  const goes = new Set<Key>(expected.goes);
  const blobs = [...before.keys()].filter((key) => kindOf(key) === 'blob');
  const sample = [
    ...blobs.filter((key) => goes.has(key)).slice(0, 2),
    ...blobs.filter((key) => !goes.has(key)).slice(0, 2),
  ];
  const words: string[] = [];
  for (const key of sample) {
    const [, , , , algorithm, , hex] = key.split('/');
    if (!/^[0-9a-f]{64}$/.test(hex ?? '')) continue;
    const { verdict } = await explain(world.driver, `${algorithm}:${hex}`, options);
    if ((verdict === 'garbage') !== goes.has(key)) words.push(`${verdict}: ${key}`);
  }
  return words;
}

/** What a key is, by its shape. */
function kindOf(key: Key): string {
  if (key.includes('/_uploads/')) return 'upload';
  if (/\/_manifests\/tags\/[^/]+\/index\//.test(key)) return 'tag-index';
  if (key.includes('/_manifests/revisions/')) return 'revision';
  if (key.includes('/_layers/')) return 'layer-link';
  if (key.startsWith('docker/registry/v2/blobs/')) return 'blob';
  return 'other';
}

function countByKind(keys: readonly Key[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(kindOf(key), (counts.get(kindOf(key)) ?? 0) + 1);
  return counts;
}

function messages(result: Awaited<ReturnType<typeof verify>>): string[] {
  return result.problems.map(({ key, message }) => `${key}: ${message}`).sort();
}
