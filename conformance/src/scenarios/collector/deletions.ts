import { firstOf, on, withFaults, type Fault } from '../../faults/index.ts';
import { blobKey, layerKey, revisionKey } from '../../registry/index.ts';
import { allOf, layerIn, manifestOf } from '../parts.ts';
import { same } from '../same.ts';
import { needs, type ScriptScenario } from '../scenario.ts';
import { collectAll, tell } from '../story.ts';

const untagged = { deleteUntagged: true } as const;
/** Nobody need try again: so that scenarios don't wait. */
const broken: Fault = { kind: 'fail', code: 'UNAVAILABLE', when: 'before', retry: 'exhausted' };

/** Deletes that fail, or of which nobody knows: what stays keeps what it refers to, and counts are true. */
export const deletions: readonly ScriptScenario[] = [
  {
    id: 'failures/answer-lost',
    title: 'deletes whose answer is lost are settled, and counted once',
    source: 'storage drivers: 500 after the effect',
    needs: [needs.promptReads],
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const doomed = await registry.image({ repository: 'app' });
      const { expectGone } = await tell(world);
      const lost: Fault = { kind: 'fail', code: 'TIMEOUT', when: 'after' };
      const keys = [blobKey(doomed.digest), revisionKey('app', doomed.digest)];
      const faulty = withFaults(driver, firstOf(...keys.map((key) => on('delete', key, lost, 1))));
      const report = await collectAll(faulty, untagged);
      await expectGone(allOf(doomed));
      same(report.status, 'done', 'status');
      const total = Object.values(report.deleted).reduce((sum, { count }) => sum + count, 0);
      const objects = total - report.deleted.directory.count + report.alreadyGone;
      same(objects, allOf(doomed).length, 'objects deleted or found gone');
    },
  },
  {
    id: 'failures/blob-delete',
    title: 'a blob that can not be deleted frees no bytes and is named',
    source: 'Quay: a storage delete that fails reports no reclaimed bytes',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const stuck = await registry.blob('can not be deleted');
      const orphan = await registry.blob('can be deleted');
      const { expectGone } = await tell(world);
      const key = blobKey(stuck.digest);
      const denied: Fault = { kind: 'fail', code: 'PERMISSION_DENIED', when: 'before' };
      const report = await collectAll(withFaults(driver, on('delete', key, denied)), untagged);
      await expectGone([blobKey(orphan.digest)]);
      same(report.status, 'partial', 'status');
      same(report.failed, 1, 'failed');
      same(report.deleted.blob, { count: 1, bytes: orphan.size }, 'blobs deleted');
      if (world.capabilities.delete.freesSpace === 'immediately') {
        same(report.freedBytes, orphan.size, 'bytes freed');
      }
      const finding = report.findings.find(({ code }) => code === 'delete-failed');
      same(finding?.key, key, 'key of the finding');
    },
  },
  {
    id: 'failures/revision-delete',
    title: 'a revision whose link can not be deleted keeps all that it names',
    source: 'own; a crash or failure leaves garbage at worst',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const stuck = await registry.image({ repository: 'app', layers: ['kept with its manifest'] });
      const doomed = await registry.image({ repository: 'app' });
      const { expectGone } = await tell(world);
      const locked: Fault = { kind: 'fail', code: 'LOCKED', when: 'before' };
      const faulty = withFaults(driver, on('delete', revisionKey('app', stuck.digest), locked));
      const report = await collectAll(faulty, untagged);
      await expectGone(allOf(doomed));
      same(report.status, 'partial', 'status');
    },
  },
  {
    id: 'failures/index-delete',
    title: 'an index whose link can not be deleted keeps its children',
    source: 'own; parents go before children',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const child = await registry.image({ repository: 'app' });
      const index = await registry.index({ repository: 'app', manifests: [child] });
      const { expectGone } = await tell(world);
      const faulty = withFaults(driver, on('delete', revisionKey('app', index.digest), broken));
      const report = await collectAll(faulty, untagged);
      await expectGone([]);
      same(report.failed, 1, `failed: ${manifestOf(index).join()}`);
    },
  },
  {
    id: 'failures/layer-link-delete',
    title: 'a blob stays while a link to it can not be deleted',
    source: 'own; no link may dangle',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const stuck = await registry.layer('app', 'its link is stuck');
      const dead = await registry.layer('app', 'its link is not');
      const { expectGone } = await tell(world);
      const faulty = withFaults(driver, on('delete', layerKey('app', stuck.digest), broken));
      await collectAll(faulty);
      await expectGone(layerIn('app', dead));
    },
  },
];
