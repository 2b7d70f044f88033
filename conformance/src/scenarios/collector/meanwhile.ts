import { applyPlan, type PlanSummary } from '@dunnage/core';
import type { StorageDriver } from '@dunnage/driver-api';
import { blobKey, tagIndexKey } from '../../registry/index.ts';
import { allOf, layerIn } from '../parts.ts';
import { PlanSink } from '../plan-sink.ts';
import { unguarded } from '../run.ts';
import { same } from '../same.ts';
import { needs, type ScriptScenario } from '../scenario.ts';
import { collectAll, refused, tell } from '../story.ts';

const untagged = { deleteUntagged: true } as const;
const quay = 'Quay, internal/gc tests';

/**
 * Others work on the storage while a run goes on. An offline collector can't promise what a registry
 * that takes pushes would need, but it looks again before it deletes: after a plan, and after the
 * question whether to go on, which a person may answer hours later.
 */
export const meanwhile: readonly ScriptScenario[] = [
  {
    id: 'meanwhile/second-collector',
    title: 'a second collector is refused while the first works, and the first goes on',
    source: 'distribution PR 4795: the second holder is refused',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('orphan');
      const { expectGone } = await tell(world);
      let message = '';
      const confirm = async (): Promise<boolean> => {
        ({ message } = await refused(collectAll(driver, { owner: 'the second' }), 'LOCKED'));
        await expectGone([]);
        return true;
      };
      const report = await collectAll(driver, { owner: 'the first', confirm });
      same(message.includes('the first'), true, `the holder is named: ${message}`);
      same(report.status, 'done', 'status');
      await expectGone([blobKey(orphan.digest)]);
    },
  },
  {
    id: 'meanwhile/lock-is-released',
    title:
      'a run leaves no lock, whether it succeeds, is refused or declined; the next one can work',
    source: 'GitLab, lock-file tests: lock and unlock are idempotent',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('orphan');
      const { expectGone } = await tell(world);
      await refused(collectAll(driver, { maxDeletePercent: 1 }), 'TOO_MUCH_TO_DELETE');
      await world.settle?.();
      const declined = await collectAll(driver, { confirm: async () => false });
      same(declined.status, 'declined', 'status');
      await expectGone([]);
      await collectAll(driver);
      await world.settle?.();
      await collectAll(driver);
      await expectGone([blobKey(orphan.digest)]);
    },
  },
  {
    id: 'meanwhile/dry-run-beside',
    title: 'a dry run needs no lock, and works beside a run that holds it',
    source: 'own',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('orphan');
      const { expectGone } = await tell(world);
      const confirm = async (): Promise<boolean> => {
        const dry = await collectAll(driver, { dryRun: true });
        same(dry.planned.byKind.blob.count, 1, 'planned blobs');
        return true;
      };
      await collectAll(driver, { confirm });
      await expectGone([blobKey(orphan.digest)]);
    },
  },
  {
    id: 'meanwhile/upload',
    title: 'an upload between mark and delete survives',
    source: quay,
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('orphan');
      const { expectGone } = await tell(world);
      const confirm = async (): Promise<boolean> => {
        await registry.image({ repository: 'app', tag: 'v2' });
        await registry.image({ repository: 'new/one', tag: 'v1' });
        await registry.upload({ repository: 'app', startedat: await driver.now() });
        return true;
      };
      await collectAll(driver, { ...untagged, removeEmptyRepositories: true, confirm });
      await expectGone([blobKey(orphan.digest)]);
    },
  },
  {
    id: 'meanwhile/push-shares-a-layer',
    title: 'a layer that a push takes into use between mark and delete stays',
    source: `${quay}: revalidates before delete`,
    needs: [needs.promptReads],
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const wanted = await registry.layer('app', 'dead when marked');
      const dead = await registry.layer('app', 'dead for good');
      const { expectGone } = await tell(world);
      const confirm = async (): Promise<boolean> => {
        await registry.image({ repository: 'other', tag: 'v1', layers: [wanted] });
        return true;
      };
      await collectAll(driver, { confirm });
      await expectGone(layerIn('app', dead));
    },
  },
  {
    id: 'meanwhile/tagged-again',
    title: 'an image that is tagged between mark and delete stays whole',
    source: `${quay}: push during GC`,
    needs: [needs.promptReads],
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const wanted = await registry.image({ repository: 'app' });
      const dead = await registry.image({ repository: 'app' });
      const { expectGone } = await tell(world);
      const confirm = async (): Promise<boolean> => {
        await registry.tag('app', 'rescued', wanted.digest);
        return true;
      };
      await collectAll(driver, { ...untagged, confirm });
      await expectGone(allOf(dead));
    },
  },
  {
    id: 'meanwhile/deleted-by-others',
    title: 'what others deleted between mark and delete is passed over, and not counted as ours',
    source: 'zot: an already-absent blob is skipped',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const first = await registry.blob('somebody else deletes it');
      const second = await registry.blob('we delete it');
      const { expectGone } = await tell(world);
      const confirm = async (): Promise<boolean> => {
        await registry.store.remove(blobKey(first.digest));
        return true;
      };
      const report = await collectAll(driver, { confirm });
      await expectGone([blobKey(first.digest), blobKey(second.digest)]);
      same(report.status, 'done', 'status');
      if (world.capabilities.delete.reportsMissing) {
        same(report.deleted.blob.count, 1, 'blobs deleted');
        same(report.alreadyGone, 1, 'already gone');
      }
    },
  },
  {
    id: 'meanwhile/two-passes',
    title: 'what a second pass finds in use again stays, though the first pass planned it',
    source: 'distribution PR 4795: two passes, a new reference between them',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const shared = await registry.layer('app', 'taken into use again');
      const wanted = await registry.image({ repository: 'app', layers: ['rescued by a tag'] });
      const dead = await registry.image({ repository: 'app' });
      const { expectGone } = await tell(world);
      const plan = await planOf(driver);
      await registry.tag('app', 'rescued', wanted.digest);
      await registry.image({ repository: 'app', tag: 'v2', layers: [shared] });
      await world.settle?.();
      const report = await applyPlan(driver, plan.bytes(), unguarded);
      await expectGone(allOf(dead));
      const rescued = allOf(wanted).length + layerIn('app', shared).length;
      same(report.changed, rescued, 'changed');
    },
  },
  {
    id: 'meanwhile/index-names-it-again',
    title: 'an image that an index takes up after the plan stays whole',
    source: `${quay}: revalidates before delete`,
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const wanted = await registry.image({ repository: 'app' });
      const { expectGone } = await tell(world);
      const plan = await planOf(driver);
      await registry.index({ repository: 'app', tag: 'multi', manifests: [wanted] });
      await world.settle?.();
      await applyPlan(driver, plan.bytes(), unguarded);
      await expectGone([]);
    },
  },
  {
    id: 'meanwhile/new-garbage',
    title: 'garbage that came after the plan is left for the next run',
    source: 'own; what is deleted is what the plan said',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const planned = await registry.layer('app', 'planned');
      const { expectGone } = await tell(world);
      const plan = await planOf(driver);
      await registry.layer('app', 'new, and already garbage');
      await world.settle?.();
      await applyPlan(driver, plan.bytes(), unguarded);
      await expectGone(layerIn('app', planned));
    },
  },
  {
    id: 'meanwhile/rewritten',
    title: 'an object that was written after the plan is not what was planned, and stays',
    source: 'own; preconditions',
    needs: [needs.touch],
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const rewritten = await registry.blob('pushed again after the plan');
      const dead = await registry.blob('dead');
      const gone = `sha256:${'0a'.repeat(32)}`;
      const entry = tagIndexKey('app', 'v1', gone);
      await registry.store.put(entry, gone);
      const { expectGone } = await tell(world);
      const now = await driver.now();
      const old = now - 3_600_000;
      await registry.store.touch(old, blobKey(rewritten.digest), blobKey(dead.digest), entry);
      const plan = await planOf(driver);
      await registry.store.touch(now, blobKey(rewritten.digest), entry);
      await world.settle?.();
      const report = await applyPlan(driver, plan.bytes(), unguarded);
      await expectGone([blobKey(dead.digest)]);
      same(report.changed, 2, 'changed');
    },
  },
  {
    id: 'meanwhile/link-again',
    title: 'a layer that was linked anew after the plan, within the minimum age, stays',
    source: 'own; a push of an existing blob only writes the link',
    needs: [needs.touch],
    async run(world) {
      const { registry, driver } = world;
      const day = 86_400_000;
      await registry.image({ repository: 'app', tag: 'v1' });
      const wanted = await registry.layer('app', 'old, linked again after the plan');
      await registry.store.touch((await driver.now()) - day, ...layerIn('app', wanted));
      const { expectGone } = await tell(world);
      const plan = await planOf(driver, { minAgeMs: 3_600_000 });
      same(plan.summary?.byKind.blob.count, 1, 'planned blobs');
      await registry.mount('other', wanted);
      await world.settle?.();
      await applyPlan(driver, plan.bytes(), unguarded);
      await expectGone([]);
    },
  },
];

/** The plan of a dry run, with `deleteUntagged`. */
async function planOf(
  driver: StorageDriver,
  options: { minAgeMs?: number } = {},
): Promise<PlanSink & { readonly summary?: PlanSummary }> {
  const plan = new PlanSink();
  const { planned } = await collectAll(driver, {
    ...{ ...untagged, ...options, dryRun: true, planTo: plan.stream },
  });
  return Object.assign(plan, { summary: planned });
}
