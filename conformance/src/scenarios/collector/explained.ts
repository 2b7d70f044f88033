import { collect, explain, type Explanation } from '@dunnage/core';
import { blobKey, damage, fallbackTag } from '../../registry/index.ts';
import { unguarded } from '../run.ts';
import { same } from '../same.ts';
import type { ScriptScenario, World } from '../scenario.ts';
import { collectAll, refused } from '../story.ts';
import assert from 'node:assert/strict';

const untagged = { deleteUntagged: true, ...unguarded } as const;

/** Every decision is explained, and operators are told what to do. */
export const explained: readonly ScriptScenario[] = [
  {
    id: 'explained/layer',
    title: 'why a layer lives: each chain from a tag to it',
    source: 'own',
    async run(world) {
      const { registry } = world;
      const layer = await registry.layer('app', 'shared');
      const image = await registry.image({ repository: 'app', tag: 'v1', layers: [layer] });
      await registry.index({ repository: 'app', tag: 'multi', manifests: [image] });
      await registry.image({ repository: 'other', tag: 'v2', layers: [layer] });
      const { verdict, chains, chainCount } = await why(world, layer.digest);
      same(verdict, 'live', 'verdict');
      const roots = chains.map(([first]) => `${first?.repository}:${first?.tag}`).sort();
      same(roots, ['app:multi', 'app:v1', 'other:v2'], 'tags that keep it');
      same(chainCount, 3, 'chains');
      for (const chain of chains) same(chain.at(-1)?.digest, layer.digest, 'end of a chain');
    },
  },
  {
    id: 'explained/tag',
    title: 'why a tag: by its name',
    source: 'own',
    async run(world) {
      const image = await world.registry.image({ repository: 'team/app', tag: 'v1' });
      const { verdict, subject } = await why(world, 'team/app:v1');
      same(verdict, 'live', 'verdict');
      same(subject.digest, image.digest, 'digest of the tag');
    },
  },
  {
    id: 'explained/referrer',
    title: 'why a signature lives: for its subject’s sake',
    source: 'own; defect I',
    async run(world) {
      const { registry } = world;
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      const signature = await registry.artifact({
        repository: 'app',
        artifactType: 'application/vnd.example.signature',
        subject: image,
      });
      const { verdict, chains } = await why(world, `app@${signature.digest}`);
      same(verdict, 'live', 'verdict');
      same(
        chains.some((chain) => chain.some(({ via }) => via === 'subject')),
        true,
        'via subject',
      );
      const tag = fallbackTag(image.digest, '.sig');
      const old = await registry.image({ repository: 'app', tag });
      same((await why(world, old.digest)).verdict, 'live', 'verdict on what a fallback tag names');
    },
  },
  {
    id: 'explained/garbage',
    title: 'what nothing needs is said to be garbage',
    source: 'own',
    async run(world) {
      const { registry } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('orphan');
      const image = await registry.image({ repository: 'app' });
      for (const { digest } of [orphan, image, ...image.blobs]) {
        const { verdict, chainCount } = await why(world, digest);
        same(verdict, 'garbage', 'verdict');
        same(chainCount, 0, 'chains');
      }
    },
  },
  {
    id: 'explained/young',
    title: 'what is only too young to go is said to be',
    source: 'own',
    async run(world) {
      const { registry } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      const orphan = await registry.blob('orphan');
      const { verdict } = await why(world, orphan.digest, { minAgeMs: 3_600_000 });
      same(verdict, 'young', 'verdict');
    },
  },
  {
    id: 'explained/protected',
    title: 'what stays because something can not be read is said to',
    source: 'own',
    async run(world) {
      const { registry } = world;
      const image = await registry.image({ repository: 'app', tag: 'v1' });
      const unused = await registry.layer('app', 'unused');
      await damage.truncate(registry.store, blobKey(image.digest));
      same((await why(world, unused.digest)).verdict, 'protected', 'verdict');
    },
  },
  {
    id: 'explained/absent',
    title: 'what is not there is said not to be',
    source: 'own',
    async run(world) {
      await world.registry.image({ repository: 'app', tag: 'v1' });
      const { verdict } = await why(world, `sha256:${'0a'.repeat(32)}`);
      same(verdict, 'absent', 'verdict');
    },
  },
  {
    id: 'explained/nonsense',
    title: 'a subject that is neither a digest nor a tag is refused',
    source: 'bad input',
    async run(world) {
      await world.registry.image({ repository: 'app', tag: 'v1' });
      for (const subject of ['', 'app', 'sha256:short', 'app:', '@', ':v1']) {
        await refused(why(world, subject), 'INVALID_OPTION');
      }
    },
  },
  {
    id: 'explained/cache-advice',
    title: 'a run that deleted blobs says that the registry’s cache must be flushed (defect O)',
    source: 'defect O; distribution 2094, 3254, 3743',
    async run(world) {
      const { registry, driver } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.blob('orphan');
      await world.settle?.();
      const { advice } = await collectAll(driver);
      assert(
        advice.some((line) => /cache/i.test(line) && /restart|flush/i.test(line)),
        `no advice on the cache in ${JSON.stringify(advice)}`,
      );
    },
  },
  {
    id: 'explained/space-not-freed',
    title: 'a run on a store that keeps what is deleted says so, and what would free it',
    source: 'own; versioned buckets, soft delete',
    needs: [
      {
        reason: 'this storage frees the space of what is deleted, or does not say',
        met: ({ capabilities }) =>
          capabilities.delete.freesSpace === 'after-retention' ||
          capabilities.delete.freesSpace === 'never',
      },
    ],
    async run(world) {
      const { registry, driver, capabilities } = world;
      await registry.image({ repository: 'app', tag: 'v1' });
      await registry.blob('orphan');
      const remedy = capabilities.versions === 'none' ? /soft delete/ : /noncurrent versions/;
      const dry = await collect(driver, { ...unguarded, dryRun: true });
      same([dry.planned.objects, dry.freedBytes], [1, 0], 'planned, and bytes that it would free');
      assert(
        dry.advice.some((text) => remedy.test(text)),
        'a dry run does not say what frees it',
      );

      const report = await collectAll(driver);
      same(report.deleted.blob.count, 1, 'blobs deleted');
      assert(
        report.advice.some((text) => remedy.test(text)),
        'the report does not say what frees it',
      );
      same(report.freedBytes, 0, 'bytes freed');
      assert(
        report.findings.some(({ code }) => code === 'space-not-freed'),
        `no finding in ${JSON.stringify(report.findings)}`,
      );
    },
  },
];

async function why(
  { driver, settle }: World,
  subject: string,
  options: { minAgeMs?: number } = {},
): Promise<Explanation> {
  await settle?.();
  return explain(driver, subject, { ...untagged, ...options });
}
