import {
  damage,
  revisionKey,
  tagIndexKey,
  tagKey,
  type PushedManifest,
  type RegistryBuilder,
} from '../../registry/index.ts';
import { forEachParallel } from '../../registry/parallel.ts';
import { allOf } from '../parts.ts';
import { same } from '../same.ts';
import type { TreeScenario } from '../scenario.ts';

const priming = 'GitLab, tag-cache tests: cached equals uncached';
const untagged = { deleteUntagged: true } as const;

/** Tags: many, moved, broken. */
export const tags: readonly TreeScenario[] = [
  ...[0, 1, 500, 1200].map((count): TreeScenario => ({
    id: `tags/${count}`,
    title: `of a repository with ${count} tags exactly the tagged images stay`,
    source: priming,
    options: untagged,
    objects: 2 * count,
    async arrange(registry) {
      const tagged = await manyTags(registry, count);
      const doomed = await registry.image({ repository: 'app' });
      return {
        goes: allOf(doomed),
        report: ({ found, live }) => {
          same(found.tags, count, 'tags found');
          same(live.manifests, tagged, 'live manifests');
        },
      };
    },
  })),
  {
    id: 'tags/1200-one-corrupt',
    title: 'one corrupt tag among 1,200 keeps all manifests of its repository, and no other',
    source: priming,
    options: untagged,
    objects: 2400,
    async arrange(registry) {
      await manyTags(registry, 1200);
      await registry.image({ repository: 'app' });
      const elsewhere = await registry.image({ repository: 'other' });
      const key = tagKey('app', 'v600');
      await damage.garble(registry.store, key);
      return {
        goes: allOf(elsewhere),
        status: 'partial',
        findings: [{ code: 'tag-unreadable', key }],
      };
    },
  },
  ...(['empty', 'garble', 'truncate'] as const).map((how): TreeScenario => ({
    id: `tags/corrupt-${how}`,
    title: 'a tag that can not be read keeps all manifests of its repository (defect E)',
    source: 'defect E; distribution 1960, 2635',
    options: untagged,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.image({ repository: 'app', tag: 'v2' });
      await registry.image({ repository: 'app' });
      const elsewhere = await registry.image({ repository: 'other' });
      const key = tagKey('app', 'v2');
      await damage[how](registry.store, key);
      return {
        goes: allOf(elsewhere),
        status: 'partial',
        findings: [{ code: 'tag-unreadable', key }],
      };
    },
  })),
  {
    id: 'tags/corrupt-by-default',
    title: 'without the option a tag that can not be read keeps its index, and is reported',
    source: 'defect E',
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.image({ repository: 'app', tag: 'v2', layers: ['dropped'] });
      const key = tagKey('app', 'v1');
      await damage.empty(registry.store, key);
      return {
        goes: [],
        // Which of its index entries is the current one can't be told, either.
        status: 'partial',
        findings: [{ code: 'tag-unreadable', key }],
        report: ({ live }) => same(live.manifests, 2, orphan.digest),
      };
    },
  },
  {
    id: 'tags/dangling',
    title: 'a tag at a manifest that was never there is reported, and keeps nothing from going',
    source: 'own',
    options: untagged,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.tag('app', 'nowhere', `sha256:${'0d'.repeat(32)}`);
      const doomed = await registry.image({ repository: 'app' });
      return { goes: allOf(doomed), findings: [{ code: 'tag-dangling' }] };
    },
  },
  {
    id: 'tags/index-without-current',
    title: 'a tag that was deleted with its manifest keeps nothing by its index',
    source: 'distribution: deleting by digest leaves the index of the tags',
    options: untagged,
    async arrange(registry) {
      await registry.image({ repository: 'app', tag: 'other' });
      const old = await registry.image({ repository: 'app', tag: 'v1' });
      const doomed = await registry.image({ repository: 'app', tag: 'v1' });
      await registry.deleteManifest('app', doomed.digest);
      const revision = revisionKey('app', doomed.digest);
      const goes = allOf(old, doomed).filter((key) => key !== revision);
      return {
        goes: [
          ...goes,
          tagIndexKey('app', 'v1', old.digest),
          tagIndexKey('app', 'v1', doomed.digest),
        ],
      };
    },
  },
  {
    id: 'tags/names',
    title: 'tags named like parts of the layout are tags',
    source: 'own',
    options: untagged,
    async arrange(registry) {
      const tagged: PushedManifest[] = [];
      for (const tag of [
        'current',
        'index',
        'link',
        'data',
        'sha256',
        '_manifests',
        '1.0-rc.1_x',
      ]) {
        tagged.push(await registry.image({ repository: 'tags/current', tag }));
      }
      return { goes: [], report: ({ found }) => same(found.tags, tagged.length, 'tags found') };
    },
  },
];

/** Tags at up to ten images; returns how many images it made. */
async function manyTags(registry: RegistryBuilder, count: number): Promise<number> {
  const images: PushedManifest[] = [];
  for (let n = 0; n < Math.min(count, 10); n++) {
    images.push(await registry.image({ repository: 'app' }));
  }
  const numbers = Array.from({ length: count }, (_, n) => n);
  await forEachParallel(numbers, 32, async (n) => {
    const image = images[n % images.length];
    if (image !== undefined) await registry.tag('app', `v${n}`, image.digest);
  });
  return images.length;
}
