import type { Key, Prefix } from '@dunnage/driver-api';
import { splitDigest, type Digest } from './digest.ts';

/** Where the registry keeps everything, below the storage's root. */
export const registryPrefix = 'docker/registry/v2/' as Prefix;
/** Where the registry keeps repositories. */
export const repositoriesPrefix = `${registryPrefix}repositories/` as Prefix;
/** Where the registry keeps blobs. */
export const blobsPrefix = `${registryPrefix}blobs/` as Prefix;
/** GitLab's mark that a metadata database manages this storage; beside the registry's own tree. */
export const databaseInUseKey = 'docker/registry/lockfiles/database-in-use' as Key;
/** Where we keep our own state: beside the registry's tree, never inside. */
export const statePrefix = 'dunnage/' as Prefix;

// The pieces are valid by construction (parsed digests, names taken from keys), so they are branded without parsing
// each again: these functions run once per object of the registry.

export function blobKey(digest: Digest): Key {
  const [algorithm, hex] = splitDigest(digest);
  return `${blobsPrefix}${algorithm}/${hex.slice(0, 2)}/${hex}/data` as Key;
}

export function repositoryPrefix(repository: string): Prefix {
  return `${repositoriesPrefix}${repository}/` as Prefix;
}

export function revisionKey(repository: string, digest: Digest): Key {
  return `${repositoryPrefix(repository)}_manifests/revisions/${path(digest)}/link` as Key;
}

/** Where schema 1 revisions keep links to their signatures. */
export function signaturesPrefix(repository: string, digest: Digest): Prefix {
  return `${repositoryPrefix(repository)}_manifests/revisions/${path(digest)}/signatures/` as Prefix;
}

export function signatureKey(repository: string, revision: Digest, signature: Digest): Key {
  return `${signaturesPrefix(repository, revision)}${path(signature)}/link` as Key;
}

export function tagKey(repository: string, tag: string): Key {
  return `${repositoryPrefix(repository)}_manifests/tags/${tag}/current/link` as Key;
}

export function tagIndexKey(repository: string, tag: string, digest: Digest): Key {
  return `${repositoryPrefix(repository)}_manifests/tags/${tag}/index/${path(digest)}/link` as Key;
}

export function layerLinkKey(repository: string, digest: Digest): Key {
  return `${repositoryPrefix(repository)}_layers/${path(digest)}/link` as Key;
}

export function uploadsPrefix(repository: string): Prefix {
  return `${repositoryPrefix(repository)}_uploads/` as Prefix;
}

function path(digest: Digest): string {
  return digest.replace(':', '/');
}
