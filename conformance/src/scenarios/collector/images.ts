import { blobKey, layerKey, revisionKey } from '../../registry/index.ts';
import { allOf, contentsOf, indexEntry, layerIn } from '../parts.ts';
import { same } from '../same.ts';
import type { TreeScenario } from '../scenario.ts';

const source = 'distribution and GitLab, garbage-collection tests';

/** Images, tags, layers: no indexes. */
export const images: readonly TreeScenario[] = [
  {
    id: 'images/nothing-to-do',
    title: 'a registry without garbage stays as it is',
    source,
    options: { deleteUntagged: true },
    async arrange(registry) {
      const base = await registry.layer('library/base');
      await registry.image({ repository: 'library/base', tag: 'v1', layers: [base, 'one'] });
      await registry.image({ repository: 'library/base', tag: 'v2', layers: [base, 'two'] });
      await registry.image({ repository: 'other', tag: 'v1', layers: [base], docker: true });
      return { goes: [], without: ['stray', 'blob-missing', 'child-missing'] };
    },
  },
  {
    id: 'images/untagged-stay-by-default',
    title: 'without the option, an image that lost its tag stays',
    source,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'latest', layers: ['old'] });
      await registry.image({ repository: 'app', tag: 'latest', layers: ['new'] });
      const lost = await registry.image({ repository: 'app', tag: 'gone', layers: ['third'] });
      await registry.untag('app', 'gone');
      return { goes: [], report: (report) => same(report.live.manifests, 3, lost.digest) };
    },
  },
  {
    id: 'images/tag-moved-on',
    title: 'with the option, exactly the image that its tag left goes, with the index entry of it',
    source,
    options: { deleteUntagged: true },
    async arrange(registry) {
      const old = await registry.image({ repository: 'app', tag: 'latest', layers: ['old'] });
      await registry.image({ repository: 'app', tag: 'latest', layers: ['new'] });
      return { goes: [...allOf(old), indexEntry(old)] };
    },
  },
  {
    id: 'images/last-tag-removed',
    title: 'with the option, a repository whose last tag was removed loses all its images',
    source,
    options: { deleteUntagged: true },
    async arrange(registry) {
      const one = await registry.image({ repository: 'app', tag: 'v1' });
      const two = await registry.image({ repository: 'app', tag: 'v2' });
      await registry.image({ repository: 'app/kept', tag: 'v1' });
      await registry.untag('app', 'v1');
      await registry.untag('app', 'v2');
      return { goes: allOf(one, two) };
    },
  },
  {
    id: 'images/two-of-three-deleted',
    title: 'of three images of which two were deleted by digest, the third stays whole',
    source,
    async arrange(registry) {
      const base = await registry.layer('app');
      await registry.image({ repository: 'app', tag: 'v1', layers: [base, 'one'] });
      const two = await registry.image({ repository: 'app', tag: 'v2', layers: [base, 'two'] });
      const three = await registry.image({ repository: 'app', tag: 'v3', layers: [base, 'three'] });
      await registry.deleteManifest('app', two.digest);
      await registry.deleteManifest('app', three.digest);
      const kept = new Set(layerIn('app', base));
      const goes = [two, three].flatMap((image) =>
        contentsOf(image).concat(blobKey(image.digest), indexEntry(image)),
      );
      return { goes: goes.filter((key) => !kept.has(key)) };
    },
  },
  {
    id: 'images/shared-layer',
    title: 'a layer that a deleted and a kept image share stays, in each repository that links it',
    source,
    async arrange(registry) {
      const shared = await registry.layer('one');
      const doomed = await registry.image({ repository: 'one', tag: 'v1', layers: [shared, 'x'] });
      await registry.image({ repository: 'two', tag: 'v1', layers: [shared, 'y'] });
      await registry.deleteManifest('one', doomed.digest);
      const goes = [blobKey(doomed.digest), ...contentsOf(doomed), indexEntry(doomed)];
      const kept = new Set(layerIn('one', shared));
      return { goes: goes.filter((key) => !kept.has(key)) };
    },
  },
  {
    id: 'images/shared-config',
    title: 'a config that two images share stays with the one that stays',
    source,
    options: { deleteUntagged: true },
    async arrange(registry) {
      const config = await registry.layer('app', '{"architecture":"amd64","os":"linux"}');
      await registry.image({ repository: 'app', tag: 'v1', config, layers: ['kept'] });
      const doomed = await registry.image({ repository: 'app', config, layers: ['dropped'] });
      const kept = new Set(layerIn('app', config));
      return { goes: allOf(doomed).filter((key) => !kept.has(key)) };
    },
  },
  {
    id: 'images/config-is-a-layer',
    title: 'a blob that is a config here and a layer there stays while either lives',
    source: 'own',
    options: { deleteUntagged: true },
    async arrange(registry) {
      const blob = await registry.layer('app', '{"os":"linux"}');
      const doomed = await registry.image({ repository: 'app', config: blob, layers: ['dropped'] });
      await registry.image({ repository: 'app', tag: 'v1', layers: [blob] });
      const kept = new Set(layerIn('app', blob));
      return { goes: allOf(doomed).filter((key) => !kept.has(key)) };
    },
  },
  {
    id: 'images/orphan-blob',
    title: 'a blob that nothing names goes',
    source,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('left by a crashed push');
      return { goes: [blobKey(orphan.digest)] };
    },
  },
  {
    id: 'images/orphan-manifest',
    title: 'a manifest that no repository links goes, and what only it named',
    source,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const image = await registry.image({ repository: 'app' });
      await registry.store.remove(revisionKey('app', image.digest));
      return { goes: [blobKey(image.digest), ...contentsOf(image)] };
    },
  },
  {
    id: 'images/unused-layer-link',
    title: 'a layer that was uploaded and never used goes with its link',
    source,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const unused = await registry.layer('app', 'uploaded, manifest never pushed');
      return { goes: layerIn('app', unused) };
    },
  },
  {
    id: 'images/mounted-elsewhere',
    title: 'a link to a layer that another repository needs stays, though its own does not need it',
    source,
    async arrange(registry) {
      const layer = await registry.layer('one', 'needed by one');
      await registry.image({ repository: 'one', tag: 'v1', layers: [layer] });
      await registry.image({ repository: 'two', tag: 'v1' });
      await registry.mount('two', layer);
      return { goes: [] };
    },
  },
  {
    id: 'images/layer-link-to-nothing',
    title: 'a layer link whose blob is long gone goes',
    source,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const lost = await registry.layer('app', 'lost long ago');
      await registry.store.remove(blobKey(lost.digest));
      return { goes: [layerKey('app', lost.digest)] };
    },
  },
  {
    id: 'images/foreign-layer',
    title: 'a layer that is fetched from elsewhere is not missed',
    source: 'own',
    async arrange(registry) {
      const config = await registry.layer('windows', '{"os":"windows"}');
      await registry.manifest({
        repository: 'windows',
        tag: 'ltsc',
        manifest: {
          schemaVersion: 2,
          mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
          config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...config },
          layers: [
            {
              mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
              digest: `sha256:${'ab'.repeat(32)}`,
              size: 1_000_000,
              urls: ['https://example.com/layer'],
            },
          ],
        },
      });
      return { goes: [], without: ['blob-missing'] };
    },
  },
  {
    id: 'images/blob-missing',
    title: 'a tagged image without one of its layers is reported, and nothing else of it goes',
    source: 'zot, scrub tests',
    async arrange(registry, { driver }) {
      const image = await registry.image({ repository: 'app', tag: 'v1', layers: ['a', 'b'] });
      const [, lost] = image.blobs;
      if (lost === undefined) throw new Error('an image without layers');
      await registry.deleteLayer('app', lost.digest);
      await registry.store.remove(blobKey(lost.digest));
      // Where looking costs a call for each, blobs that are needed are not looked at.
      return {
        goes: [],
        ...(driver.bulk === undefined && { findings: [{ code: 'blob-missing' }] }),
      };
    },
  },
  {
    id: 'images/alias',
    title: 'a layer named by another digest than it is stored under stays with its image',
    source: 'own',
    options: { deleteUntagged: true },
    async arrange(registry) {
      const kept = await registry.alias('app', 'stored once, named twice');
      await registry.image({ repository: 'app', tag: 'v1', layers: [kept] });
      return { goes: [], without: ['blob-missing'] };
    },
  },
  {
    id: 'images/alias-garbage',
    title: 'a layer with two names goes with both links once no image names either',
    source: 'own',
    options: { deleteUntagged: true },
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const dropped = await registry.alias('app', 'stored once, named twice, used never');
      return {
        goes: [
          ...layerIn('app', { digest: dropped.target, size: 0 }),
          layerKey('app', dropped.digest),
        ],
      };
    },
  },
  {
    id: 'images/schema-1',
    title: 'a schema 1 image stays with its layers and signatures; an untagged one goes with them',
    source: 'own; defect F',
    options: { deleteUntagged: true },
    async arrange(registry) {
      const base = await registry.layer('old', 'base of both');
      await registry.schema1({
        repository: 'old',
        tag: 'v1',
        layers: [base, 'one'],
        signatures: ['signature of one'],
      });
      const doomed = await registry.schema1({
        repository: 'old',
        tag: 'v2',
        layers: [base, 'two'],
      });
      await registry.untag('old', 'v2');
      const kept = new Set(layerIn('old', base));
      return { goes: allOf(doomed).filter((key) => !kept.has(key)), without: ['manifest-corrupt'] };
    },
  },
];
