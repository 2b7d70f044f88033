import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a generated tree holds. */
export interface TreeFacts {
  readonly directory: string;
  readonly repositories: number;
  readonly tags: number;
  readonly manifests: number;
  readonly blobs: number;
  readonly files: number;
}

const IMAGES_PER_REPOSITORY = 50;
/** A manifest, a config and three layers are an image's own; three more come from a shared base. */
const OWN_LAYERS = 3;
const BASE_LAYERS = 3;
const OWN_BLOBS = OWN_LAYERS + 2;
/** One base image for so many images. */
const IMAGES_PER_BASE = 100;

const DELETED_BY_API = (image: number): boolean => image % 10 < 2;
const TAG_MOVED_ON = (image: number): boolean => image % 10 === 2;
/** The first of two tagged images, for two platforms, that a tagged index joins. */
const STARTS_INDEX = (image: number): boolean => image % 20 === 5;

/**
 * Writes a registry's tree of about `blobs` blobs straight to disk, as the registry itself would have:
 * repositories of fifty images, six layers each, of which three are shared; a tenth of the images are
 * platforms of an index; a fifth were deleted through the API, so their blobs are garbage; the tags of
 * a tenth moved on, so `-m` finds them untagged. Every digest is true; layers are a few bytes long.
 * The same size gives the same tree.
 */
export function writeTree(directory: string, blobs: number): TreeFacts {
  const perImage = OWN_BLOBS + 1 / 20 + BASE_LAYERS / IMAGES_PER_BASE;
  const images = Math.max(20, Math.round(blobs / perImage));
  const repositories = Math.ceil(images / IMAGES_PER_REPOSITORY);
  const writer = new TreeWriter(directory);
  for (let repository = 0; repository < repositories; repository++) {
    const first = repository * IMAGES_PER_REPOSITORY;
    writeRepository(writer, repository, first, Math.min(images, first + IMAGES_PER_REPOSITORY));
  }
  return writer.facts(repositories);
}

function writeRepository(tree: TreeWriter, number: number, first: number, end: number): void {
  const repository = tree.repository(`team-${number % 20}/app-${number}`);
  let platform: Descriptor | undefined;
  for (let image = first; image < end; image++) {
    const manifest = writeImage(tree, repository, image);
    if (DELETED_BY_API(image)) {
      repository.revision(manifest.digest, 'deleted');
      continue;
    }
    repository.revision(manifest.digest, 'present');
    if (TAG_MOVED_ON(image)) {
      repository.formerly(`v${image + 1}`, manifest.digest);
      continue;
    }
    repository.tag(`v${image}`, manifest.digest);
    if (platform !== undefined) {
      const index = tree.blob(json({ ...header(INDEX), manifests: [platform, manifest] }));
      repository.revision(index.digest, 'present');
      repository.tag(`multi-${image}`, index.digest);
    }
    platform = STARTS_INDEX(image) ? manifest : undefined;
  }
}

function writeImage(tree: TreeWriter, repository: RepositoryWriter, image: number): Descriptor {
  const base = Math.floor(image / IMAGES_PER_BASE);
  const names = [
    ...range(BASE_LAYERS).map((layer) => `base ${base}, layer ${layer}`),
    ...range(OWN_LAYERS).map((layer) => `image ${image}, layer ${layer}`),
  ];
  const layers = names.map((name) => ({ mediaType: LAYER, ...tree.blob(name) }));
  const config = {
    mediaType: CONFIG,
    ...tree.blob(
      json({ architecture: 'amd64', os: 'linux', config: { Labels: { image: `${image}` } } }),
    ),
  };
  for (const { digest } of [config, ...layers]) repository.layer(digest);
  return { mediaType: MANIFEST, ...tree.blob(json({ ...header(MANIFEST), config, layers })) };
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

function header(mediaType: string): { schemaVersion: 2; mediaType: string } {
  return { schemaVersion: 2, mediaType };
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

/** Synchronous calls and no `recursive` flags: several times faster than the obvious way. */
class TreeWriter {
  readonly #directory: string;
  readonly #blobs: string;
  readonly #repositories: string;
  #tags = 0;
  #manifests = 0;
  #blobCount = 0;
  #files = 0;

  constructor(directory: string) {
    this.#directory = directory;
    const base = join(directory, 'docker/registry/v2');
    this.#blobs = `${base}/blobs/sha256`;
    this.#repositories = `${base}/repositories`;
    mkdirSync(this.#blobs, { recursive: true });
    for (const n of range(256)) mkdirSync(`${this.#blobs}/${n.toString(16).padStart(2, '0')}`);
  }

  repository(name: string): RepositoryWriter {
    return new RepositoryWriter(join(this.#repositories, name), {
      file: (path, content) => this.#file(path, content),
      tag: () => void this.#tags++,
      manifest: () => void this.#manifests++,
    });
  }

  /** Stores a blob, once. */
  blob(content: string): { digest: string; size: number } {
    const hex = createHash('sha256').update(content).digest('hex');
    const directory = `${this.#blobs}/${hex.slice(0, 2)}/${hex}`;
    if (!existsSync(directory)) {
      mkdirSync(directory);
      this.#file(`${directory}/data`, content);
      this.#blobCount++;
    }
    return { digest: `sha256:${hex}`, size: content.length };
  }

  facts(repositories: number): TreeFacts {
    return {
      directory: this.#directory,
      repositories,
      tags: this.#tags,
      manifests: this.#manifests,
      blobs: this.#blobCount,
      files: this.#files,
    };
  }

  #file(path: string, content: string): void {
    writeFileSync(path, content);
    this.#files++;
  }
}

interface Counters {
  file(path: string, content: string): void;
  tag(): void;
  manifest(): void;
}

class RepositoryWriter {
  readonly #directory: string;
  readonly #counters: Counters;
  readonly #layers = new Set<string>();

  constructor(directory: string, counters: Counters) {
    this.#directory = directory;
    this.#counters = counters;
    for (const below of ['_layers/sha256', '_manifests/revisions/sha256', '_manifests/tags']) {
      mkdirSync(`${directory}/${below}`, { recursive: true });
    }
    mkdirSync(`${directory}/_uploads`);
  }

  layer(digest: string): void {
    if (this.#layers.has(digest)) return;
    this.#layers.add(digest);
    this.#link(`_layers/sha256/${hexOf(digest)}`, digest);
  }

  /** The registry's API deletes a revision's link and leaves its directory. */
  revision(digest: string, state: 'present' | 'deleted'): void {
    const directory = `_manifests/revisions/sha256/${hexOf(digest)}`;
    if (state === 'deleted') {
      mkdirSync(`${this.#directory}/${directory}`);
      return;
    }
    this.#link(directory, digest);
    this.#counters.manifest();
  }

  tag(tag: string, digest: string): void {
    this.formerly(tag, digest);
    this.#link(`_manifests/tags/${tag}/current`, digest);
    this.#counters.tag();
  }

  /** An entry in a tag's index: that it points, or once pointed, at a manifest. */
  formerly(tag: string, digest: string): void {
    const index = `_manifests/tags/${tag}/index/sha256`;
    mkdirSync(`${this.#directory}/${index}`, { recursive: true });
    this.#link(`${index}/${hexOf(digest)}`, digest);
  }

  #link(directory: string, digest: string): void {
    mkdirSync(`${this.#directory}/${directory}`);
    this.#counters.file(`${this.#directory}/${directory}/link`, digest);
  }
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}
