import { joinKey, type Key } from '@dunnage/driver-api';
import { bytesOf, digestOf, type Content, type Digest } from './digest.ts';
import {
  artifactManifest,
  encodeManifest,
  imageConfig,
  imageManifest,
  indexManifest,
  schema1Manifest,
  type Blob,
  type Descriptor,
} from './manifests.ts';
import { mediaTypes } from './media-types.ts';
import * as paths from './paths.ts';
import type {
  ArtifactSpec,
  BuildkitCacheSpec,
  ImageSpec,
  IndexSpec,
  PushedManifest,
  Schema1Spec,
  UploadSpec,
} from './specs.ts';
import { RegistryStore, type RegistryStorage, type StoreHooks } from './store.ts';

/**
 * Writes what a registry would have written, straight onto a storage: real manifests with right
 * digests, in the order in which a push writes them (content, then the links to it). Contents are
 * deterministic: the same calls make the same digests.
 */
export class RegistryBuilder {
  readonly store: RegistryStore;
  #made = 0;

  constructor(storage: RegistryStorage, hooks: StoreHooks = {}) {
    this.store = new RegistryStore(storage, hooks);
  }

  // Content

  /** A blob that no repository links: what a crashed push or a removed link leaves. */
  async blob(content: Content): Promise<Blob> {
    const bytes = bytesOf(content);
    const digest = digestOf(bytes);
    await this.store.put(paths.blobKey(digest), bytes);
    return { digest, size: bytes.byteLength };
  }

  /** A blob as a finished upload leaves it: content and layer link. */
  async layer(repository: string, content?: Content): Promise<Blob> {
    const blob = await this.blob(content ?? this.#unique(`layer of ${repository}`));
    await this.mount(repository, blob);
    return blob;
  }

  /** Links a blob that is already there into a repository. */
  async mount(repository: string, blob: Blob): Promise<void> {
    await this.store.put(paths.layerKey(repository, blob.digest), blob.digest);
  }

  /**
   * A layer pushed under a SHA-512 digest: stored once, under its SHA-256, with a link from the one
   * to the other. Manifests name the SHA-512.
   */
  async alias(repository: string, content: Content): Promise<Blob & { readonly target: Digest }> {
    const { digest: target, size } = await this.layer(repository, content);
    const digest = digestOf(content, 'sha512');
    await this.store.put(paths.layerKey(repository, digest), target);
    return { digest, size, target };
  }

  // Manifests

  async image(spec: ImageSpec): Promise<PushedManifest> {
    const { repository, docker = false } = spec;
    const layers = await this.#layers(repository, spec.layers ?? [this.#unique('image layer')]);
    const config = await this.#push(
      repository,
      spec.config ?? JSON.stringify(imageConfig(layers, spec.labels)),
    );
    const types = docker
      ? { config: mediaTypes.dockerConfig, layer: mediaTypes.dockerLayer }
      : { config: mediaTypes.ociConfig, layer: mediaTypes.ociLayer };
    const manifest = imageManifest({
      ...spec,
      docker,
      config: describe(config, types.config),
      layers: layers.map((layer) => describe(layer, types.layer)),
    });
    return this.manifest({ ...spec, manifest, blobs: [config, ...layers] });
  }

  async index(spec: IndexSpec): Promise<PushedManifest> {
    const { docker = false } = spec;
    const manifests = spec.manifests.map((child) => describe(child, child.mediaType, child));
    return this.manifest({ ...spec, manifest: indexManifest({ ...spec, manifests, docker }) });
  }

  async buildkitCache(spec: BuildkitCacheSpec): Promise<PushedManifest> {
    const layers = await this.#layers(spec.repository, spec.layers);
    const config = await this.#push(
      spec.repository,
      JSON.stringify({ layers: layers.map(({ digest }) => ({ blob: digest })), records: [] }),
    );
    const manifest = indexManifest({
      docker: false,
      manifests: [
        ...layers.map((layer) => describe(layer, mediaTypes.ociLayer)),
        describe(config, mediaTypes.buildkitCacheConfig),
      ],
    });
    return this.manifest({ ...spec, manifest, blobs: [config, ...layers] });
  }

  async artifact(spec: ArtifactSpec): Promise<PushedManifest> {
    const content = await this.#layers(
      spec.repository,
      spec.content ?? [this.#unique(spec.artifactType)],
    );
    const blobs = content.map((blob) => describe(blob, 'application/octet-stream'));
    if (spec.draft === true) {
      return this.manifest({ ...spec, manifest: artifactManifest({ ...spec, blobs }), blobs });
    }
    const config = describe(await this.#push(spec.repository, '{}'), mediaTypes.ociEmpty);
    const manifest = imageManifest({ ...spec, docker: false, config, layers: blobs });
    return this.manifest({ ...spec, manifest, blobs: [config, ...blobs] });
  }

  async schema1(spec: Schema1Spec): Promise<PushedManifest> {
    const { repository } = spec;
    const blobs = await this.#layers(repository, spec.layers);
    const manifest = schema1Manifest({ ...spec, layers: blobs });
    const pushed = await this.manifest({
      ...spec,
      manifest,
      mediaType: mediaTypes.dockerSchema1,
      blobs,
    });
    for (const content of spec.signatures ?? []) {
      const { digest } = await this.blob(content);
      await this.store.put(paths.signatureKey(repository, pushed.digest, digest), digest);
    }
    return pushed;
  }

  /** Pushes a manifest of any shape: an object as JSON, or bytes as they are. */
  async manifest(spec: {
    readonly repository: string;
    readonly manifest: object | Uint8Array | string;
    readonly tag?: string | undefined;
    readonly mediaType?: string;
    readonly blobs?: readonly Blob[];
  }): Promise<PushedManifest> {
    const { repository, manifest, tag, blobs = [] } = spec;
    const isContent = typeof manifest === 'string' || manifest instanceof Uint8Array;
    const blob = await this.blob(isContent ? manifest : encodeManifest(manifest));
    await this.linkManifest(repository, blob.digest);
    if (tag !== undefined) await this.tag(repository, tag, blob.digest);
    const declared = isContent ? undefined : (manifest as { mediaType?: unknown }).mediaType;
    const mediaType =
      spec.mediaType ?? (typeof declared === 'string' ? declared : mediaTypes.ociManifest);
    return { ...blob, mediaType, repository, blobs, ...(tag === undefined ? {} : { tag }) };
  }

  /** Makes a manifest that is in the storage one of the repository's. */
  async linkManifest(repository: string, digest: Digest): Promise<void> {
    await this.store.put(paths.revisionKey(repository, digest), digest);
  }

  // Tags

  /** Points a tag at a manifest; the index entries of earlier ones stay, as in the registry. */
  async tag(repository: string, tag: string, digest: Digest): Promise<void> {
    await this.store.put(paths.tagIndexKey(repository, tag, digest), digest);
    await this.store.put(paths.tagKey(repository, tag), digest);
  }

  /** Deletes a tag as the registry's API does: its link and its index. */
  async untag(repository: string, tag: string): Promise<void> {
    await this.store.remove(...(await this.store.keys(paths.tagPrefix(repository, tag))));
  }

  /**
   * Deletes a manifest by digest as the registry's API does: its revision link, and the links of the
   * tags that point at it. Their index entries stay, and so does all content.
   */
  async deleteManifest(repository: string, digest: Digest): Promise<void> {
    const keys = await this.store.keys(paths.tagsPrefix(repository));
    const doomed: Key[] = [];
    for (const key of keys) {
      if (!key.endsWith('/current/link')) continue;
      if ((await this.store.text(key)) === digest) doomed.push(key);
    }
    await this.store.remove(paths.revisionKey(repository, digest), ...doomed);
  }

  /** Deletes a blob as the registry's API does: only the repository's link to it. */
  async deleteLayer(repository: string, digest: Digest): Promise<void> {
    await this.store.remove(paths.layerKey(repository, digest));
  }

  // The rest of the tree

  /** An unfinished upload, as an interrupted push leaves it. Returns its keys. */
  async upload(spec: UploadSpec): Promise<Key[]> {
    const { repository, startedat = null, data = 'half a layer', hashstates = [0] } = spec;
    const id = spec.id ?? `00000000-0000-4000-8000-${String(++this.#made).padStart(12, '0')}`;
    const prefix = paths.uploadPrefix(repository, id);
    const files = new Map<Key, Content>([[joinKey(prefix, 'data'), data]]);
    for (const offset of hashstates) {
      files.set(joinKey(prefix, 'hashstates', 'sha256', String(offset)), `state at ${offset}`);
    }
    if (startedat !== null) {
      const text = typeof startedat === 'number' ? rfc3339(startedat) : startedat;
      files.set(joinKey(prefix, 'startedat'), text);
    }
    for (const [key, content] of files) await this.store.put(key, content);
    return [...files.keys()];
  }

  /** Any file below the registry's root that is no part of the layout. */
  async stray(path: string, content: Content = 'stray'): Promise<Key> {
    const key = joinKey(paths.registryPrefix, path);
    await this.store.put(key, content);
    return key;
  }

  /** GitLab's metadata database takes charge of this storage. */
  async lockForDatabase(): Promise<Key> {
    await this.store.put(paths.databaseLockKey, '{"version":1}');
    return paths.databaseLockKey;
  }

  async #push(repository: string, content: Blob | Content): Promise<Blob> {
    if (typeof content === 'string' || content instanceof Uint8Array) {
      return this.layer(repository, content);
    }
    if (content.digest.startsWith('sha256:')) await this.mount(repository, content);
    return content;
  }

  #layers(repository: string, contents: readonly (Blob | Content)[]): Promise<Blob[]> {
    return Promise.all(contents.map((content) => this.#push(repository, content)));
  }

  #unique(what: string): string {
    return `${what}, the ${++this.#made}. that this builder made\n`;
  }
}

/** The name under which clients without the referrers API keep what belongs to a manifest. */
export function fallbackTag(digest: Digest, suffix: '' | '.sig' | '.sbom' | '.att' = ''): string {
  return `${digest.replace(':', '-')}${suffix}`;
}

function describe(blob: Blob, mediaType: string, more: Partial<Descriptor> = {}): Descriptor {
  const { platform, artifactType, urls, annotations } = more;
  return {
    mediaType,
    digest: blob.digest,
    size: blob.size,
    ...(platform === undefined ? {} : { platform }),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(urls === undefined ? {} : { urls }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** As the registry writes it: seconds, no fraction. */
function rfc3339(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
