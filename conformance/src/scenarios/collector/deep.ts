import { explain } from '@dunnage/core';
import {
  blobKey,
  digestOf,
  mediaTypes,
  revisionKey,
  type Descriptor,
  type RegistryBuilder,
} from '../../registry/index.ts';
import { forEachParallel } from '../../registry/parallel.ts';
import { unguarded } from '../run.ts';
import { same } from '../same.ts';
import type { ScriptScenario } from '../scenario.ts';
import { collectAll } from '../story.ts';
import { differences, snapshot } from '../snapshot.ts';

const depth = 10_000;

/** Indexes nested deeper than any stack. */
export const deep: readonly ScriptScenario[] = [
  {
    id: 'damaged/index-of-10000',
    title: 'a chain of 10,000 indexes is followed to its end, and explained from there',
    source: 'bad input: a 10,000-deep index',
    objects: 20_000,
    async run(world) {
      const { registry, driver } = world;
      const leaf = await registry.image({ repository: 'deep' });
      const top = await arrangeChain(registry, leaf);
      await registry.tag('deep', 'v1', top.digest);
      const orphan = await registry.blob('orphan');
      const before = await snapshot(world);
      const report = await collectAll(driver, { deleteUntagged: true });
      same(report.live.manifests, depth + 1, 'live manifests');
      const gone = `gone: ${blobKey(orphan.digest)}`;
      same(differences(before, await snapshot(world)), [gone], 'what went');
      const options = { ...unguarded, deleteUntagged: true };
      const { verdict } = await explain(driver, leaf.digest, options);
      same(verdict, 'live', 'verdict on the leaf');
    },
  },
];

async function arrangeChain(registry: RegistryBuilder, leaf: Descriptor): Promise<Descriptor> {
  const chain: { content: string; digest: string }[] = [];
  let child = leaf;
  for (let level = 0; level < depth; level++) {
    const { mediaType, digest, size } = child;
    const content = JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [{ mediaType, digest, size }],
    });
    child = { mediaType: mediaTypes.ociIndex, digest: digestOf(content), size: content.length };
    chain.push({ content, digest: child.digest });
  }
  await forEachParallel(chain, 32, async ({ content, digest }) => {
    await registry.store.put(blobKey(digest), content);
    await registry.store.put(revisionKey('deep', digest), digest);
  });
  return child;
}
