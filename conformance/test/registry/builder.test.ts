import {
  blobKey,
  damage,
  digestOf,
  fallbackTag,
  layerKey,
  populate,
  RegistryBuilder,
  revisionKey,
  tagIndexKey,
  tagKey,
  tagsPrefix,
  verify,
} from '@dunnage/conformance/registry';
import { ROOT } from '@dunnage/driver-api';
import { createMemoryDriver } from '@dunnage/driver-memory';
import { describe, expect, test } from 'vitest';

function setup() {
  const driver = createMemoryDriver();
  return { driver, registry: new RegistryBuilder(driver) };
}

describe('the layout', () => {
  // Written out, so that a slip in the paths of the kit shows.
  test('is the registry’s, to the letter', async () => {
    const { registry } = setup();
    const config = '{"os":"linux"}';
    const image = await registry.image({
      repository: 'team/app',
      tag: 'v1',
      config,
      layers: ['layer'],
    });
    const hex = image.digest.slice('sha256:'.length);
    const layer = digestOf('layer').slice('sha256:'.length);
    const configHex = digestOf(config).slice('sha256:'.length);
    const v2 = 'docker/registry/v2';
    const repository = `${v2}/repositories/team/app`;
    expect((await registry.store.keys(ROOT)).sort()).toEqual(
      [
        `${v2}/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`,
        `${v2}/blobs/sha256/${layer.slice(0, 2)}/${layer}/data`,
        `${v2}/blobs/sha256/${configHex.slice(0, 2)}/${configHex}/data`,
        `${repository}/_layers/sha256/${layer}/link`,
        `${repository}/_layers/sha256/${configHex}/link`,
        `${repository}/_manifests/revisions/sha256/${hex}/link`,
        `${repository}/_manifests/tags/v1/current/link`,
        `${repository}/_manifests/tags/v1/index/sha256/${hex}/link`,
      ].sort(),
    );
    expect(await registry.store.text(tagKey('team/app', 'v1'))).toBe(image.digest);
    expect((await registry.store.read(tagKey('team/app', 'v1'))).byteLength).toBe(71);
  });

  test('of an upload has its time as the registry writes it', async () => {
    const { registry } = setup();
    const keys = await registry.upload({
      repository: 'app',
      id: 'u1',
      startedat: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    });
    const prefix = 'docker/registry/v2/repositories/app/_uploads/u1';
    expect(keys).toEqual([
      `${prefix}/data`,
      `${prefix}/hashstates/sha256/0`,
      `${prefix}/startedat`,
    ]);
    const startedat = keys.find((key) => key.endsWith('startedat'));
    expect(startedat && (await registry.store.text(startedat))).toBe('2026-01-02T03:04:05Z');
  });
});

describe('what the registry’s API does', () => {
  test('deleting a manifest takes its link and the tags at it, and leaves the index', async () => {
    const { registry } = setup();
    const image = await registry.image({ repository: 'app', tag: 'v1' });
    await registry.tag('app', 'also', image.digest);
    const other = await registry.image({ repository: 'app', tag: 'v2' });
    const before = new Set(await registry.store.keys(ROOT));
    await registry.deleteManifest('app', image.digest);
    const after = new Set(await registry.store.keys(ROOT));
    expect([...before].filter((key) => !after.has(key)).sort()).toEqual(
      [revisionKey('app', image.digest), tagKey('app', 'v1'), tagKey('app', 'also')].sort(),
    );
    expect(after).toContain(tagIndexKey('app', 'v1', image.digest));
    expect(await registry.store.text(tagKey('app', 'v2'))).toBe(other.digest);
  });

  test('deleting a tag takes all below it, and no other tag', async () => {
    const { registry } = setup();
    await registry.image({ repository: 'app', tag: 'v1' });
    await registry.image({ repository: 'app', tag: 'v10' });
    await registry.untag('app', 'v1');
    const tags = await registry.store.keys(tagsPrefix('app'));
    expect(tags.filter((key) => key.includes('/v1/'))).toEqual([]);
    expect(tags.filter((key) => key.includes('/v10/'))).toHaveLength(2);
  });
});

describe('verify', () => {
  test('pulls every kind of manifest', async () => {
    const { driver, registry } = setup();
    const base = await registry.layer('app');
    const a = await registry.image({ repository: 'app', tag: 'v1', layers: [base, 'a'] });
    const b = await registry.image({ repository: 'app', layers: [base, 'b'], docker: true });
    const inner = await registry.index({ repository: 'app', manifests: [a, b], docker: true });
    await registry.index({ repository: 'app', tag: 'multi', manifests: [inner] });
    await registry.buildkitCache({ repository: 'cache', tag: 'main', layers: ['c'] });
    await registry.artifact({
      repository: 'app',
      artifactType: 'application/vnd.example.signature',
      subject: a,
      tag: fallbackTag(a.digest, '.sig'),
    });
    const sbom = await registry.artifact({
      repository: 'app',
      artifactType: 'application/vnd.example.sbom',
      subject: a,
      draft: true,
    });
    await registry.schema1({ repository: 'old', tag: 'v1', layers: ['d'] });
    const alias = await registry.alias('app', 'twice named');
    await registry.image({ repository: 'app', tag: 'alias', layers: [alias] });
    const pulled = await verify(driver, { also: [sbom] });
    expect(pulled).toMatchObject({ repositories: 3, tags: 6, manifests: 9, problems: [] });
  });

  test.each([
    ['tag', 'empty', tagKey('app', 'v1')],
    ['tag', 'garble', tagKey('app', 'v1')],
  ] as const)('finds a %s link that is %s', async (kind, how, key) => {
    const { driver, registry } = setup();
    await registry.image({ repository: 'app', tag: 'v1' });
    await damage[how](registry.store, key);
    expect((await verify(driver)).problems).toMatchObject([{ kind, key }]);
  });

  test('finds what is missing, truncated, rotten or no longer linked', async () => {
    const { driver, registry } = setup();
    const make = (tag: string) => registry.image({ repository: 'app', tag, layers: [tag] });
    const [missing, truncated, rotten, unlinked, unlayered] = [
      await make('missing'),
      await make('truncated'),
      await make('rotten'),
      await make('unlinked'),
      await make('unlayered'),
    ];
    const layer = digestOf('missing');
    await registry.store.remove(blobKey(layer));
    await damage.truncate(registry.store, blobKey(truncated.digest));
    await damage.rot(registry.store, blobKey(rotten.digest));
    await registry.store.remove(revisionKey('app', unlinked.digest));
    await registry.deleteLayer('app', digestOf('unlayered'));
    const { problems } = await verify(driver);
    expect(problems.map(({ from, kind, key }) => ({ from, kind, key }))).toEqual(
      expect.arrayContaining([
        { from: 'missing', kind: 'blob', key: blobKey(layer) },
        { from: 'truncated', kind: 'manifest', key: blobKey(truncated.digest) },
        { from: 'rotten', kind: 'manifest', key: blobKey(rotten.digest) },
        { from: 'unlinked', kind: 'manifest', key: revisionKey('app', unlinked.digest) },
        { from: 'unlayered', kind: 'blob', key: layerKey('app', digestOf('unlayered')) },
      ]),
    );
    expect(problems).toHaveLength(5);
    expect([missing, unlayered].map(({ tag }) => tag)).toEqual(['missing', 'unlayered']);
  });

  test('still parses what has rotted, so that only the digest tells', async () => {
    const { registry } = setup();
    const image = await registry.image({ repository: 'app', tag: 'v1' });
    const before = await registry.store.text(blobKey(image.digest));
    await damage.rot(registry.store, blobKey(image.digest));
    const after = await registry.store.text(blobKey(image.digest));
    expect(after).not.toBe(before);
    expect(JSON.parse(after)).toMatchObject({ schemaVersion: 2 });
  });
});

describe('populate', () => {
  test('makes as many objects as it says, which all pull, and the same each time', async () => {
    const trees = await Promise.all(
      [1, 2].map(async () => {
        const { driver, registry } = setup();
        const made = await populate(registry, {
          repositories: 3,
          tagged: 4,
          untagged: 2,
          layers: 2,
          sharedLayers: 1,
        });
        return { driver, made, keys: await registry.store.keys(ROOT) };
      }),
    );
    const [first, second] = trees;
    expect(first?.keys).toEqual(second?.keys);
    expect(first?.made).toEqual({ repositories: 3, tags: 12, manifests: 18, blobs: 73 });
    const blobs = first?.keys.filter((key) => key.includes('/blobs/'));
    expect(blobs).toHaveLength(73);
    if (first === undefined) throw new Error('nothing was made');
    expect(await verify(first.driver)).toMatchObject({ tags: 12, manifests: 12, problems: [] });
  });
});
