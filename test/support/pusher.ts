import { content, type Content, type Descriptor, descriptor, MediaType } from './content.ts';
import type { RegistryClient } from './registry-client.ts';

/** The two families of manifests, which differ in media types only. */
type Family = 'oci' | 'docker';

const FAMILIES = {
  oci: {
    manifest: MediaType.ociManifest,
    index: MediaType.ociIndex,
    config: MediaType.ociConfig,
    layer: MediaType.ociLayer,
  },
  docker: {
    manifest: MediaType.dockerManifest,
    index: MediaType.dockerList,
    config: MediaType.dockerConfig,
    layer: MediaType.dockerLayer,
  },
} as const;

/** How an image is to be pushed. */
export interface ImageSpec {
  readonly tag?: string;
  /** Layers, by what is in them: equal texts are the same blob. */
  readonly layers: readonly string[];
  readonly family?: Family;
  readonly architecture?: string;
}

/** Makes images and pushes them, as a client does: blobs first, then manifests. */
export class Pusher {
  readonly #client: RegistryClient;

  constructor(client: RegistryClient) {
    this.#client = client;
  }

  async image(repository: string, spec: ImageSpec): Promise<Content> {
    const types = FAMILIES[spec.family ?? 'oci'];
    const { architecture = 'amd64' } = spec;
    const config = content(types.config, {
      architecture,
      os: 'linux',
      config: { Labels: { made: `${repository} ${spec.layers.join(' ')}` } },
    });
    const layers = spec.layers.map((text) => content(types.layer, text));
    for (const blob of [config, ...layers]) await this.#client.pushBlob(repository, blob);
    return await this.#manifest(repository, spec.tag, types.manifest, {
      config: descriptor(config),
      layers: layers.map((layer) => descriptor(layer)),
    });
  }

  /** Two images for two platforms, untagged, and a tagged index of them. */
  async multi(repository: string, tag: string, family: Family = 'oci'): Promise<Multi> {
    const platforms = [];
    for (const architecture of ['amd64', 'arm64']) {
      const layers = ['base layer', `${repository}:${tag} for ${architecture}`];
      platforms.push(await this.image(repository, { layers, family, architecture }));
    }
    const [amd64, arm64] = platforms;
    if (amd64 === undefined || arm64 === undefined) throw new Error('two platforms');
    const index = await this.index(repository, platforms, tag, family);
    return { index, amd64, arm64 };
  }

  async index(
    repository: string,
    children: readonly Content[],
    tag?: string,
    family: Family = 'oci',
  ): Promise<Content> {
    const manifests = children.map((child, number) => {
      const architecture = number === 0 ? 'amd64' : 'arm64';
      return descriptor(child, { platform: { architecture, os: 'linux' } });
    });
    return await this.#manifest(repository, tag, FAMILIES[family].index, { manifests });
  }

  /** A signature, attestation or bill of materials: an untagged manifest about another one. */
  async artifact(repository: string, about: Content, text: string): Promise<Content> {
    const config = content(MediaType.ociEmpty, '{}');
    const layer = content('application/vnd.example.signature', text);
    for (const blob of [config, layer]) await this.#client.pushBlob(repository, blob);
    return await this.#manifest(repository, undefined, MediaType.ociManifest, {
      artifactType: layer.mediaType,
      config: descriptor(config),
      layers: [descriptor(layer)],
      subject: descriptor(about),
    });
  }

  /** The tag under which clients list referrers where the registry has no referrers API. */
  async fallbackTag(repository: string, about: Content, artifact: Content): Promise<Content> {
    const tag = about.digest.replace(':', '-');
    const manifests: Descriptor[] = [
      descriptor(artifact, { artifactType: 'application/vnd.example.signature' }),
    ];
    return await this.#manifest(repository, tag, MediaType.ociIndex, { manifests });
  }

  /** A signature as older tools push it: an image under a tag made of the signed digest. */
  async signatureTag(repository: string, about: Content): Promise<Content> {
    const tag = `${about.digest.replace(':', '-')}.sig`;
    return await this.image(repository, { tag, layers: [`signature of ${about.digest}`] });
  }

  /** What BuildKit exports as a cache: an index that lists layers and a cache config, no manifests. */
  async buildCache(repository: string, tag: string, steps: readonly string[]): Promise<Content> {
    const layers = steps.map((step) => content(MediaType.ociLayer, step));
    const config = content(MediaType.buildkitCacheConfig, {
      layers: layers.map(({ digest }) => ({ blob: digest })),
      records: [],
    });
    for (const blob of [...layers, config]) await this.#client.pushBlob(repository, blob);
    const manifests = [...layers, config].map((blob) => descriptor(blob));
    return await this.#manifest(repository, tag, MediaType.ociIndex, { manifests });
  }

  async #manifest(
    repository: string,
    tag: string | undefined,
    mediaType: string,
    body: object,
  ): Promise<Content> {
    const manifest = content(mediaType, { schemaVersion: 2, mediaType, ...body });
    await this.#client.pushManifest(repository, manifest, tag);
    return manifest;
  }
}

export interface Multi {
  readonly index: Content;
  readonly amd64: Content;
  readonly arm64: Content;
}
