import { describe, expect, it } from 'vitest';
import { layerKey, revisionKey, tagIndexKey } from '@dunnage/conformance/registry';
import { HOUR, Site } from '../support/site.ts';

describe.each(['fs', 's3', 'gcs', 'plain'] as const)('the minimum age on %s', (profile) => {
  /** Garbage of each kind, all written at one time that is no whole second. */
  async function garbage() {
    const site = new Site({ profile });
    const { builder } = site;
    await builder.image({ repository: 'app', tag: 'v1' });
    site.pass(10 * HOUR + 800);
    const image = await builder.image({ repository: 'app', tag: 'v2', layers: ['dead'] });
    await builder.image({ repository: 'app', tag: 'v2', layers: ['present'] });
    const layer = await builder.layer('app', 'of nobody');
    const keys = [
      revisionKey('app', image.digest),
      tagIndexKey('app', 'v2', image.digest),
      layerKey('app', layer.digest),
    ];
    return { site, keys };
  }

  it.each([1, 300, 799, 801, 1500])('spares what is %s ms too young', async (ms) => {
    const { site, keys } = await garbage();
    site.pass(HOUR - ms);
    const report = await site.collect({ deleteUntagged: true });
    expect(report.planned.objects).toBe(0);
    expect(await site.keys()).toEqual(expect.arrayContaining(keys));
  });

  it('spares nothing that is older, give or take the second in which links are kept', async () => {
    const { site, keys } = await garbage();
    site.pass(HOUR + 1000);
    const report = await site.collect({ deleteUntagged: true });
    expect(report.spared.young).toBe(0);
    for (const key of keys) expect(await site.keys()).not.toContain(key);
  });

  it('is none when it is 0', async () => {
    const { site, keys } = await garbage();
    const report = await site.collect({ deleteUntagged: true, minAgeMs: 0 });
    expect(report.deleted.blob.count).toBeGreaterThan(2);
    for (const key of keys) expect(await site.keys()).not.toContain(key);
  });
});

describe('directories of the registry that are in no repository', () => {
  it.each(['fs', 's3'] as const)('are strays, on %s', async (profile) => {
    const site = new Site({ profile });
    const { builder } = site;
    await builder.image({ repository: 'app', tag: 'v1' });
    const orphan = await builder.blob('an orphan');
    const path = `sha256/${orphan.digest.slice(7)}/link`;
    await builder.stray(`repositories/_layers/${path}`, orphan.digest);
    await builder.stray(`repositories/_manifests/revisions/${path}`, orphan.digest);
    site.pass();
    const report = await site.collect();
    expect(report.found).toMatchObject({ repositories: 1, revisions: 1, strays: 2 });
    expect(report.status).toBe('done');
    expect(report.deleted.blob.count).toBe(1);
  });
});

describe('a confirmation', () => {
  it('keeps what was found about the run, once', async () => {
    const site = new Site();
    const { builder } = site;
    await builder.image({ repository: 'app', tag: 'v1' });
    await builder.blob('an orphan');
    await builder.stray('readme');
    await builder.stray('blobs/sha256/x/data');
    site.pass();
    await builder.store.put(
      'dunnage/journal/20250101T000000Z-aaaaaaaa/000000.ndjson' as never,
      'what a dead run left',
    );
    const told: string[] = [];
    const report = await site.collect({
      confirm: async () => true,
      onEvent: (event) => {
        if (event.type === 'finding') told.push(event.finding.code);
      },
    });
    expect(report.findingCounts).toEqual({ housekeeping: 1, stray: 1 });
    expect(told.toSorted()).toEqual(['housekeeping', 'stray']);
    expect(report.deleted.blob.count).toBe(1);
  });
});
