import type { RegistryBuilder } from './builder.ts';
import { forEachParallel } from './parallel.ts';

/** The shape of a registry made by the thousand. */
export interface PopulateSpec {
  readonly repositories: number;
  /** Images with a tag, in each repository. */
  readonly tagged: number;
  /** Images without one, in each repository. */
  readonly untagged: number;
  /** Layers of each image, all its own; its config and manifest are two more blobs. */
  readonly layers: number;
  /** Layers that all images of all repositories share besides; default 0. */
  readonly sharedLayers?: number;
  /** Length of a layer in bytes; default 64. */
  readonly layerBytes?: number;
  /** Pushes in parallel; default 32. */
  readonly concurrency?: number;
}

/** What {@link populate} made. */
export interface Populated {
  readonly repositories: number;
  readonly tags: number;
  readonly manifests: number;
  /** All blobs: manifests, configs and layers. */
  readonly blobs: number;
}

/**
 * Fills a storage with images, as fast as it takes them. The same specification makes the same tree,
 * byte for byte.
 */
export async function populate(
  registry: RegistryBuilder,
  spec: PopulateSpec,
  onImage?: (done: number, total: number) => void,
): Promise<Populated> {
  const { layerBytes = 64, sharedLayers = 0, concurrency = 32 } = spec;
  const perRepository = spec.tagged + spec.untagged;
  const total = spec.repositories * perRepository;
  const shared = await Promise.all(
    Array.from({ length: sharedLayers }, (_, n) =>
      registry.blob(fill(`shared layer ${n}`, layerBytes)),
    ),
  );
  let done = 0;
  await forEachParallel(numbers(total), concurrency, async (n) => {
    const place = n % perRepository;
    const name = `layer of image ${n}`;
    await registry.image({
      repository: repositoryName(Math.floor(n / perRepository)),
      tag: place < spec.tagged ? `v${place}` : undefined,
      labels: { image: String(n) },
      layers: [
        ...shared,
        ...Array.from({ length: spec.layers }, (_, layer) => fill(`${name}/${layer}`, layerBytes)),
      ],
    });
    onImage?.(++done, total);
  });
  return {
    repositories: spec.repositories,
    tags: spec.repositories * spec.tagged,
    manifests: total,
    blobs: sharedLayers + total * (spec.layers + 2),
  };
}

function repositoryName(n: number): string {
  return `team-${n % 10}/app-${n}`;
}

function fill(text: string, length: number): string {
  return text.padEnd(length, '.').slice(0, Math.max(length, text.length));
}

function* numbers(count: number): Generator<number> {
  for (let n = 0; n < count; n++) yield n;
}
