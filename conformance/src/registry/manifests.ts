import type { Digest } from './digest.ts';
import { mediaTypes } from './media-types.ts';

/** Content of a known size. */
export interface Blob {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
}

/** How a manifest names something. */
export interface Descriptor extends Blob {
  readonly mediaType: string;
  readonly platform?: Readonly<Record<string, unknown>>;
  readonly artifactType?: string;
  readonly urls?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What an image manifest says. */
export interface ImageParts {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly docker: boolean;
  readonly artifactType?: string | undefined;
  readonly subject?: Blob | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** An OCI image manifest, or Docker's schema 2. */
export function imageManifest(parts: ImageParts): object {
  const { config, layers, docker, artifactType, subject, annotations } = parts;
  return {
    schemaVersion: 2,
    mediaType: docker ? mediaTypes.dockerManifest : mediaTypes.ociManifest,
    ...(artifactType === undefined ? {} : { artifactType }),
    config,
    layers,
    ...(subject === undefined ? {} : { subject: subjectDescriptor(subject) }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** What an index says. */
export interface IndexParts {
  readonly manifests: readonly Descriptor[];
  readonly docker: boolean;
  readonly artifactType?: string | undefined;
  readonly subject?: Blob | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** An OCI index, or Docker's manifest list. */
export function indexManifest(parts: IndexParts): object {
  const { manifests, docker, artifactType, subject, annotations } = parts;
  return {
    schemaVersion: 2,
    mediaType: docker ? mediaTypes.dockerList : mediaTypes.ociIndex,
    ...(artifactType === undefined ? {} : { artifactType }),
    manifests,
    ...(subject === undefined ? {} : { subject: subjectDescriptor(subject) }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** The artifact manifest of the OCI 1.1 draft, which has `blobs` and no config. */
export function artifactManifest(parts: {
  readonly artifactType: string;
  readonly blobs: readonly Descriptor[];
  readonly subject?: Blob | undefined;
}): object {
  const { artifactType, blobs, subject } = parts;
  return {
    mediaType: mediaTypes.ociArtifact,
    artifactType,
    blobs,
    ...(subject === undefined ? {} : { subject: subjectDescriptor(subject) }),
  };
}

/** The payload of a schema 1 manifest: layers newest first, as that format has them. */
export function schema1Manifest(parts: {
  readonly repository: string;
  readonly tag: string;
  readonly layers: readonly Blob[];
}): object {
  const newestFirst = parts.layers.toReversed();
  return {
    schemaVersion: 1,
    name: parts.repository,
    tag: parts.tag,
    architecture: 'amd64',
    fsLayers: newestFirst.map(({ digest }) => ({ blobSum: digest })),
    history: newestFirst.map(({ digest }, index) => ({
      v1Compatibility: JSON.stringify({ id: digest.split(':')[1], position: index }),
    })),
  };
}

/** The configuration of a runnable image. */
export function imageConfig(
  layers: readonly Blob[],
  labels: Readonly<Record<string, string>> = {},
): object {
  return {
    created: '2026-01-01T00:00:00Z',
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: labels },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  };
}

/** A manifest's text, indented as the usual clients push it. */
export function encodeManifest(manifest: object): string {
  return JSON.stringify(manifest, undefined, 2);
}

function subjectDescriptor(subject: Blob & { readonly mediaType?: string }): Descriptor {
  const { mediaType = mediaTypes.ociManifest, digest, size } = subject;
  return { mediaType, digest, size };
}
