import { blobKey, fallbackTag, revisionKey } from '../../registry/index.ts';
import { allOf, contentsOf, indexEntry, manifestOf } from '../parts.ts';
import type { TreeScenario } from '../scenario.ts';

const untagged = { deleteUntagged: true } as const;
const signature = 'application/vnd.dev.cosign.artifact.sig.v1+json';
const sbom = 'application/spdx+json';

/** Signatures, SBOMs and attestations: manifests that are about manifests. */
export const referrers: readonly TreeScenario[] = [
  {
    id: 'referrers/of-a-live-image',
    title: 'an untagged referrer of a live image stays (defect I)',
    source: 'defect I',
    options: untagged,
    async arrange(registry) {
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      await registry.artifact({ repository: 'app', artifactType: signature, subject: image });
      await registry.artifact({
        repository: 'app',
        artifactType: sbom,
        subject: image,
        draft: true,
      });
      return { goes: [] };
    },
  },
  {
    id: 'referrers/of-referrers',
    title: 'a signature of the SBOM of a live image stays, to any depth',
    source: 'zot, garbage-collection tests',
    options: untagged,
    async arrange(registry) {
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      let subject = await registry.artifact({
        repository: 'app',
        artifactType: sbom,
        subject: image,
      });
      for (let depth = 0; depth < 4; depth++) {
        subject = await registry.artifact({ repository: 'app', artifactType: signature, subject });
      }
      return { goes: [] };
    },
  },
  {
    id: 'referrers/of-a-dead-image',
    title: 'referrers go with their subject, and theirs with them',
    source: 'zot, garbage-collection tests',
    options: untagged,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v2', layers: ['kept'] });
      const image = await registry.image({ repository: 'app', layers: ['dropped'] });
      const bom = await registry.artifact({
        repository: 'app',
        artifactType: sbom,
        subject: image,
        content: ['the bill'],
      });
      const signed = await registry.artifact({
        repository: 'app',
        artifactType: signature,
        subject: bom,
        content: ['the signature'],
      });
      return { goes: [...new Set(allOf(image, bom, signed))] };
    },
  },
  {
    id: 'referrers/of-a-child',
    title: 'a referrer of a child of a tagged index stays',
    source: 'own',
    options: untagged,
    async arrange(registry) {
      const child = await registry.image({ repository: 'app' });
      await registry.index({ repository: 'app', tag: 'multi', manifests: [child] });
      await registry.artifact({ repository: 'app', artifactType: signature, subject: child });
      return { goes: [] };
    },
  },
  {
    id: 'referrers/index-with-subject',
    title: 'an index that is a referrer stays with its subject, and keeps its children',
    source: 'own',
    options: untagged,
    async arrange(registry) {
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      const child = await registry.image({ repository: 'app' });
      await registry.index({ repository: 'app', manifests: [child], subject: image });
      return { goes: [] };
    },
  },
  {
    id: 'referrers/tagged-referrer',
    title: 'a tagged referrer does not keep its untagged subject',
    source: 'own',
    options: untagged,
    async arrange(registry) {
      const image = await registry.image({ repository: 'app' });
      await registry.artifact({
        repository: 'app',
        tag: 'bill',
        artifactType: sbom,
        subject: image,
      });
      return { goes: allOf(image) };
    },
  },
  {
    id: 'referrers/subject-never-pushed',
    title: 'an untagged referrer of something that was never pushed goes',
    source: 'OCI distribution, referrers may come before their subject',
    options: untagged,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const subject = { digest: `sha256:${'0e'.repeat(32)}`, size: 400 };
      const early = await registry.artifact({
        repository: 'app',
        artifactType: signature,
        subject,
        content: ['early'],
      });
      return { goes: allOf(early) };
    },
  },
  {
    id: 'referrers/across-repositories',
    title:
      'a referrer lives by repository: where its subject is dead its links go, its content stays',
    source: 'Quay, cross-repository referrer protection',
    options: untagged,
    async arrange(registry) {
      const content = { artifactType: signature, content: ['signed'] };
      const inA = await registry.image({ repository: 'a', tag: 'v1', layers: ['same'] });
      await registry.artifact({ repository: 'a', subject: inA, ...content });
      const inB = await registry.image({ repository: 'b', layers: ['same'] });
      const referrer = await registry.artifact({ repository: 'b', subject: inB, ...content });
      await registry.image({ repository: 'b', tag: 'other', layers: ['another'] });
      // Layer links stay: their blobs live.
      return { goes: [revisionKey('b', inB.digest), revisionKey('b', referrer.digest)] };
    },
  },
  {
    id: 'referrers/fallback-tags',
    title: 'what cosign tags as .sig, .sbom and .att of a live image stays',
    source: 'zot, cosign tests',
    options: untagged,
    async arrange(registry) {
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      for (const suffix of ['', '.sig', '.sbom', '.att'] as const) {
        await registry.image({ repository: 'app', tag: fallbackTag(image.digest, suffix) });
      }
      return { goes: [] };
    },
  },
  {
    id: 'referrers/fallback-index',
    title: 'an index under a fallback tag keeps the referrers that it lists',
    source: 'OCI distribution, referrers tag schema',
    options: untagged,
    async arrange(registry) {
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      const first = await registry.artifact({ repository: 'app', artifactType: signature });
      const second = await registry.artifact({ repository: 'app', artifactType: sbom });
      await registry.index({
        repository: 'app',
        tag: fallbackTag(image.digest),
        manifests: [first, second],
      });
      return { goes: [] };
    },
  },
  {
    id: 'referrers/fallback-tag-of-a-dead-image',
    title: 'a fallback tag whose subject is gone is still a tag: only the subject goes',
    source: 'zot, cosign tests',
    options: untagged,
    async arrange(registry) {
      const image = await registry.image({ repository: 'app', tag: 'v1', layers: ['dropped'] });
      await registry.image({
        repository: 'app',
        tag: fallbackTag(image.digest, '.sig'),
        layers: ['signature'],
      });
      await registry.untag('app', 'v1');
      return { goes: allOf(image) };
    },
  },
  {
    id: 'referrers/malformed-fallback-tag',
    title: 'a tag that only resembles a fallback tag is a tag like any other',
    source: 'zot, malformed cosign tag',
    options: untagged,
    async arrange(registry) {
      for (const tag of [
        'sha256-short.sig',
        'sha256-',
        'sha256-zz.sbom',
        `sha256-${'a'.repeat(63)}`,
      ]) {
        await registry.image({ repository: 'app', tag });
      }
      const moved = await registry.image({ repository: 'app', tag: 'sha256-moved.sig' });
      await registry.image({ repository: 'app', tag: 'sha256-moved.sig' });
      return { goes: [...allOf(moved), indexEntry(moved)] };
    },
  },
  {
    id: 'referrers/by-default',
    title: 'without the option, a referrer of a deleted image stays with its content',
    source: 'own',
    async arrange(registry) {
      const image = await registry.image({ repository: 'app', tag: 'v1', layers: ['dropped'] });
      await registry.artifact({ repository: 'app', artifactType: signature, subject: image });
      await registry.deleteManifest('app', image.digest);
      return { goes: [blobKey(image.digest), ...contentsOf(image), indexEntry(image)] };
    },
  },
  {
    id: 'referrers/retagged-signature',
    title: 'a signature that was replaced under its fallback tag goes',
    source: 'own',
    options: untagged,
    async arrange(registry) {
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      const tag = fallbackTag(image.digest, '.sig');
      const first = await registry.image({ repository: 'app', tag, layers: ['first signature'] });
      await registry.image({ repository: 'app', tag, layers: ['first signature', 'second'] });
      const kept = new Set(first.blobs.slice(1).map(({ digest }) => digest));
      const config = first.blobs.find(({ digest }) => !kept.has(digest));
      if (config === undefined) throw new Error('an image without a config');
      return {
        goes: [
          ...manifestOf(first),
          ...contentsOf({ ...first, blobs: [config] }),
          indexEntry(first),
        ],
      };
    },
  },
];
