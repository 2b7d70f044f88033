import { applyPlan, type GcOptions, type GcReport } from '@dunnage/core';
import { renamed, withFaults } from '@dunnage/conformance/faults';
import {
  blobKey,
  layerKey,
  mediaTypes,
  revisionKey,
  tagIndexKey,
  tagKey,
  verify,
} from '@dunnage/conformance/registry';
import { describe, expect, it } from 'vitest';
import { PlanEncoder, type PlanHeader } from '../../dist/plan/document.js';
import type { PlanEntry } from '../../dist/plan/entry.js';
import { pieces, PlanText } from '../support/plan.ts';
import { FAST, HOUR, refusal, Site } from '../support/site.ts';

const RULES: GcOptions = { deleteUntagged: true, purgeUploadsOlderThanMs: HOUR };

async function stocked(site: Site) {
  const { builder } = site;
  const live = await builder.image({ repository: 'app', tag: 'v1', layers: ['shared', 'live'] });
  const dead = await builder.image({ repository: 'app', layers: ['shared', 'dead'] });
  const gone = await builder.image({ repository: 'app', tag: 'v2', layers: ['former'] });
  await builder.image({ repository: 'app', tag: 'v2', layers: ['present'] });
  const orphan = await builder.blob('an orphan');
  const upload = await builder.upload({ repository: 'app', startedat: site.now });
  site.pass();
  return { live, dead, gone, orphan, upload };
}

async function planOf(site: Site): Promise<PlanText> {
  const plan = new PlanText();
  await site.collect({ ...RULES, dryRun: true, planTo: plan.stream });
  return plan;
}

const apply = (site: Site, plan: PlanText | string): Promise<GcReport> =>
  applyPlan(site.driver, pieces(typeof plan === 'string' ? plan : plan.bytes), FAST);

const changedKeys = (report: GcReport): string[] =>
  report.findings.filter(({ code }) => code === 'changed').map(({ key = '' }) => key);

const PROFILES = ['fs', 's3', 'gcs', 'azure'] as const;

describe.each(PROFILES)('a plan that is applied on %s', (profile) => {
  it('does what a run without it would have done', async () => {
    const [site, other] = [new Site({ profile }), new Site({ profile })];
    await stocked(site);
    await stocked(other);
    const plan = await planOf(site);
    const report = await apply(site, plan);
    expect(report.status).toBe('done');
    const direct = await other.collect(RULES);
    expect(report.deleted).toEqual(direct.deleted);
    expect(report.rules).toEqual(direct.rules);
    expect(await site.keys()).toEqual(await other.keys());
    expect((await verify(site.driver)).problems).toEqual([]);
  });

  it('leaves alone what was tagged again, with all that it refers to', async () => {
    const site = new Site({ profile });
    const { dead, gone } = await stocked(site);
    const plan = await planOf(site);
    await site.builder.tag('app', 'again', dead.digest);
    await site.builder.tag('app', 'v2', gone.digest);
    const report = await apply(site, plan);
    expect((await verify(site.driver)).problems).toEqual([]);
    const keys = await site.keys();
    for (const image of [dead, gone]) {
      expect(keys).toContain(revisionKey('app', image.digest));
      for (const { digest } of image.blobs) expect(keys).toContain(blobKey(digest));
    }
    expect(report.changed).toBeGreaterThanOrEqual(4);
    expect(changedKeys(report)).toContain(revisionKey('app', dead.digest));
    expect(report.status).toBe('partial');
  });

  it('leaves alone what was pushed again', async () => {
    const site = new Site({ profile });
    const { dead, orphan } = await stocked(site);
    const plan = await planOf(site);
    site.pass(1000);
    await site.builder.blob('an orphan');
    await site.builder.linkManifest('app', dead.digest);
    const report = await apply(site, plan);
    const keys = await site.keys();
    expect(keys).toContain(blobKey(orphan.digest));
    expect(keys).toContain(revisionKey('app', dead.digest));
    expect(changedKeys(report)).toEqual(
      expect.arrayContaining([blobKey(orphan.digest), revisionKey('app', dead.digest)]),
    );
    expect((await verify(site.driver, { also: [dead] })).problems).toEqual([]);
  });

  it('leaves alone what was pushed again long ago by now', async () => {
    const site = new Site({ profile });
    const { orphan, upload } = await stocked(site);
    const plan = await planOf(site);
    site.pass();
    await site.builder.blob('an orphan');
    const [data] = upload;
    if (data === undefined) throw new Error('no upload');
    await site.builder.store.put(data, 'half a layer');
    site.pass();
    const report = await apply(site, plan);
    // It is old enough and garbage, but not what the plan was about. An upload stays whole.
    const staying = [blobKey(orphan.digest), ...upload].toSorted();
    expect(changedKeys(report).toSorted()).toEqual(staying);
    expect(await site.keys()).toEqual(expect.arrayContaining(staying));
  });

  it('leaves nothing dangling below a link that was written again long ago by now', async () => {
    const site = new Site({ profile });
    const { dead } = await stocked(site);
    const lone = await site.builder.layer('app', 'of nobody');
    site.pass();
    const plan = await planOf(site);
    site.pass();
    await site.builder.linkManifest('app', dead.digest);
    await site.builder.mount('app', lone);
    site.pass();
    const report = await apply(site, plan);
    const links = [revisionKey('app', dead.digest), layerKey('app', lone.digest)];
    expect(changedKeys(report)).toEqual(expect.arrayContaining(links));
    expect(await site.keys()).toEqual(expect.arrayContaining([...links, blobKey(lone.digest)]));
    expect((await verify(site.driver, { also: [dead] })).problems).toEqual([]);
  });

  it.each([false, true])(
    'leaves nothing dangling that became garbage since (confirmed: %s)',
    async (confirmed) => {
      const site = new Site({ profile });
      const { orphan } = await stocked(site);
      const plan = await planOf(site);
      // Somebody uses the orphan without writing it again, by digest; an hour later nobody needs that any more.
      const later = await site.builder.manifest({
        repository: 'app',
        manifest: {
          mediaType: mediaTypes.ociManifest,
          config: { ...orphan, mediaType: mediaTypes.ociConfig },
          layers: [],
        },
      });
      await site.builder.mount('other', orphan);
      await site.builder.mount('app', orphan);
      site.pass();
      const options = confirmed ? { ...FAST, confirm: async () => true } : FAST;
      const report = await applyPlan(site.driver, pieces(plan.bytes), options);
      expect(changedKeys(report)).toContain(blobKey(orphan.digest));
      expect((await verify(site.driver, { also: [later] })).problems).toEqual([]);
      expect(report.deleted.blob.count).toBeGreaterThan(0);
      await site.collect(RULES);
      expect(await site.keys()).not.toContain(blobKey(orphan.digest));
    },
  );

  it('leaves alone links that were written again, and what they lead to', async () => {
    const site = new Site({ profile });
    const { dead } = await stocked(site);
    const plan = await planOf(site);
    const [config] = dead.blobs;
    if (config === undefined) throw new Error('no config');
    site.pass(1000);
    await site.builder.mount('app', config);
    const report = await apply(site, plan);
    const link = layerKey('app', config.digest);
    expect(await site.keys()).toEqual(expect.arrayContaining([link, blobKey(config.digest)]));
    expect(changedKeys(report)).toEqual(expect.arrayContaining([link, blobKey(config.digest)]));
    expect(report.alreadyGone).toBe(0);
  });

  it('leaves alone an upload that goes on', async () => {
    const site = new Site({ profile });
    const { upload } = await stocked(site);
    const plan = await planOf(site);
    const [data] = upload;
    if (data === undefined) throw new Error('no upload');
    await site.builder.store.put(data, 'more of it');
    await apply(site, plan);
    expect(await site.keys()).toEqual(expect.arrayContaining(upload));
  });

  it('counts what is gone, and is done when it is applied twice', async () => {
    const site = new Site({ profile });
    const { orphan } = await stocked(site);
    const plan = await planOf(site);
    await site.builder.store.remove(blobKey(orphan.digest));
    const first = await apply(site, plan);
    expect(first.alreadyGone).toBe(1);
    const keys = await site.keys();
    const second = await apply(site, plan);
    expect(second.planned.objects).toBe(0);
    expect(second.alreadyGone).toBe(first.alreadyGone + first.planned.objects);
    expect([second.changed, second.failed]).toEqual([0, 0]);
    expect(await site.keys()).toEqual(keys);
  });

  it('deletes nothing that it does not name', async () => {
    const site = new Site({ profile });
    await stocked(site);
    const plan = await planOf(site);
    const later = await site.builder.blob('a later orphan');
    site.pass();
    await apply(site, plan);
    expect(await site.keys()).toContain(blobKey(later.digest));
  });
});

describe('a plan that is not believed', () => {
  /** A plan whose checksum is right, with these entries. */
  function forged(plan: PlanText, entries: object[], header: object = {}): string {
    const encoder = new PlanEncoder();
    const first = { ...plan.lines[0], ...header } as unknown as PlanHeader;
    const lines = [encoder.header(first), ...entries.map((one) => encoder.entry(one as PlanEntry))];
    return lines.join('') + encoder.footer();
  }

  it('deletes nothing that is live, even with the right checksum', async () => {
    const site = new Site();
    const { live } = await stocked(site);
    const plan = await planOf(site);
    const before = await site.keys();
    const common = { reason: 'unreferenced', size: 1 };
    const [config] = live.blobs;
    if (config === undefined) throw new Error('no config');
    const info = await site.driver.stat(blobKey(config.digest));
    const report = await apply(
      site,
      forged(plan, [
        { ...common, kind: 'tag-index', key: tagIndexKey('app', 'v1', live.digest) },
        { ...common, kind: 'revision', key: revisionKey('app', live.digest) },
        { ...common, kind: 'layer-link', key: layerKey('app', config.digest) },
        { ...common, ...info, kind: 'blob', key: blobKey(config.digest) },
        { ...common, kind: 'directory', key: 'docker/registry/v2/' },
        { ...common, kind: 'directory', key: 'docker/registry/v2/repositories/app/' },
      ]),
    );
    expect(report.planned.objects).toBe(0);
    expect(report.changed).toBe(4);
    expect(await site.keys()).toEqual(before);
  });

  it.each([
    ['a tag', 'tag-index', tagKey('app', 'v1')],
    ['a blob as a link', 'layer-link', blobKey(`sha256:${'ab'.repeat(32)}`)],
    ['a link as a blob', 'blob', layerKey('app', `sha256:${'ab'.repeat(32)}`)],
    ['something else', 'blob', 'etc/passwd'],
    ['a lock', 'upload', 'dunnage/lock'],
    ['a path out of the root', 'blob', '../../x'],
    ['nothing', 'revision', ''],
  ])('is refused when it names %s', async (_, kind, key) => {
    const site = new Site();
    await stocked(site);
    const plan = await planOf(site);
    const before = await site.keys();
    const entries = [{ kind, key, reason: 'unreferenced', size: 1 }];
    const error = await refusal(apply(site, forged(plan, entries)));
    expect(error.code).toBe('PLAN_INVALID');
    expect(error.message).toContain(key);
    expect(await site.keys()).toEqual(before);
    expect(await site.state()).toEqual([]);
  });

  it('is refused for another storage, by both names', async () => {
    const [site, other] = [new Site(), new Site()];
    await stocked(site);
    await stocked(other);
    const plan = await planOf(site);
    const before = await other.keys();
    const error = await refusal(apply(other, plan));
    expect(error.code).toBe('PLAN_FOREIGN');
    expect(error.message).toContain(site.driver.id);
    expect(error.message).toContain(other.driver.id);
    expect(await other.keys()).toEqual(before);
    expect(await other.state()).toEqual([]);
    const alias = renamed(site.driver, 's3://elsewhere');
    const foreign = await refusal(applyPlan(alias, pieces(plan.bytes), FAST));
    expect(foreign.code).toBe('PLAN_FOREIGN');
  });

  it.each([
    ['of another version', { version: 2 }],
    ['without rules', { rules: null }],
  ])('is refused when it is %s', async (_, header) => {
    const site = new Site();
    await stocked(site);
    const plan = await planOf(site);
    const before = await site.keys();
    expect((await refusal(apply(site, forged(plan, [], header)))).code).toBe('PLAN_INVALID');
    expect(await site.keys()).toEqual(before);
    expect(await site.state()).toEqual([]);
  });

  it('is refused when it was edited or cut, whatever else is in it', async () => {
    const site = new Site();
    await stocked(site);
    const { text } = await planOf(site);
    const before = await site.keys();
    for (const bad of [
      text.replace('"minAgeMs":3600000', '"minAgeMs":0'),
      text.replace('blobs/sha256', 'blobs/sha512'),
      text.slice(0, -1),
      text.slice(0, text.length >> 1),
      '',
      'hello',
    ]) {
      expect((await refusal(apply(site, bad))).code).toBe('PLAN_INVALID');
    }
    expect(await site.keys()).toEqual(before);
    expect(await site.state()).toEqual([]);
  });

  it('ends with the error of its source, and deletes nothing', async () => {
    const site = new Site();
    await stocked(site);
    const plan = await planOf(site);
    const before = await site.keys();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* pieces(plan.bytes.subarray(0, 900));
      throw new Error('the disk is gone');
    }
    await expect(applyPlan(site.driver, broken(), FAST)).rejects.toThrow('the disk is gone');
    expect(await site.keys()).toEqual(before);
  });

  it('is held to the guard of this run', async () => {
    const site = new Site();
    await site.builder.image({ repository: 'app', tag: 'v1', layers: ['x'], config: '{}' });
    for (const orphan of 'abcd') await site.builder.blob(orphan);
    site.pass();
    const plan = await planOf(site);
    const error = await refusal(
      applyPlan(site.driver, pieces(plan.bytes), { ...FAST, maxDeletePercent: 50 }),
    );
    expect(error.code).toBe('TOO_MUCH_TO_DELETE');
    expect(await site.state()).toEqual([]);
    expect((await apply(site, plan)).deleted.blob.count).toBe(4);
  });

  it('is not applied when the lock is held or the database in use', async () => {
    const site = new Site();
    await stocked(site);
    const plan = await planOf(site);
    const before = await site.keys();
    const key = await site.builder.lockForDatabase();
    expect((await refusal(apply(site, plan))).code).toBe('DATABASE_IN_USE');
    await site.builder.store.remove(key);
    let running = false;
    const slow = withFaults(site.driver, (call) => {
      if (running || call.verb !== 'list' || call.key?.includes('blobs') !== true) return undefined;
      running = true;
      return {
        kind: 'meanwhile',
        run: async () => {
          expect((await refusal(apply(site, plan))).code).toBe('LOCKED');
        },
      };
    });
    await site.collect({ ...RULES, confirm: async () => false }, slow);
    expect(running).toBe(true);
    expect(await site.keys()).toEqual(before);
  });
});
