import type { GcReport } from '@dunnage/core';
import { PLAN_KINDS } from '@dunnage/core';
import { PROFILE_NAMES } from '@dunnage/driver-memory';
import { damage, revisionKey, tagKey } from '@dunnage/conformance/registry';
import { describe, expect, it } from 'vitest';
import { HOUR, Site } from '../support/site.ts';
import { PlanText } from '../support/plan.ts';

/** Stores on which the lock waits for nobody. */
const QUICK = PROFILE_NAMES.filter((name) => name !== 'plain' && name !== 'eventual');

/** Live, dead, young and protected things, and every kind of garbage. */
async function mixed(site: Site): Promise<void> {
  const { builder } = site;
  await builder.image({ repository: 'team/app', tag: 'v1', layers: ['shared', 'live'] });
  await builder.image({ repository: 'team/app', layers: ['shared', 'dead'] });
  await builder.image({ repository: 'team/app', tag: 'v2', layers: ['former'] });
  await builder.image({ repository: 'team/app', tag: 'v2', layers: ['present'] });
  await builder.image({ repository: 'broken', tag: 'x', layers: ['protected one'] });
  await builder.layer('broken', 'protected two');
  await damage.garble(builder.store, tagKey('broken', 'x'));
  const gone = await builder.image({ repository: 'team/app', tag: 'v3', layers: ['removed'] });
  await builder.image({ repository: 'team/app', tag: 'v3', layers: ['its successor'] });
  await builder.store.remove(revisionKey('team/app', gone.digest));
  await builder.blob('an orphan');
  await builder.upload({ repository: 'team/app', startedat: site.now });
  await builder.layer('left/over', 'of nobody');
  site.pass(3 * HOUR);
  await builder.blob('a young orphan');
  await builder.layer('team/app', 'a young layer');
  await builder.image({ repository: 'team/app', layers: ['a young image'] });
  site.pass(HOUR / 2);
}

const RULES = {
  deleteUntagged: true,
  purgeUploadsOlderThanMs: HOUR,
  removeEmptyRepositories: true,
};

function blobsAddUp({ found, live, spared, planned }: GcReport): void {
  expect(live.blobs + planned.byKind.blob.count + spared.young + spared.protected).toBe(
    found.blobs,
  );
}

describe.each(QUICK)('the numbers of a report on %s', (profile) => {
  it('add up, and are what was there before and after', async () => {
    const site = new Site({ profile });
    await mixed(site);
    const before = await site.keys();
    const count = (keys: string[], pattern: RegExp): number =>
      keys.filter((key) => pattern.test(key)).length;
    const plan = new PlanText();
    const report = await site.collect({ ...RULES, planTo: plan.stream });
    const after = await site.keys();

    blobsAddUp(report);
    expect(report.found).toMatchObject({
      blobs: count(before, /\/blobs\//),
      tags: count(before, /\/current\/link$/),
      revisions: count(before, /\/revisions\//),
      layerLinks: count(before, /\/_layers\//),
      uploads: 1,
      repositories: 3,
      strays: 0,
    });
    expect(report.spared.young).toBeGreaterThanOrEqual(2);
    expect(report.spared.protected).toBeGreaterThanOrEqual(1);
    expect(report.status).toBe('partial');

    // The plan is what it says of itself, and exactly that went.
    const entries = plan.lines.filter((line) => 'kind' in line && line['kind'] !== 'directory');
    const gone = before.filter((key) => !after.includes(key));
    expect(entries.map((line) => String(line['key'])).toSorted()).toEqual(gone);
    for (const kind of PLAN_KINDS) {
      if (kind === 'directory') continue;
      const of = entries.filter((line) => line['kind'] === kind);
      expect(of.length, kind).toBeGreaterThan(0);
      expect(report.planned.byKind[kind].count).toBe(of.length);
      expect(report.deleted[kind]).toEqual(report.planned.byKind[kind]);
    }
    const { blob, upload } = report.planned.byKind;
    expect(report.planned.bytes).toBe(blob.bytes + upload.bytes);
    expect(report.planned.blobsInStorage).toBe(report.found.blobs);
    const percent = (blob.count / report.found.blobs) * 100;
    expect(report.planned.percentOfBlobs).toBeCloseTo(percent, 1);
    expect([report.changed, report.failed, report.alreadyGone]).toEqual([0, 0, 0]);
    expect(report.live.blobs).toBe(
      count(after, /\/blobs\//) - report.spared.young - report.spared.protected,
    );
    expect(report.started).toBe(site.now);
  });

  it('are the same in a dry run, which changes nothing', async () => {
    const site = new Site({ profile });
    await mixed(site);
    const before = await site.keys();
    const dry = await site.collect({ ...RULES, dryRun: true });
    expect(await site.keys()).toEqual(before);
    expect(await site.state()).toEqual([]);
    const real = await site.collect(RULES);
    expect(dry.planned).toEqual(real.planned);
    expect(dry.found).toEqual(real.found);
    expect(dry.live).toEqual(real.live);
    expect(dry.spared).toEqual(real.spared);
    expect(dry.freedBytes).toBe(real.freedBytes);
    for (const kind of PLAN_KINDS) expect(dry.deleted[kind]).toEqual({ count: 0, bytes: 0 });
  });

  it('are zero the second time', async () => {
    const site = new Site({ profile });
    await mixed(site);
    await site.collect(RULES);
    site.pass(HOUR / 4);
    const again = await site.collect(RULES);
    blobsAddUp(again);
    expect(again.planned.objects).toBe(0);
    expect(again.freedBytes).toBe(0);
    expect(await site.state()).toEqual([]);
  });

  it('tell freed bytes from those that the store keeps', async () => {
    const site = new Site({ profile });
    await site.builder.image({ repository: 'app', tag: 'v1' });
    await site.builder.blob('x'.repeat(1000));
    await site.builder.blob('y'.repeat(234));
    await site.builder.image({
      repository: 'app',
      layers: ['z'.repeat(766)],
      config: 'c'.repeat(100),
    });
    site.pass();
    const report = await site.collect({ deleteUntagged: true });
    const { bytes } = report.deleted.blob;
    expect(bytes).toBeGreaterThan(2100);
    const keeps = profile === 's3-versioned' || profile === 'gcs';
    expect(report.freedBytes).toBe(keeps ? 0 : bytes);
    const advice = report.advice.join('\n');
    if (keeps) expect(advice).toMatch(/The store still keeps \d+ of the deleted objects/);
    else expect(advice).not.toMatch(/The store still keeps/);
    expect(advice).toMatch(/Flush the registry's blob descriptor cache/);
    // The finding is what programs look at.
    expect(report.findingCounts['space-not-freed'] ?? 0).toBe(keeps ? 1 : 0);
  });
});
