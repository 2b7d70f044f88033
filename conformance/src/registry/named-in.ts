import type { Digest } from './digest.ts';

/** What a manifest names: by kind of manifest, not by what happens to be linked. */
export function namedIn(manifest: unknown): { manifests: Digest[]; blobs: Digest[] } {
  const it = manifest as {
    readonly manifests?: readonly { digest: Digest; mediaType?: string }[];
    readonly config?: { digest: Digest };
    readonly layers?: readonly { digest: Digest; urls?: readonly string[] }[];
    readonly blobs?: readonly { digest: Digest }[];
    readonly fsLayers?: readonly { blobSum: Digest }[];
  };
  const children = it.manifests ?? [];
  const isManifest = (entry: { mediaType?: string }): boolean =>
    entry.mediaType === undefined || /\b(?:manifest|index)\b/.test(entry.mediaType);
  return {
    manifests: children.filter(isManifest).map(({ digest }) => digest),
    blobs: [
      ...children.filter((entry) => !isManifest(entry)).map(({ digest }) => digest),
      ...(it.config === undefined ? [] : [it.config.digest]),
      // A layer with URLs is fetched from there; registries do not hold it.
      ...(it.layers ?? []).filter(({ urls }) => urls === undefined).map(({ digest }) => digest),
      ...(it.blobs ?? []).map(({ digest }) => digest),
      ...(it.fsLayers ?? []).map(({ blobSum }) => blobSum),
    ],
  };
}
