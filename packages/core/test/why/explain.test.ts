import { explain, type Explanation } from '@dunnage/core';
import { neverWriting } from '@dunnage/conformance/faults';
import {
  blobKey,
  damage,
  fallbackTag,
  mediaTypes,
  tagKey,
  type Blob,
} from '@dunnage/conformance/registry';
import { describe, expect, it } from 'vitest';
import { parseSubject } from '../../dist/why/subject.js';
import { HOUR, refusal, Site } from '../support/site.ts';

/** A chain as `tag app:v1 > manifest(tag) > blob(layer)`. */
function shape({ chains }: Explanation): string[] {
  return chains
    .map((chain) =>
      chain
        .map(({ kind, repository, tag, via }) => {
          const name = tag === undefined ? '' : ` ${repository}:${tag}`;
          return `${kind}${name}${via === undefined ? '' : `(${via})`}`;
        })
        .join(' > '),
    )
    .toSorted();
}

const PROFILES = ['fs', 's3'] as const;

describe.each(PROFILES)('explain on %s', (profile) => {
  const open = (): Site => new Site({ profile });
  const why = (site: Site, subject: string, deleteUntagged = true): Promise<Explanation> =>
    explain(site.driver, subject, { deleteUntagged });

  it('names the tag, the index and the image that keep a layer, for each way', async () => {
    const site = open();
    const { builder } = site;
    const repository = 'team/app';
    const layer = await builder.layer(repository, 'shared');
    const one = await builder.image({ repository, layers: [layer], labels: { a: '1' } });
    const two = await builder.image({ repository, tag: 'plain', layers: [layer] });
    const inner = await builder.index({ repository, manifests: [one] });
    await builder.index({ repository, tag: 'outer', manifests: [inner, two] });
    await builder.image({ repository: 'other', tag: 'x', layers: [layer] });
    site.pass();

    const explained = await why(site, layer.digest);
    expect(explained).toMatchObject({ verdict: 'live', chainCount: 4, size: layer.size });
    expect(explained.subject).toEqual({ kind: 'digest', digest: layer.digest });
    expect(shape(explained)).toEqual(
      [
        'tag other:x > manifest(tag) > blob(layer)',
        'tag team/app:plain > manifest(tag) > blob(layer)',
        'tag team/app:outer > manifest(tag) > manifest(child) > blob(layer)',
        'tag team/app:outer > manifest(tag) > manifest(child) > manifest(child) > blob(layer)',
      ].toSorted(),
    );
    const lengths = explained.chains.map((chain) => chain.length);
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));

    expect(shape(await why(site, `other@${layer.digest}`))).toEqual([
      'tag other:x > manifest(tag) > blob(layer)',
    ]);
    const few = await explain(site.driver, layer.digest, { maxChains: 2 });
    expect([few.chains.length, few.chainCount]).toEqual([2, 4]);
  });

  it('tells a config from a layer', async () => {
    const site = open();
    const image = await site.builder.image({ repository: 'app', tag: 'v1' });
    site.pass();
    const [config, layer] = image.blobs as [Blob, Blob];
    expect(shape(await why(site, config.digest))).toEqual([
      'tag app:v1 > manifest(tag) > blob(config)',
    ]);
    expect(shape(await why(site, layer.digest))).toEqual([
      'tag app:v1 > manifest(tag) > blob(layer)',
    ]);
    const tag = await why(site, 'app:v1');
    expect(shape(tag)).toEqual(['tag app:v1 > manifest(tag)']);
    expect(tag.subject).toEqual({
      kind: 'tag',
      repository: 'app',
      tag: 'v1',
      digest: image.digest,
    });
  });

  it('keeps a signature for its subject, and by its fallback tag', async () => {
    const site = open();
    const { builder } = site;
    const repository = 'app';
    const subject = await builder.image({ repository, tag: 'v1' });
    const signature = await builder.artifact({ repository, artifactType: 'x/y', subject });
    const tag = fallbackTag(subject.digest, '.sig');
    const cosign = await builder.image({ repository, tag, layers: ['signature'] });
    site.pass();
    const kept = await why(site, signature.digest);
    expect(kept.verdict).toBe('live');
    expect(shape(kept)).toEqual(['tag app:v1 > manifest(tag) > manifest(subject)']);
    expect(shape(await why(site, cosign.digest))).toEqual([
      `tag app:${tag} > manifest(fallback-tag)`,
    ]);
  });

  it('follows a link from the digest that is named to the one that is stored', async () => {
    const site = open();
    const alias = await site.builder.alias('app', 'under two names');
    await site.builder.image({ repository: 'app', tag: 'v1', layers: [alias] });
    site.pass();
    const target = await why(site, alias.target);
    expect(target).toMatchObject({ verdict: 'live', size: alias.size });
    expect(shape(target)).toEqual(['tag app:v1 > manifest(tag) > blob(layer) > blob(alias)']);
    const named = await why(site, alias.digest);
    expect(named).toMatchObject({ verdict: 'live', size: alias.size });
    expect(named.summary).toBe('It is needed, so it stays.');
  });

  it('says what keeps an untagged manifest: the rules, its age or what can’t be read', async () => {
    const site = open();
    const image = await site.builder.image({ repository: 'app' });
    site.pass();
    const ruled = await why(site, `app@${image.digest}`, false);
    expect(ruled.verdict).toBe('live');
    expect(ruled.chains[0]?.[0]).toMatchObject({
      kind: 'revision',
      note: expect.stringMatching(/untagged ones are to be deleted/) as string,
    });
    expect((await why(site, `app@${image.digest}`)).verdict).toBe('garbage');
    await site.builder.linkManifest('app', image.digest);
    expect((await why(site, `app@${image.digest}`)).chains[0]?.[0]?.note).toMatch(/younger/);
    site.pass();
    await site.builder.image({ repository: 'app', tag: 'bad' });
    await damage.empty(site.builder.store, tagKey('app', 'bad'));
    expect((await why(site, `app@${image.digest}`)).chains[0]?.[0]?.note).toMatch(/can’t be read/);
  });

  it('gives each verdict', async () => {
    const site = open();
    const { builder } = site;
    const live = await builder.image({ repository: 'app', tag: 'v1' });
    const dead = await builder.image({ repository: 'app', layers: ['dead'] });
    const orphan = await builder.blob('an orphan');
    await builder.image({ repository: 'broken', tag: 'x' });
    const shielded = await builder.layer('broken', 'shielded');
    await damage.garble(builder.store, tagKey('broken', 'x'));
    site.pass();
    const young = await builder.blob('a young orphan');
    const verdicts = async (subject: string): Promise<string> => (await why(site, subject)).verdict;
    expect(await verdicts(live.digest)).toBe('live');
    expect(await verdicts('app:v1')).toBe('live');
    expect(await verdicts(dead.digest)).toBe('garbage');
    expect(await verdicts(`app@${dead.digest}`)).toBe('garbage');
    expect(await verdicts(orphan.digest)).toBe('garbage');
    expect(await verdicts(young.digest)).toBe('young');
    expect(await verdicts(shielded.digest)).toBe('protected');
    expect(await verdicts('broken:x')).toBe('protected');
    const protectedBy = await why(site, shielded.digest);
    expect(shape(protectedBy)).toEqual(['repository > blob(protection)']);
    for (const absent of [
      `sha256:${'ab'.repeat(32)}`,
      `app@${orphan.digest}`,
      `nowhere@${live.digest}`,
      `broken@${live.digest}`,
      'app:v2',
      'nowhere:v1',
    ]) {
      expect(await why(site, absent)).toMatchObject({ verdict: 'absent', chainCount: 0 });
    }
    await builder.store.remove(blobKey((live.blobs as [Blob])[0].digest));
    const lost = await why(site, (live.blobs as [Blob])[0].digest);
    expect(lost.verdict).toBe('live');
    expect(lost.summary).toMatch(/its blob is not there/);
    expect(lost.size).toBeUndefined();
  });

  it('ends with indexes that name one another', async () => {
    const site = open();
    const { builder } = site;
    // No real digests can be in a circle; one of an algorithm that nobody can compute can.
    const [left, right] = ['blake3:'.padEnd(71, 'a'), 'blake3:'.padEnd(71, 'b')];
    const index = (child: string): string =>
      JSON.stringify({
        mediaType: mediaTypes.ociIndex,
        manifests: [{ mediaType: mediaTypes.ociIndex, digest: child, size: 1 }],
      });
    for (const [digest, child] of [
      [left, right],
      [right, left],
    ] as const) {
      await builder.store.put(blobKey(digest), index(child));
      await builder.linkManifest('app', digest);
    }
    const head = await builder.manifest({ repository: 'app', tag: 'v1', manifest: index(left) });
    site.pass();
    const explained = await why(site, right);
    expect(explained.verdict).toBe('live');
    expect(shape(explained)).toEqual([
      'tag app:v1 > manifest(tag) > manifest(child) > manifest(child)',
    ]);
    // The circle without its head is garbage, and goes.
    await builder.untag('app', 'v1');
    site.pass();
    expect((await why(site, left)).verdict).toBe('garbage');
    const report = await site.collect({ deleteUntagged: true });
    expect(report.status).toBe('done');
    expect(await site.keys()).toEqual([]);
    expect(head.digest).toMatch(/^sha256:/);
  });

  it('writes nothing', async () => {
    const site = open();
    await site.builder.image({ repository: 'app', tag: 'v1' });
    site.pass(HOUR * 2);
    const guarded = neverWriting(site.driver);
    expect((await explain(guarded, 'app:v1')).verdict).toBe('live');
    expect(guarded.attempts).toEqual([]);
  });
});

describe('a very deep index', () => {
  it('is explained, whatever its depth', async () => {
    const site = new Site();
    const { builder } = site;
    const image = await builder.image({ repository: 'app' });
    let top = image;
    for (let depth = 0; depth < 3000; depth++) {
      top = await builder.index({ repository: 'app', manifests: [top] });
    }
    await builder.tag('app', 'deep', top.digest);
    site.pass();
    const { chains, verdict } = await explain(site.driver, image.digest, { deleteUntagged: true });
    expect(verdict).toBe('live');
    expect(chains.map((chain) => chain.length)).toEqual([3002]);
  });
});

describe('what is asked about', () => {
  const ab = `sha256:${'ab'.repeat(32)}`;

  it.each([
    [ab, { kind: 'digest', digest: ab }],
    [`team/app@${ab}`, { kind: 'digest', digest: ab, repository: 'team/app' }],
    ['team/app:v1.2', { kind: 'tag', repository: 'team/app', tag: 'v1.2' }],
    ['app:sha256-abc.sig', { kind: 'tag', repository: 'app', tag: 'sha256-abc.sig' }],
  ])('%s is understood', (text, subject) => {
    expect(parseSubject(text)).toEqual(subject);
  });

  it.each([
    '',
    'app',
    ':',
    'app:',
    ':v1',
    'app@',
    'app@v1',
    '@',
    'a:b/c',
    ab.slice(0, -1),
    ab.toUpperCase(),
    `app@${ab}x`,
  ])('%j is refused with advice', async (text) => {
    const error = await refusal(explain(new Site().driver, text));
    expect(error.code).toBe('INVALID_OPTION');
    expect(error.message).toContain(JSON.stringify(text));
    expect(error.advice).toMatch(/team\/app:1\.2/);
  });
});
