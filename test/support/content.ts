import { createHash } from 'node:crypto';

/** What a manifest says of something it refers to. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly platform?: { readonly architecture: string; readonly os: string };
}

/** Bytes and what they are called. */
export interface Content {
  readonly bytes: Uint8Array;
  readonly digest: string;
  readonly mediaType: string;
}

export const MediaType = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  buildkitCacheConfig: 'application/vnd.buildkit.cacheconfig.v0',
} as const;

const encoder = new TextEncoder();

/** The digest that names `bytes`. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Content of a text, or of a value as JSON. */
export function content(mediaType: string, from: string | object): Content {
  const bytes = encoder.encode(
    typeof from === 'string' ? from : JSON.stringify(from, undefined, 2),
  );
  return { bytes, digest: digestOf(bytes), mediaType };
}

/** How a manifest refers to `it`. */
export function descriptor(it: Content, more: Partial<Descriptor> = {}): Descriptor {
  return { mediaType: it.mediaType, digest: it.digest, size: it.bytes.length, ...more };
}
