import type { GcEvent } from '@dunnage/core';
import assert from 'node:assert/strict';
import {
  firstOf,
  neverWriting,
  on,
  withFaults,
  withoutBulk,
  withoutHashes,
  type Fault,
} from '../../faults/index.ts';
import { blobKey, revisionKey, tagKey } from '../../registry/index.ts';
import { allOf } from '../parts.ts';
import { same } from '../same.ts';
import type { ScriptScenario } from '../scenario.ts';
import { collectAll, fails, onRead, refused, tell } from '../story.ts';

const untagged = { deleteUntagged: true } as const;
/** Nobody need try again: so that scenarios don't wait. */
const broken: Fault = { kind: 'fail', code: 'UNAVAILABLE', when: 'before', retry: 'exhausted' };
const vanished: Fault = { kind: 'fail', code: 'NOT_FOUND', when: 'before' };
const shaky: Fault = { kind: 'fail', code: 'UNAVAILABLE', when: 'before' };
const lists = /^docker\/registry\/v2\//;

/** The storage can't be read, listed or written: nothing that lives may go for that. */
export const failures: readonly ScriptScenario[] = [
  {
    id: 'failures/manifest-unreadable',
    title: 'a manifest that can not be fetched protects its repository; the rest is collected',
    source: 'zot: a transient read error fails closed',
    async run(world) {
      const { registry, driver } = world;
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      await registry.image({ repository: 'app' });
      await registry.layer('app', 'unused, but who knows');
      const elsewhere = await registry.image({ repository: 'other' });
      const { expectGone } = await tell(world);
      const key = blobKey(image.digest);
      const report = await collectAll(withFaults(driver, onRead(key, broken)), untagged);
      await expectGone(allOf(elsewhere));
      same(report.status, 'partial', 'status');
      const finding = report.findings.find(({ code }) => code === 'manifest-unreadable');
      assert(finding?.message.includes(key), `no finding names ${key}`);
      assert(report.advice.length > 0, 'nobody is told what to do');
    },
  },
  {
    id: 'failures/tag-unreadable',
    title: 'a tag that can not be fetched keeps all manifests of its repository',
    source: 'own; defect B',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.image({ repository: 'app' });
      const elsewhere = await registry.image({ repository: 'other' });
      const { expectGone } = await tell(world);
      // The content hashes of a listing may say what the link holds without its being read.
      const faulty = withFaults(withoutHashes(driver), onRead(tagKey('app', 'v1'), broken));
      const report = await collectAll(faulty, untagged);
      await expectGone(allOf(elsewhere));
      same(report.status, 'partial', 'status');
    },
  },
  {
    id: 'failures/revision-vanishes',
    title: 'a revision link that vanishes under the walk costs no other image anything (defect B)',
    source: 'defect B',
    async run(world) {
      const { registry, driver } = world;
      const first = await registry.image({ repository: 'app', tag: 'a-first' });
      await registry.image({ repository: 'app', tag: 'b-second' });
      await registry.image({ repository: 'app', tag: 'c-third' });
      const orphan = await registry.blob('orphan');
      const { expectGone } = await tell(world);
      const key = revisionKey('app', first.digest);
      const faulty = withFaults(
        driver,
        firstOf(onRead(key, vanished), on('stat', key, vanished), on('bulk-stat', key, vanished)),
      );
      await collectAll(faulty, untagged);
      await expectGone([blobKey(orphan.digest)]);
    },
  },
  {
    id: 'failures/manifest-vanishes',
    title: 'a manifest that is listed and then not there protects its repository (defect B)',
    source: 'defect B',
    async run(world) {
      const { registry, driver } = world;
      const first = await registry.image({ repository: 'app', tag: 'a-first' });
      await registry.image({ repository: 'app', tag: 'b-second' });
      const orphan = await registry.blob('orphan');
      const { expectGone } = await tell(world);
      await collectAll(withFaults(driver, onRead(blobKey(first.digest), vanished)), untagged);
      await expectGone([blobKey(orphan.digest)]);
    },
  },
  {
    id: 'failures/transient',
    title: 'requests that fail for a moment are tried again, which is told (defect N)',
    source: 'defect N; harbor 15197',
    async run(world) {
      const { registry, driver } = world;
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      const doomed = await registry.image({ repository: 'app' });
      const { expectGone } = await tell(world);
      const events: GcEvent[] = [];
      const faulty = withFaults(
        driver,
        firstOf(
          onRead(blobKey(image.digest), shaky, 1),
          on('list', lists, shaky, 1),
          on('children', lists, shaky, 1),
          on('delete', blobKey(doomed.digest), shaky, 1),
        ),
      );
      const report = await collectAll(faulty, {
        ...untagged,
        onEvent: (event) => events.push(event),
      });
      await expectGone(allOf(doomed));
      same(report.status, 'done', 'status');
      same(events.filter(({ type }) => type === 'retry').length >= 3, true, 'retries are told');
    },
  },
  {
    id: 'failures/listing-cut-short',
    title: 'a listing that ends without its end marker ends the run before any delete',
    source: 'storage drivers: truncated listings',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.blob('orphan');
      const { expectGone } = await tell(world);
      const faulty = withFaults(withoutBulk(driver), on('list', lists, { kind: 'cut' }));
      await refused(collectAll(faulty), 'LISTING_INCOMPLETE');
      await expectGone([]);
    },
  },
  {
    id: 'failures/listing-repeats',
    title: 'a listing that gives the same page for ever ends the run before any delete',
    source: 'storage drivers: a repeated token',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.blob('orphan');
      const { expectGone } = await tell(world);
      const fault: Fault = { kind: 'repeat', times: 'forever' };
      const faulty = withFaults(withoutBulk(driver), on('list', lists, fault));
      await refused(collectAll(faulty), 'LISTING_INCOMPLETE');
      await expectGone([]);
    },
  },
  {
    id: 'failures/listing-fails',
    title: 'a listing that fails ends the run before any delete, and says which and why',
    source: 'bad input: an unreadable directory',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.blob('orphan');
      const { expectGone } = await tell(world);
      const denied: Fault = { kind: 'fail', code: 'PERMISSION_DENIED', when: 'before' };
      for (const part of [/\/repositories\//, /\/blobs\//]) {
        const faulty = withFaults(
          driver,
          firstOf(on('list', part, denied), on('children', part, denied)),
        );
        await refused(collectAll(faulty), 'LISTING_INCOMPLETE');
        await expectGone([]);
      }
    },
  },
  {
    id: 'failures/dry-run-can-not-write',
    title: 'a dry run works on a storage that refuses every write (defect M)',
    source: 'defect M; harbor 15332',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const doomed = await registry.image({ repository: 'app' });
      await registry.upload({ repository: 'app', startedat: 0 });
      const { expectGone } = await tell(world);
      const guarded = neverWriting(driver);
      const options = { ...untagged, removeEmptyRepositories: true, purgeUploadsOlderThanMs: 1 };
      const report = await collectAll(guarded, { ...options, dryRun: true });
      await expectGone([]);
      same(guarded.attempts, [], 'attempts to write');
      same(report.planned.byKind.revision.count, 1, doomed.digest);
      same(report.planned.byKind.upload.count > 0, true, 'uploads planned');
      same(
        Object.values(report.deleted).every(({ count }) => count === 0),
        true,
        'none deleted',
      );
    },
  },
  {
    id: 'failures/real-run-can-not-write',
    title: 'a real run on a storage that refuses every write fails and changes nothing',
    source: 'own',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.blob('orphan');
      const { expectGone } = await tell(world);
      await fails(collectAll(neverWriting(driver)));
      await expectGone([]);
    },
  },
  {
    id: 'failures/cancelled',
    title: 'a run that is cancelled says so, and the next one finishes',
    source: 'own',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const doomed = await registry.image({ repository: 'app' });
      const { expectGone } = await tell(world);
      const controller = new AbortController();
      const confirm = async (): Promise<boolean> => {
        controller.abort();
        return true;
      };
      const cancelled = collectAll(driver, { ...untagged, confirm, signal: controller.signal });
      await refused(cancelled, 'ABORTED');
      await expectGone([]);
      await collectAll(driver, untagged);
      await expectGone(allOf(doomed));
    },
  },
  {
    id: 'failures/cancelled-before',
    title: 'a run that is cancelled before it begins does not begin',
    source: 'own',
    async run(world) {
      const { registry, driver } = world;
      await registry.blob('orphan');
      const { expectGone } = await tell(world);
      const counting = withFaults(driver);
      await refused(collectAll(counting, { signal: AbortSignal.abort() }), 'ABORTED');
      same(counting.calls.length, 0, 'calls');
      await expectGone([]);
    },
  },
];
