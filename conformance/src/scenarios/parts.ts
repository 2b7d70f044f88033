import type { Key } from '@dunnage/driver-api';
import {
  blobKey,
  layerKey,
  revisionKey,
  tagIndexKey,
  type Blob,
  type PushedManifest,
} from '../registry/index.ts';

/** A blob and its layer link. */
export function layerIn(repository: string, blob: Blob): Key[] {
  return [blobKey(blob.digest), layerKey(repository, blob.digest)];
}

/** What a manifest names: its config and layers, and the layer links to them. */
export function contentsOf({ repository, blobs }: PushedManifest): Key[] {
  return blobs.flatMap((blob) => layerIn(repository, blob));
}

/** A manifest without its contents: its blob and its revision link. */
export function manifestOf({ repository, digest }: PushedManifest): Key[] {
  return [blobKey(digest), revisionKey(repository, digest)];
}

/** A manifest and its contents, each with its links. */
export function allOf(...manifests: readonly PushedManifest[]): Key[] {
  return manifests.flatMap((manifest) => manifestOf(manifest).concat(contentsOf(manifest)));
}

/** The entry that a tag's index keeps of a manifest. */
export function indexEntry(manifest: PushedManifest, tag = manifest.tag ?? ''): Key {
  return tagIndexKey(manifest.repository, tag, manifest.digest);
}
