import { resume, type GcEvent } from '@dunnage/core';
import type { Key } from '@dunnage/driver-api';
import { laterBy, withFaults, type Decide } from '../../faults/index.ts';
import { blobKey, type RegistryBuilder } from '../../registry/index.ts';
import { allOf, layerIn, manifestOf } from '../parts.ts';
import { unguarded } from '../run.ts';
import { same } from '../same.ts';
import type { ScriptScenario, World } from '../scenario.ts';
import { snapshot } from '../snapshot.ts';
import { collectAll, fails, lockExpiresMs, refused, tell } from '../story.ts';

const untagged = { deleteUntagged: true } as const;
const source = 'defect N; harbor 19991';

/** Runs that die: what they began is finished by the next, and nothing is lost in between. */
export const interruptions: readonly ScriptScenario[] = [
  ...[
    { name: 'first', at: killAt(1) },
    { name: 'second', at: killAt(2) },
    { name: 'middle', at: killAt(5) },
    { name: 'last', at: killAt(8) },
  ].flatMap(({ name, at }): ScriptScenario[] => [
    {
      id: `interruptions/resume-at-${name}`,
      title: `a run killed at its ${name} delete is resumed from its journal (defect N)`,
      source,
      async run(world) {
        const { goes, expectGone } = await killed(world, at());
        const report = await resume(laterBy(world.driver, lockExpiresMs), unguarded);
        await expectGone(goes);
        same(report.status, 'done', 'status');
        same(report.rules.deleteUntagged, true, 'rules of the interrupted run');
        await refused(resume(laterBy(world.driver, lockExpiresMs), unguarded), 'NOTHING_TO_RESUME');
        await expectNoTraces(world);
      },
    },
    {
      id: `interruptions/again-at-${name}`,
      title: `a run killed at its ${name} delete is finished by simply running again (defect N)`,
      source,
      async run(world) {
        const { goes, expectGone } = await killed(world, at());
        await collectAll(laterBy(world.driver, lockExpiresMs), untagged);
        await expectGone(goes);
        await refused(resume(laterBy(world.driver, lockExpiresMs), unguarded), 'NOTHING_TO_RESUME');
        await expectNoTraces(world);
      },
    },
  ]),
  {
    id: 'interruptions/nothing-to-resume',
    title: 'on a storage without an interrupted run there is nothing to resume, which is said',
    source,
    async run(world) {
      await world.registry.blob('orphan');
      await world.registry.image({ repository: 'app', tag: 'v1' });
      const { expectGone } = await tell(world);
      await refused(resume(world.driver, unguarded), 'NOTHING_TO_RESUME');
      await expectGone([]);
      await expectNoTraces(world);
    },
  },
  {
    id: 'interruptions/resume-after-push',
    title: 'what came into use after the crash is not deleted by the resumed run',
    source: 'own',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const wanted = await registry.layer('app', 'dead when the run was killed');
      const dead = await registry.layer('app', 'dead for good');
      const { expectGone } = await tell(world);
      await fails(collectAll(withFaults(driver, killAt(1)())));
      await registry.image({ repository: 'app', tag: 'v2', layers: [wanted] });
      const report = await resume(laterBy(driver, lockExpiresMs), unguarded);
      await expectGone(layerIn('app', dead));
      same(report.changed > 0, true, 'what changed is counted');
    },
  },
  {
    id: 'interruptions/resume-after-tag',
    title: 'an image that was tagged after the crash is whole after the resumed run',
    source: 'own',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const wanted = await registry.image({ repository: 'app' });
      const dead = await registry.image({ repository: 'app' });
      const { expectGone } = await tell(world);
      await fails(collectAll(withFaults(driver, killAt(1)()), untagged));
      await registry.tag('app', 'rescued', wanted.digest);
      await resume(laterBy(driver, lockExpiresMs), unguarded);
      await expectGone(allOf(dead));
    },
  },
  {
    id: 'interruptions/lock-of-the-dead',
    title:
      'the lock of a killed run keeps others out until it expires, then it is taken over, which is told',
    source: 'distribution PR 4795: the checkpoint expires',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('orphan');
      const { expectGone } = await tell(world);
      const dying = withFaults(driver, killAt(1)());
      await fails(collectAll(dying, { owner: 'the dead one', lockTtlMs: 60_000 }));
      const error = await refused(collectAll(driver), 'LOCKED');
      same(error.message.includes('the dead one'), true, `the holder is named: ${error.message}`);
      await expectGone([]);
      const events: GcEvent[] = [];
      const later = laterBy(driver, 120_000);
      await collectAll(later, { onEvent: (event) => events.push(event) });
      await expectGone([blobKey(orphan.digest)]);
      const from = events.flatMap((event) => (event.type === 'lock-taken-over' ? event.from : []));
      same(from, ['the dead one'], 'told from whom the lock was taken');
    },
  },
  {
    id: 'interruptions/references-first',
    title: 'wherever a run is killed, no link that led somewhere leads nowhere',
    source: 'own; a crash leaves garbage at worst',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const child = await registry.image({ repository: 'app' });
      const index = await registry.index({ repository: 'app', manifests: [child] });
      await registry.artifact({ repository: 'app', artifactType: 'text/plain', subject: index });
      let round = 0;
      for (let finished = false; !finished; round++) {
        const dying = withFaults(laterBy(driver, round * lockExpiresMs), killAt(2)());
        finished = await collectAll(dying, untagged).then(
          () => true,
          () => false,
        );
        await expectNoDanglingLinks(world);
      }
      same(round > 5, true, `it took ${round} rounds: ${manifestOf(index).join()}`);
    },
  },
];

/** A tree with an image of everything to delete, and a run on it that dies. */
async function killed(
  world: World,
  decide: Decide,
): Promise<{ goes: readonly Key[]; expectGone: (goes: readonly Key[]) => Promise<void> }> {
  const { registry, driver } = world;
  const goes = await arrangeGarbage(registry);
  const { expectGone } = await tell(world);
  const dying = withFaults(driver, decide);
  await fails(collectAll(dying, untagged));
  same(dying.killed, true, 'the run was killed');
  await expectNoDanglingLinks(world);
  return { goes, expectGone };
}

async function arrangeGarbage(registry: RegistryBuilder): Promise<Key[]> {
  const base = await registry.layer('app', 'shared with what stays');
  await registry.image({ repository: 'app', tag: 'v1', layers: [base] });
  const child = await registry.image({ repository: 'app', layers: [base, 'dropped'] });
  const index = await registry.index({ repository: 'app', manifests: [child] });
  const kept = new Set(layerIn('app', base));
  return allOf(index, child).filter((key) => !kept.has(key));
}

/** Dies at the `n`th delete of something that is the registry's. */
function killAt(n: number): () => Decide {
  return () => {
    let left = n;
    return ({ verb, key = '' }) => {
      if (verb !== 'delete' || !key.startsWith('docker/')) return undefined;
      return --left === 0 ? { kind: 'kill' } : undefined;
    };
  };
}

/** Each revision and layer link leads to a blob that is there. */
async function expectNoDanglingLinks(world: World): Promise<void> {
  const objects = await snapshot(world);
  const dangling = [...objects.keys()].filter((key) => {
    const [, algorithm, hex] = /\/(?:revisions|_layers)\/(\w+)\/(\w+)\/link$/.exec(key) ?? [];
    return hex !== undefined && !objects.has(blobKey(`${algorithm}:${hex}`));
  });
  same(dangling, [], 'links that lead nowhere');
}

/** Neither lock nor journal is left. */
async function expectNoTraces(world: World): Promise<void> {
  const traces = [...(await snapshot(world)).keys()].filter((key) => key.startsWith('dunnage/'));
  same(traces, [], 'what the collector left of its own');
}
