import {
  blobKey,
  damage,
  digestOf,
  layerKey,
  mediaTypes,
  revisionKey,
  type Descriptor,
  type RegistryBuilder,
} from '../../registry/index.ts';
import { allOf, layerIn } from '../parts.ts';
import { same } from '../same.ts';
import type { Expected, TreeScenario } from '../scenario.ts';

const untagged = { deleteUntagged: true } as const;

/** Links and manifests that can't be read or understood: what they could refer to stays. */
export const damaged: readonly TreeScenario[] = [
  ...(['empty', 'garble', 'truncate'] as const).flatMap((how): TreeScenario[] => [
    {
      id: `damaged/revision-${how}`,
      title:
        'a revision link that can not be read counts as the manifest its path names (defect E)',
      source: 'defect E; distribution 1960, 2635',
      async arrange(registry) {
        const image = await registry.image({ repository: 'app', tag: 'v1' });
        const orphan = await registry.blob('orphan');
        const key = revisionKey('app', image.digest);
        await damage[how](registry.store, key);
        return {
          goes: [blobKey(orphan.digest)],
          findings: [{ code: 'revision-unreadable', key }],
        };
      },
    },
    {
      id: `damaged/layer-link-${how}`,
      title: 'a layer link that can not be read stays, and the image that needs it (defect E)',
      source: 'defect E; distribution 1960, 2635',
      async arrange(registry, { driver }) {
        const image = await registry.image({ repository: 'app', tag: 'v1', layers: ['needed'] });
        const elsewhere = await registry.layer('other', 'dead elsewhere');
        const key = layerKey('app', digestOf('needed'));
        await damage[how](registry.store, key);
        return {
          goes: layerIn('other', elsewhere),
          // Where looking costs a call for each, links of blobs that are needed are not looked at.
          ...(driver.bulk === undefined && {
            status: 'partial',
            findings: [{ code: 'layer-link-unreadable', key }],
          }),
          report: ({ live }) => same(live.blobs, 1 + image.blobs.length, 'live blobs'),
        };
      },
    },
  ]),
  {
    id: 'damaged/alias-link',
    title: 'an alias that can not be read could lead to any layer of its repository: all stay',
    source: 'own',
    async arrange(registry) {
      const alias = await registry.alias('app', 'stored once, named twice');
      await registry.image({ repository: 'app', tag: 'v1', layers: [alias] });
      const elsewhere = await registry.layer('other', 'dead elsewhere');
      const key = layerKey('app', alias.digest);
      await damage.empty(registry.store, key);
      return {
        goes: layerIn('other', elsewhere),
        status: 'partial',
        findings: [{ code: 'layer-link-unreadable', key }],
      };
    },
  },
  ...(['empty', 'garble', 'truncate', 'rot'] as const).map((how): TreeScenario => ({
    id: `damaged/manifest-${how}`,
    title:
      'a manifest that is corrupt protects its repository, and the rest is collected (defect F)',
    source: 'defect F; zot, scrub tests',
    options: untagged,
    arrange: (registry) =>
      protectedBy(registry, async () => {
        const image = await registry.image({ repository: 'app', tag: 'v1' });
        const key = blobKey(image.digest);
        await damage[how](registry.store, key);
        return { code: 'manifest-corrupt', key };
      }),
  })),
  {
    id: 'damaged/child-manifest',
    title: 'a child of an index that is corrupt protects its repository',
    source: 'defect F',
    options: untagged,
    arrange: (registry) =>
      protectedBy(registry, async () => {
        const child = await registry.image({ repository: 'app' });
        await registry.index({ repository: 'app', tag: 'multi', manifests: [child] });
        const key = blobKey(child.digest);
        await damage.truncate(registry.store, key);
        return { code: 'manifest-corrupt', key };
      }),
  },
  {
    id: 'damaged/untagged-manifest',
    title: 'an untagged manifest that is corrupt could be a referrer: it protects its repository',
    source: 'own',
    options: untagged,
    arrange: (registry) =>
      protectedBy(registry, async () => {
        await registry.image({ repository: 'app', tag: 'v1' });
        const image = await registry.image({ repository: 'app' });
        const key = blobKey(image.digest);
        await damage.rot(registry.store, key);
        return { code: 'manifest-corrupt', key };
      }),
  },
  {
    id: 'damaged/manifest-missing',
    title: 'a tagged manifest whose blob is gone protects what its repository links',
    source: 'zot, scrub tests',
    options: untagged,
    arrange: (registry) =>
      protectedBy(registry, async () => {
        const image = await registry.image({ repository: 'app', tag: 'v1' });
        await registry.store.remove(blobKey(image.digest));
        return { code: 'manifest-missing' };
      }),
  },
  {
    id: 'damaged/untagged-manifest-missing',
    title: 'an untagged manifest whose blob is gone protects nothing: its link goes',
    source: 'own',
    options: untagged,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const image = await registry.image({ repository: 'app' });
      await registry.store.remove(blobKey(image.digest));
      return { goes: allOf(image).filter((key) => key !== blobKey(image.digest)) };
    },
  },
  {
    id: 'damaged/not-a-manifest',
    title: 'JSON that is no manifest protects its repository',
    source: 'bad input',
    options: untagged,
    arrange: (registry) =>
      protectedBy(registry, async () => {
        const { digest } = await registry.manifest({
          repository: 'app',
          tag: 'v1',
          manifest: '[1, 2, 3]',
        });
        return { code: 'manifest-corrupt', key: blobKey(digest) };
      }),
  },
  {
    id: 'damaged/manifest-too-large',
    title: 'a manifest over the size limit is not read, and so protects its repository',
    source: 'bad input: a 200 MB manifest',
    options: { ...untagged, manifestMaxBytes: 4096 },
    arrange: (registry) =>
      protectedBy(registry, async () => {
        const { digest } = await registry.image({
          repository: 'app',
          tag: 'huge',
          annotations: { padding: 'x'.repeat(5000) },
        });
        return { code: 'manifest-unreadable', key: blobKey(digest) };
      }),
  },
  {
    id: 'damaged/index-names-itself',
    title: 'an index that names itself ends, and is reported as what it must be: corrupt',
    source: 'bad input',
    options: untagged,
    arrange: (registry) =>
      protectedBy(registry, async () => {
        const index = await registry.index({ repository: 'app', tag: 'self', manifests: [] });
        const key = blobKey(index.digest);
        await registry.store.put(key, indexOf(index));
        return { code: 'manifest-corrupt', key };
      }),
  },
  {
    id: 'damaged/indexes-in-a-circle',
    title: 'two indexes that name each other end, and are reported',
    source: 'bad input',
    options: untagged,
    arrange: (registry) =>
      protectedBy(registry, async () => {
        const one = await registry.index({ repository: 'app', manifests: [] });
        const two = await registry.index({ repository: 'app', tag: 'circle', manifests: [one] });
        const key = blobKey(one.digest);
        await registry.store.put(key, indexOf(two));
        return { code: 'manifest-corrupt', key };
      }),
  },
  {
    id: 'damaged/unknown-media-type',
    title: 'whatever looks like a reference in a manifest of an unknown kind stays',
    source: 'zot, garbage-collection tests',
    options: untagged,
    async arrange(registry) {
      const shared = await registry.layer('app', 'named by the unknown');
      const hidden = await registry.layer('app', 'named deep inside');
      await registry.manifest({
        repository: 'app',
        tag: 'wasm',
        mediaType: 'application/vnd.example.module.v9+json',
        manifest: {
          mediaType: 'application/vnd.example.module.v9+json',
          modules: [{ digest: shared.digest, size: shared.size }],
          deep: { inside: { an: { object: { digest: hidden.digest } } } },
        },
      });
      const doomed = await registry.image({ repository: 'app', layers: [shared] });
      const kept = new Set(layerIn('app', shared));
      return {
        goes: allOf(doomed).filter((key) => !kept.has(key)),
        findings: [{ code: 'media-type-unknown' }],
      };
    },
  },
];

/**
 * A repository `app` with garbage, another with garbage, and a break in `app`: only the other's garbage
 * goes.
 */
async function protectedBy(
  registry: RegistryBuilder,
  breakIt: () => Promise<NonNullable<Expected['findings']>[number]>,
): Promise<Expected> {
  const finding = await breakIt();
  await registry.image({ repository: 'app', labels: { is: 'untagged' } });
  await registry.layer('app', 'unused, but who knows');
  const elsewhere = await registry.image({ repository: 'other', layers: ['untagged elsewhere'] });
  const orphan = await registry.blob('linked nowhere');
  return {
    goes: [...allOf(elsewhere), blobKey(orphan.digest)],
    status: 'partial',
    findings: [finding],
  };
}

function indexOf({ mediaType, digest, size }: Descriptor): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [{ mediaType, digest, size }],
  });
}
