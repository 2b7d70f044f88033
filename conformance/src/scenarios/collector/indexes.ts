import { blobKey, revisionKey, tagIndexKey } from '../../registry/index.ts';
import { allOf, contentsOf, layerIn, manifestOf } from '../parts.ts';
import { same } from '../same.ts';
import type { TreeScenario } from '../scenario.ts';

const distribution = 'distribution and GitLab, garbage-collection tests';
const zot = 'zot, garbage-collection tests';
const quay = 'Quay, internal/gc tests';
const untagged = { deleteUntagged: true } as const;

/** Indexes, manifest lists, BuildKit caches: manifests that name manifests. */
export const indexes: readonly TreeScenario[] = [
  ...[false, true].map((docker): TreeScenario => {
    const kind = docker ? 'list' : 'index';
    return {
      id: `indexes/tagged-${kind}`,
      title: `a tagged ${kind} keeps its untagged children`,
      source: distribution,
      options: untagged,
      async arrange(registry) {
        const a = await registry.image({ repository: 'app', docker });
        const b = await registry.image({ repository: 'app', docker });
        await registry.index({ repository: 'app', tag: 'multi', manifests: [a, b], docker });
        return { goes: [] };
      },
    };
  }),
  {
    id: 'indexes/untagged-list',
    title: 'an untagged list goes with all its untagged children, to the last blob',
    source: distribution,
    options: untagged,
    async arrange(registry) {
      const a = await registry.image({ repository: 'app', docker: true });
      const b = await registry.image({ repository: 'app', docker: true });
      const list = await registry.index({ repository: 'app', manifests: [a, b], docker: true });
      return {
        goes: allOf(list, a, b),
        report: ({ live }) => same(live.blobs, 0, 'live blobs'),
      };
    },
  },
  {
    id: 'indexes/untagged-after-untag',
    title: 'an index and its children go once its tag is removed',
    source: distribution,
    options: untagged,
    async arrange(registry) {
      const a = await registry.image({ repository: 'app' });
      const index = await registry.index({ repository: 'app', tag: 'multi', manifests: [a] });
      await registry.image({ repository: 'app', tag: 'other' });
      await registry.untag('app', 'multi');
      return { goes: allOf(index, a) };
    },
  },
  {
    id: 'indexes/untagged-list-tagged-children',
    title: 'an untagged list with tagged children goes alone',
    source: distribution,
    options: untagged,
    async arrange(registry) {
      const a = await registry.image({ repository: 'app', tag: 'amd64', docker: true });
      const b = await registry.image({ repository: 'app', tag: 'arm64', docker: true });
      const list = await registry.index({ repository: 'app', manifests: [a, b], docker: true });
      return { goes: manifestOf(list) };
    },
  },
  {
    id: 'indexes/child-deleted',
    title:
      'a child deleted by digest loses its layers; the index that names it stays, and the rest',
    source: distribution,
    async arrange(registry) {
      const a = await registry.image({ repository: 'app' });
      const b = await registry.image({ repository: 'app' });
      await registry.index({ repository: 'app', tag: 'multi', manifests: [a, b] });
      await registry.deleteManifest('app', a.digest);
      // Its manifest is still named by the index: as content it stays.
      return { goes: contentsOf(a), findings: [{ code: 'child-missing' }] };
    },
  },
  {
    id: 'indexes/child-gone',
    title:
      'an index that names a child of which nothing is left stays, and so do its other children',
    source: distribution,
    options: untagged,
    async arrange(registry) {
      const a = await registry.image({ repository: 'app' });
      const b = await registry.image({ repository: 'app' });
      await registry.index({ repository: 'app', tag: 'multi', manifests: [a, b] });
      await registry.deleteManifest('app', a.digest);
      await registry.store.remove(blobKey(a.digest));
      return { goes: contentsOf(a), findings: [{ code: 'child-missing' }], status: 'done' };
    },
  },
  {
    id: 'indexes/sparse',
    title: 'a sparse index stays with the one child that was ever pushed',
    source: zot,
    options: untagged,
    async arrange(registry) {
      const here = await registry.image({ repository: 'app' });
      const never = { mediaType: here.mediaType, digest: `sha256:${'0f'.repeat(32)}`, size: 123 };
      await registry.index({ repository: 'app', tag: 'multi', manifests: [never, here] });
      return { goes: [] };
    },
  },
  {
    id: 'indexes/nested',
    title: 'an index in an index in an index keeps all its leaves (defect L)',
    source: 'defect L; zot',
    options: untagged,
    async arrange(registry) {
      const leaf = await registry.image({ repository: 'app' });
      const inner = await registry.index({ repository: 'app', manifests: [leaf] });
      const middle = await registry.index({ repository: 'app', manifests: [inner] });
      await registry.index({ repository: 'app', tag: 'top', manifests: [middle] });
      return { goes: [] };
    },
  },
  {
    id: 'indexes/nested-lists',
    title: 'a list in a list keeps the layers of its grandchildren (defect L)',
    source: 'defect L',
    options: untagged,
    async arrange(registry) {
      const leaf = await registry.image({ repository: 'app', docker: true });
      const inner = await registry.index({ repository: 'app', manifests: [leaf], docker: true });
      await registry.index({ repository: 'app', tag: 'top', manifests: [inner], docker: true });
      return { goes: [] };
    },
  },
  {
    id: 'indexes/three-level-cascade',
    title: 'an index of indexes that lost its tag goes with everything below it',
    source: `${quay}; zot`,
    options: untagged,
    async arrange(registry) {
      const leaf = await registry.image({ repository: 'app' });
      const inner = await registry.index({ repository: 'app', manifests: [leaf] });
      const top = await registry.index({ repository: 'app', tag: 'top', manifests: [inner] });
      await registry.image({ repository: 'app', tag: 'other' });
      await registry.untag('app', 'top');
      return { goes: allOf(top, inner, leaf) };
    },
  },
  {
    id: 'indexes/child-of-two-parents',
    title: 'a child that a tagged and an untagged index name stays',
    source: quay,
    options: untagged,
    async arrange(registry) {
      const shared = await registry.image({ repository: 'app' });
      const own = await registry.image({ repository: 'app' });
      await registry.index({ repository: 'app', tag: 'kept', manifests: [shared] });
      const dropped = await registry.index({ repository: 'app', manifests: [shared, own] });
      return { goes: allOf(dropped, own) };
    },
  },
  {
    id: 'indexes/diamond',
    title: 'an index shared by two indexes of one is read once and keeps its child',
    source: zot,
    options: untagged,
    async arrange(registry) {
      const leaf = await registry.image({ repository: 'app' });
      const shared = await registry.index({ repository: 'app', manifests: [leaf] });
      const left = await registry.index({ repository: 'app', manifests: [shared, leaf] });
      const right = await registry.index({ repository: 'app', manifests: [shared] });
      await registry.index({ repository: 'app', tag: 'top', manifests: [left, right] });
      return {
        goes: [],
        report: ({ live }) => same(live.manifests, 5, 'live manifests'),
      };
    },
  },
  {
    id: 'indexes/index-entry-of-deleted',
    title:
      'an index keeps nothing once it was deleted by digest; its children stay as they are linked',
    source: quay,
    async arrange(registry) {
      const child = await registry.image({ repository: 'app' });
      const index = await registry.index({ repository: 'app', tag: 'multi', manifests: [child] });
      await registry.deleteManifest('app', index.digest);
      return { goes: [blobKey(index.digest), tagIndexKey('app', 'multi', index.digest)] };
    },
  },
  ...[false, true].map((deleteUntagged): TreeScenario => ({
    id: `indexes/child-deleted-in-one-repository${deleteUntagged ? '-untagged' : ''}`,
    title: 'a child deleted in one repository keeps its layers where it lives (defect A)',
    source: 'defect A; Quay, cross-repository child protection',
    options: { deleteUntagged },
    async arrange(registry) {
      // The same image, pushed to both; `aaa` comes first in every walk.
      const inB = await registry.image({ repository: 'bbb', layers: ['the only copy'] });
      await registry.index({ repository: 'bbb', tag: 'multi', manifests: [inB] });
      const inA = await registry.image({ repository: 'aaa', layers: ['the only copy'] });
      await registry.index({
        repository: 'aaa',
        tag: 'multi',
        manifests: [inA],
        annotations: { of: 'aaa' },
      });
      await registry.deleteManifest('aaa', inA.digest);
      return { goes: [], findings: [{ code: 'child-missing' }] };
    },
  })),
  {
    id: 'indexes/buildkit-cache-tagged',
    title: 'a tagged BuildKit cache keeps the layers that its index names',
    source: 'GitLab, garbage-collection tests',
    options: untagged,
    async arrange(registry) {
      await registry.buildkitCache({ repository: 'cache', tag: 'main', layers: ['a', 'b'] });
      return { goes: [], findings: [{ code: 'index-with-layers', tags: ['main'] }] };
    },
  },
  {
    id: 'indexes/buildkit-cache-untagged',
    title: 'an untagged BuildKit cache loses its layers, but for those that an image shares',
    source: 'GitLab, garbage-collection tests',
    options: untagged,
    async arrange(registry) {
      const shared = await registry.layer('cache', 'also in an image');
      await registry.image({ repository: 'cache', tag: 'image', layers: [shared] });
      const cache = await registry.buildkitCache({
        repository: 'cache',
        tag: 'main',
        layers: [shared, 'in the cache alone'],
      });
      await registry.untag('cache', 'main');
      const kept = new Set(layerIn('cache', shared));
      return {
        goes: allOf(cache).filter((key) => !kept.has(key)),
        without: ['index-with-layers'],
      };
    },
  },
  {
    id: 'indexes/buildkit-cache-by-default',
    title: 'an untagged BuildKit cache keeps its layers without the option',
    source: 'GitLab, garbage-collection tests',
    async arrange(registry) {
      await registry.buildkitCache({ repository: 'cache', layers: ['a', 'b'] });
      return { goes: [] };
    },
  },
  {
    id: 'indexes/child-without-link',
    title: 'a child that its repository never linked is content: it stays, what it names goes',
    source: 'own',
    options: untagged,
    async arrange(registry) {
      const child = await registry.image({ repository: 'app' });
      await registry.index({ repository: 'app', tag: 'multi', manifests: [child] });
      await registry.store.remove(revisionKey('app', child.digest));
      return { goes: contentsOf(child), findings: [{ code: 'child-missing' }] };
    },
  },
];
