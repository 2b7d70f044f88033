import type { Blob, Descriptor } from './manifests.ts';
import type { Content } from './digest.ts';

/** A manifest that was pushed; as a {@link Descriptor} it can be a child or a subject. */
export interface PushedManifest extends Descriptor {
  readonly repository: string;
  readonly tag?: string;
  /** All blobs that the manifest names and that were pushed or mounted with it, config first. */
  readonly blobs: readonly Blob[];
}

interface ManifestSpec {
  readonly repository: string;
  /** Default: untagged, as `push` by digest leaves it. */
  readonly tag?: string | undefined;
  /** What this one is about: a signature's image. */
  readonly subject?: Blob | undefined;
  readonly artifactType?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** An image to push. */
export interface ImageSpec extends ManifestSpec {
  /** New content, or blobs that are in the storage already; default: one layer of its own. */
  readonly layers?: readonly (Blob | Content)[];
  /** Default: a configuration that names the layers. */
  readonly config?: Blob | Content;
  readonly labels?: Readonly<Record<string, string>>;
  /** Docker's schema 2 in place of OCI; default false. */
  readonly docker?: boolean;
}

/** An index (or Docker's manifest list) to push. */
export interface IndexSpec extends ManifestSpec {
  readonly manifests: readonly Descriptor[];
  /** Docker's manifest list in place of an OCI index; default false. */
  readonly docker?: boolean;
}

/** A BuildKit registry cache: an index whose entries are layers. */
export interface BuildkitCacheSpec {
  readonly repository: string;
  readonly tag?: string;
  readonly layers: readonly (Blob | Content)[];
}

/** An artifact with an empty config: a signature, an SBOM, a chart. */
export interface ArtifactSpec extends ManifestSpec {
  readonly artifactType: string;
  readonly content?: readonly (Blob | Content)[];
  /** As the manifest of OCI's 1.1 draft, with `blobs` and without a config; default false. */
  readonly draft?: boolean;
}

/** A manifest in Docker's first format. */
export interface Schema1Spec {
  readonly repository: string;
  readonly tag: string;
  readonly layers: readonly (Blob | Content)[];
  /** Signatures kept as blobs and linked below the revision, as registries before 2.4 did. */
  readonly signatures?: readonly Content[];
}

/** An unfinished upload. */
export interface UploadSpec {
  readonly repository: string;
  readonly id?: string;
  /** Content of `startedat`: a time in milliseconds since the epoch, any text, or null for no such file. */
  readonly startedat?: number | string | null;
  readonly data?: Content;
  /** Offsets for which a state of the hash is kept. */
  readonly hashstates?: readonly number[];
}
