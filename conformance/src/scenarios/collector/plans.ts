import { applyPlan, collect } from '@dunnage/core';
import { renamed } from '../../faults/index.ts';
import { blobKey } from '../../registry/index.ts';
import { allOf, layerIn } from '../parts.ts';
import { PlanSink, streamOf } from '../plan-sink.ts';
import { unguarded } from '../run.ts';
import { same } from '../same.ts';
import type { ScriptScenario, World } from '../scenario.ts';
import { collectAll, refused, tell, type Story } from '../story.ts';
import type { Key } from '@dunnage/driver-api';

const bad = 'bad input';

/** Plans: made, kept, applied, spoiled. */
export const plans: readonly ScriptScenario[] = [
  {
    id: 'plans/apply',
    title: 'a plan names what goes, and applying it deletes just that',
    source: 'own',
    async run(world) {
      const { plan, goes, story } = await planned(world);
      const keys = plan.entries.filter(({ kind }) => kind !== 'directory').map(({ key }) => key);
      same(keys.toSorted(), goes.toSorted(), 'keys of the plan');
      await story.expectGone([]);
      const report = await applyPlan(world.driver, plan.bytes(), unguarded);
      await story.expectGone(goes);
      same(report.status, 'done', 'status');
      same(report.rules.deleteUntagged, true, 'the rules come from the plan');
    },
  },
  {
    id: 'plans/order',
    title: 'a plan deletes references before what they refer to',
    source: 'own',
    async run(world) {
      const { plan } = await planned(world);
      const order = ['upload', 'tag-index', 'revision', 'layer-link', 'blob', 'directory'];
      const places = plan.entries.map(({ kind }) => order.indexOf(kind));
      same(
        places,
        places.toSorted((a, b) => a - b),
        'kinds in the order of deletion',
      );
    },
  },
  {
    id: 'plans/apply-twice',
    title: 'a plan that was applied has nothing more to delete',
    source: 'own',
    async run(world) {
      const { plan, goes, story } = await planned(world);
      await applyPlan(world.driver, plan.bytes(), unguarded);
      await world.settle?.();
      const again = await applyPlan(world.driver, plan.bytes(), unguarded);
      await story.expectGone(goes);
      same(
        Object.values(again.deleted)
          .map(({ count }) => count)
          .join(''),
        '000000',
        'deleted',
      );
    },
  },
  {
    id: 'plans/kept-by-a-real-run',
    title: 'the plan that a real run writes is the plan that it carries out',
    source: 'own',
    async run(world) {
      const goes = await arrange(world);
      const { expectGone } = await tell(world);
      const plan = new PlanSink();
      await collectAll(world.driver, { deleteUntagged: true, planTo: plan.stream });
      const keys = plan.entries.filter(({ kind }) => kind !== 'directory').map(({ key }) => key);
      same(keys.toSorted(), goes.toSorted(), 'keys of the plan');
      await expectGone(goes);
    },
  },
  {
    id: 'plans/foreign',
    title: 'a plan for another storage is refused',
    source: bad,
    async run(world) {
      const { plan, story } = await planned(world);
      const other = renamed(world.driver, 'mem://another-storage');
      await refused(applyPlan(other, plan.bytes(), unguarded), 'PLAN_FOREIGN');
      await story.expectGone([]);
    },
  },
  ...spoilers().map(({ name, spoil }): ScriptScenario => ({
    id: `plans/${name}`,
    title: `a plan that is ${name.replaceAll('-', ' ')} is refused`,
    source: bad,
    async run(world) {
      const { plan, story } = await planned(world);
      const spoiled = streamOf(spoil(plan.text));
      await refused(applyPlan(world.driver, spoiled, unguarded), 'PLAN_INVALID');
      await story.expectGone([]);
    },
  })),
  {
    id: 'plans/guarded',
    title: 'applying a plan keeps to the maximum share, too',
    source: 'own',
    async run(world) {
      const { plan, story } = await planned(world);
      const run = applyPlan(world.driver, plan.bytes(), { ...unguarded, maxDeletePercent: 10 });
      await refused(run, 'TOO_MUCH_TO_DELETE');
      await story.expectGone([]);
    },
  },
  {
    id: 'plans/too-much',
    title:
      'more than the maximum share of all blobs is refused before any delete, with both numbers',
    source: 'own',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1', layers: ['a', 'b'] });
      for (let n = 0; n < 5; n++) await registry.blob(`orphan ${n}`);
      const { expectGone } = await tell(world);
      const run = collect(driver, { minAgeMs: 0, lockSettleMs: 0 });
      const { message } = await refused(run, 'TOO_MUCH_TO_DELETE');
      same(/\b5\b.*\b9\b.*\b50\b/.test(message), true, `numbers in ${message}`);
      await expectGone([]);
    },
  },
  {
    id: 'plans/just-enough',
    title: 'just the maximum share of all blobs is not too much',
    source: 'own',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1', layers: ['a', 'b'] });
      const goes: Key[] = [];
      for (let n = 0; n < 4; n++) goes.push(blobKey((await registry.blob(`orphan ${n}`)).digest));
      const { expectGone } = await tell(world);
      await collect(driver, { minAgeMs: 0, lockSettleMs: 0 });
      await expectGone(goes);
    },
  },
  {
    id: 'plans/declined',
    title: 'a plan that is declined changes nothing',
    source: 'own',
    async run(world) {
      const goes = await arrange(world);
      const { expectGone } = await tell(world);
      let objects = 0;
      const report = await collectAll(world.driver, {
        deleteUntagged: true,
        confirm: async (summary) => {
          const { directory, ...kinds } = summary.byKind;
          objects = Object.values(kinds).reduce((sum, { count }) => sum + count, 0);
          same(summary.objects, objects + directory.count, 'objects in the summary');
          return false;
        },
      });
      same(report.status, 'declined', 'status');
      same(objects, goes.length, 'objects to be confirmed');
      await expectGone([]);
    },
  },
];

async function arrange({ registry }: World): Promise<Key[]> {
  const old = await registry.image({ repository: 'app', tag: 'v1', layers: ['old'] });
  await registry.image({ repository: 'app', tag: 'v2', layers: ['kept'] });
  await registry.untag('app', 'v1');
  const unused = await registry.layer('app', 'unused');
  const orphan = await registry.blob('orphan');
  return [...allOf(old), ...layerIn('app', unused), blobKey(orphan.digest)];
}

async function planned(world: World): Promise<{ plan: PlanSink; goes: Key[]; story: Story }> {
  const goes = await arrange(world);
  const story = await tell(world);
  const plan = new PlanSink();
  await collectAll(world.driver, { deleteUntagged: true, dryRun: true, planTo: plan.stream });
  return { plan, goes, story };
}

/** Ways to spoil a plan. */
function spoilers(): readonly { name: string; spoil: (text: string) => string }[] {
  const lines = (text: string): string[] => text.trimEnd().split('\n');
  const whole = (all: readonly string[]): string => `${all.join('\n')}\n`;
  return [
    { name: 'empty', spoil: () => '' },
    { name: 'no-plan', spoil: () => 'apiVersion: v1\nkind: Pod\n' },
    { name: 'another-json', spoil: () => '{"name":"dunnage","version":1}\n' },
    { name: 'cut-off-at-a-line', spoil: (text) => whole(lines(text).slice(0, -1)) },
    { name: 'cut-off-in-a-line', spoil: (text) => text.slice(0, text.length >> 1) },
    { name: 'edited', spoil: (text) => text.replace('"unreferenced"', '"untagged"') },
    { name: 'short-of-a-line', spoil: (text) => whole(lines(text).toSpliced(2, 1)) },
    { name: 'reordered', spoil: (text) => whole(swapped(lines(text))) },
    {
      name: 'longer-by-a-line',
      spoil: (text) => whole(lines(text).toSpliced(2, 0, lines(text)[2] ?? '')),
    },
    {
      name: 'from-another-version',
      spoil: (text) => text.replace('"version":1', '"version":99'),
    },
    {
      name: 'aimed-elsewhere',
      spoil: (text) => text.replace(/blobs\/sha256\/../, 'blobs/sha256/zz'),
    },
  ];
}

function swapped(lines: readonly string[]): string[] {
  const [header = '', first = '', second = '', ...rest] = lines;
  return [header, second, first, ...rest];
}
