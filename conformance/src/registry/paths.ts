/**
 * Where a registry keeps what, written down from its documentation and on purpose a second time:
 * a kit that took the paths from the collector under test could not notice a wrong one.
 */
import { parseKey, parsePrefix, type Key, type Prefix } from '@dunnage/driver-api';
import { splitDigest, type Digest } from './digest.ts';

const base = 'docker/registry/v2';

/** Everything that belongs to the registry. */
export const registryPrefix: Prefix = parsePrefix(`${base}/`);
/** The lock of GitLab's metadata database: while it is there, no other collector may run. */
export const databaseLockKey: Key = parseKey('docker/registry/lockfiles/database-in-use');
/** Says that the file system is in charge: the harmless sibling of {@link databaseLockKey}. */
export const filesystemLockKey: Key = parseKey('docker/registry/lockfiles/filesystem-in-use');

/** A digest as directories: the characters that join parts of an algorithm's name become `/`. */
function path(digest: Digest): string {
  const { algorithm, hex } = splitDigest(digest);
  return `${algorithm.replaceAll(/[+.;]/g, '/')}/${hex}`;
}

/** The content of a blob, manifests included. */
export function blobKey(digest: Digest): Key {
  const { algorithm, hex } = splitDigest(digest);
  const directory = algorithm.replaceAll(/[+.;]/g, '/');
  return parseKey(`${base}/blobs/${directory}/${hex.slice(0, 2)}/${hex}/data`);
}

/** Below it, one directory tree of repositories. */
export const repositoriesPrefix: Prefix = parsePrefix(`${base}/repositories/`);

/** All that belongs to a repository (and to repositories nested in it). */
export function repositoryPrefix(repository: string): Prefix {
  return parsePrefix(`${repositoriesPrefix}${repository}/`);
}

function inRepository(repository: string, rest: string): Key {
  return parseKey(repositoryPrefix(repository) + rest);
}

/** The link that makes a manifest one of the repository's. */
export function revisionKey(repository: string, digest: Digest): Key {
  return inRepository(repository, `_manifests/revisions/${path(digest)}/link`);
}

/** The link to a signature of a schema 1 manifest. */
export function signatureKey(repository: string, manifest: Digest, signature: Digest): Key {
  return inRepository(
    repository,
    `_manifests/revisions/${path(manifest)}/signatures/${path(signature)}/link`,
  );
}

/** All tags of a repository. */
export function tagsPrefix(repository: string): Prefix {
  return parsePrefix(`${repositoryPrefix(repository)}_manifests/tags/`);
}

/** A tag's current link and its index of former ones. */
export function tagPrefix(repository: string, tag: string): Prefix {
  return parsePrefix(`${tagsPrefix(repository)}${tag}/`);
}

/** What a tag points at. */
export function tagKey(repository: string, tag: string): Key {
  return parseKey(`${tagPrefix(repository, tag)}current/link`);
}

/** One of all the manifests that a tag ever pointed at. */
export function tagIndexKey(repository: string, tag: string, digest: Digest): Key {
  return parseKey(`${tagPrefix(repository, tag)}index/${path(digest)}/link`);
}

/** The link that lets a repository serve a blob. */
export function layerKey(repository: string, digest: Digest): Key {
  return inRepository(repository, `_layers/${path(digest)}/link`);
}

/** All that an unfinished upload has written. */
export function uploadPrefix(repository: string, id: string): Prefix {
  return parsePrefix(`${repositoryPrefix(repository)}_uploads/${id}/`);
}
