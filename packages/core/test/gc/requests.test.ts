import { withFaults, withoutHashes } from '@dunnage/conformance/faults';
import { blobKey, fallbackTag } from '@dunnage/conformance/registry';
import { describe, expect, it } from 'vitest';
import { Site } from '../support/site.ts';

/** A dry run looks whether somebody else is at work. */
const LOCK = 1;

/** Three repositories that share images, an index, a signature, re-pointed tags, garbage. */
async function busy(site: Site): Promise<void> {
  const { builder } = site;
  for (const repository of ['a', 'team/b', 'team/c']) {
    const layers = ['shared by all', `of ${repository}`];
    const old = await builder.image({ repository, tag: 'latest', layers: ['old'] });
    const amd = await builder.image({ repository, layers, labels: { arch: 'amd64' } });
    const arm = await builder.image({ repository, layers, labels: { arch: 'arm64' } });
    await builder.index({ repository, tag: 'latest', manifests: [amd, arm] });
    const subject = await builder.image({ repository, tag: 'v1', layers: ['the same everywhere'] });
    await builder.artifact({ repository, artifactType: 'x/y', subject, content: ['sbom'] });
    await builder.image({
      repository,
      tag: fallbackTag(old.digest, '.sig'),
      layers: ['signature'],
    });
    await builder.upload({ repository, startedat: site.now });
  }
  for (const orphan of ['x', 'y', 'z']) await builder.blob(orphan);
  site.pass();
}

async function uniqueManifests(site: Site): Promise<number> {
  const digests = (await site.keys())
    .map((key) => /\/_manifests\/revisions\/sha256\/([0-9a-f]{64})\/link$/.exec(key)?.[1])
    .filter((digest) => digest !== undefined);
  return new Set(digests).size;
}

describe('the requests of a run on S3', () => {
  it.each([true, false])(
    'are lists, one read per unique manifest, and deletes (dry: %s)',
    async (dryRun) => {
      const site = new Site();
      await busy(site);
      const manifests = await uniqueManifests(site);
      const seen: string[] = [];
      const watched = withFaults(site.driver, (call) => {
        seen.push(`${call.verb} ${call.key ?? ''}`);
        return undefined;
      });
      const report = await site.collect({ deleteUntagged: true, dryRun }, watched);
      expect(report.planned.objects).toBeGreaterThan(10);

      // No link of any kind is read: the listing's MD5s tell what tags point at.
      expect(seen.filter((call) => call.startsWith('get') && call.endsWith('/link'))).toEqual([]);
      expect(seen.filter((call) => call.startsWith('stat docker/'))).toEqual([]);
      const reads = seen.filter((call) => call.startsWith('get docker/'));
      expect(new Set(reads).size).toBe(reads.length);
      expect(reads).toHaveLength(manifests);
      const lists = seen.filter((call) => call.startsWith('list '));
      expect(lists.toSorted()).toEqual(
        [
          'list docker/registry/lockfiles/',
          'list docker/registry/v2/blobs/',
          'list docker/registry/v2/repositories/',
          ...(dryRun ? [] : ['list dunnage/journal/']),
        ].toSorted(),
      );
      const { requests } = report;
      expect(requests['list']).toBe(lists.length);
      // Besides manifests only our own lock is read; for the last time when the report is made already.
      const locks = seen.filter((call) => call.startsWith('get dunnage/')).length;
      expect(requests['get']).toBe(manifests + (dryRun ? locks : locks - 1));
      if (dryRun) expect(requests['put'] ?? requests['delete']).toBeUndefined();
      // One batch per kind (and wave), whatever the number of objects; and our own two objects.
      else expect(requests['delete']).toBeLessThanOrEqual(5 + 2);
    },
  );

  it('reads tag links, and those alone, where the listing has no hashes', async () => {
    const site = new Site();
    await busy(site);
    const manifests = await uniqueManifests(site);
    const tags = (await site.keys()).filter((key) => key.endsWith('/current/link'));
    const reads: string[] = [];
    const watched = withFaults(withoutHashes(site.driver), (call) => {
      if (call.verb === 'get' && call.key?.startsWith('docker/') === true) reads.push(call.key);
      return undefined;
    });
    const report = await site.collect({ deleteUntagged: true, dryRun: true }, watched);
    expect(reads.filter((key) => key.endsWith('/link')).toSorted()).toEqual(tags);
    expect(reads).toHaveLength(tags.length + manifests);
    expect(report.requests['get']).toBeGreaterThanOrEqual(reads.length);
  });

  it('grow with pages, not with objects', async () => {
    const site = new Site();
    const { builder } = site;
    for (let at = 0; at < 40; at++) {
      await builder.image({
        repository: `app-${at}`,
        tag: 'v1',
        layers: ['one', `${at}`],
        config: '{}',
      });
    }
    for (let at = 0; at < 300; at++) await builder.blob(`orphan ${at}`);
    site.pass();
    const report = await site.collect({ dryRun: true });
    expect(report.planned.byKind.blob.count).toBe(300);
    expect(report.requests).toEqual({ list: 3, get: 40 + LOCK, now: 1 });
  });

  it('reads each manifest once even if a hundred repositories have it', async () => {
    const site = new Site();
    for (let at = 0; at < 100; at++) {
      await site.builder.image({ repository: `app-${at}`, tag: 'v1', layers: ['same'] });
    }
    site.pass();
    const report = await site.collect({ dryRun: true });
    expect(report.live).toMatchObject({ manifests: 1, tags: 100, repositories: 100 });
    expect(report.requests['get']).toBe(1 + LOCK);
  });

  it('reads no blob that is not a manifest', async () => {
    const site = new Site();
    const image = await site.builder.image({ repository: 'app', tag: 'v1' });
    site.pass();
    const forbidden = new Set<string>(image.blobs.map(({ digest }) => blobKey(digest)));
    const watched = withFaults(site.driver, (call) =>
      call.key !== undefined && forbidden.has(call.key)
        ? { kind: 'fail', code: 'PERMISSION_DENIED', when: 'before' }
        : undefined,
    );
    expect((await site.collect({}, watched)).status).toBe('done');
  });
});
