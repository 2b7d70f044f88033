import { hasCode, type Key, type StorageDriver } from '@dunnage/driver-api';
import { createHash } from 'node:crypto';
import type { Digest } from './digest.ts';
import { namedIn } from './named-in.ts';
import * as paths from './paths.ts';

/** Something that a client could not pull. */
export interface Problem {
  readonly repository: string;
  /** The tag (or the digest, for a manifest that was asked for) from which the way led here. */
  readonly from: string;
  readonly kind: 'tag' | 'manifest' | 'blob';
  readonly key: Key;
  readonly message: string;
}

/** What {@link verify} looked at. */
export interface Verified {
  readonly repositories: number;
  readonly tags: number;
  /** Distinct ones, per repository. */
  readonly manifests: number;
  /** Distinct ones, per repository. */
  readonly blobs: number;
  readonly problems: readonly Problem[];
}

export interface VerifyOptions {
  /** Manifests to pull besides all tags: referrers, images known by digest. */
  readonly also?: readonly { readonly repository: string; readonly digest: Digest }[];
  readonly signal?: AbortSignal;
}

type Reader = Pick<StorageDriver, 'get' | 'list'>;

/**
 * Pulls every tag, as a client would through the registry: tag link, revision link, manifest, each
 * child in the same way, and for config and layers the layer link and the blob, whose bytes must
 * have the digest that was asked for. It shares no code with the collector.
 */
export async function verify(storage: Reader, options: VerifyOptions = {}): Promise<Verified> {
  const pull = new Pull(storage, options.signal);
  const tags = await tagsIn(storage, options.signal);
  for (const { repository, tag } of tags) await pull.tag(repository, tag);
  for (const { repository, digest } of options.also ?? []) {
    await pull.manifest(repository, digest, digest);
  }
  return {
    repositories: new Set(tags.map(({ repository }) => repository)).size,
    tags: tags.length,
    manifests: pull.manifests.size,
    blobs: pull.blobs.size,
    problems: pull.problems,
  };
}

async function tagsIn(
  storage: Reader,
  signal: AbortSignal | undefined,
): Promise<{ repository: string; tag: string }[]> {
  const prefix = paths.repositoriesPrefix;
  const tags: { repository: string; tag: string }[] = [];
  for await (const page of storage.list({ prefix, detail: 'keys', signal })) {
    for (const { key } of page.objects) {
      const match = /^(.+)\/_manifests\/tags\/([^/]+)\/current\/link$/.exec(
        key.slice(prefix.length),
      );
      const [, repository, tag] = match ?? [];
      if (repository !== undefined && tag !== undefined) tags.push({ repository, tag });
    }
  }
  return tags;
}

/** One verification: remembers per repository what it has pulled. */
class Pull {
  readonly problems: Problem[] = [];
  readonly manifests = new Set<string>();
  readonly blobs = new Set<string>();
  readonly #storage: Reader;
  readonly #signal: AbortSignal | undefined;

  constructor(storage: Reader, signal: AbortSignal | undefined) {
    this.#storage = storage;
    this.#signal = signal;
  }

  async tag(repository: string, tag: string): Promise<void> {
    const key = paths.tagKey(repository, tag);
    const target = await this.#link(key);
    if (target === undefined) {
      this.#report(repository, tag, 'tag', key, 'the tag is not a link to a manifest');
      return;
    }
    await this.manifest(repository, tag, target);
  }

  /** Pulls a manifest and all that it names; indexes may be nested as deep as they like. */
  async manifest(repository: string, from: string, root: Digest): Promise<void> {
    const pending = [root];
    for (let digest = pending.pop(); digest !== undefined; digest = pending.pop()) {
      const mark = `${repository}@${digest}`;
      if (this.manifests.has(mark)) continue;
      this.manifests.add(mark);
      const link = paths.revisionKey(repository, digest);
      if ((await this.#link(link)) !== digest) {
        this.#report(repository, from, 'manifest', link, `${digest} is not linked`);
        continue;
      }
      const parsed = await this.#parsed(repository, from, digest);
      if (parsed === undefined) continue;
      pending.push(...parsed.manifests);
      for (const blob of parsed.blobs) await this.#blob(repository, from, blob);
    }
  }

  async #parsed(
    repository: string,
    from: string,
    digest: Digest,
  ): Promise<{ manifests: Digest[]; blobs: Digest[] } | undefined> {
    const key = paths.blobKey(digest);
    const read = await this.#hashed(key, digest.startsWith('sha512') ? 'sha512' : 'sha256', true);
    if (read?.digest !== digest) {
      this.#report(repository, from, 'manifest', key, missingOrWrong(digest, read?.digest));
      return undefined;
    }
    try {
      return namedIn(JSON.parse(new TextDecoder().decode(read.bytes)));
    } catch {
      this.#report(repository, from, 'manifest', key, `${digest} is not JSON`);
      return undefined;
    }
  }

  async #blob(repository: string, from: string, digest: Digest): Promise<void> {
    const mark = `${repository}@${digest}`;
    if (this.blobs.has(mark)) return;
    this.blobs.add(mark);
    const link = paths.layerKey(repository, digest);
    const target = await this.#link(link);
    if (target === undefined) {
      this.#report(repository, from, 'blob', link, `${digest} is not linked`);
      return;
    }
    const key = paths.blobKey(target);
    const algorithm = digest.startsWith('sha512') ? 'sha512' : 'sha256';
    const read = await this.#hashed(key, algorithm, false);
    if (read?.digest !== digest) {
      this.#report(repository, from, 'blob', key, missingOrWrong(digest, read?.digest));
    }
  }

  async #link(key: Key): Promise<Digest | undefined> {
    const read = await this.#hashed(key, 'sha256', true);
    const text = new TextDecoder().decode(read?.bytes);
    return /^[a-z0-9+._-]+:[0-9a-f]{32,}$/.test(text) ? text : undefined;
  }

  async #hashed(
    key: Key,
    algorithm: 'sha256' | 'sha512',
    keep: boolean,
  ): Promise<{ digest: Digest; bytes: Uint8Array } | undefined> {
    try {
      const { body } = await this.#storage.get(key, { signal: this.#signal });
      const hash = createHash(algorithm);
      const parts: Uint8Array[] = [];
      for await (const part of body) {
        hash.update(part);
        if (keep) parts.push(part);
      }
      return { digest: `${algorithm}:${hash.digest('hex')}`, bytes: Buffer.concat(parts) };
    } catch (error) {
      if (hasCode(error, 'NOT_FOUND')) return undefined;
      throw error;
    }
  }

  #report(
    repository: string,
    from: string,
    kind: Problem['kind'],
    key: Key,
    message: string,
  ): void {
    this.problems.push({ repository, from, kind, key, message });
  }
}

function missingOrWrong(wanted: Digest, found: Digest | undefined): string {
  return found === undefined ? `${wanted} is not there` : `the bytes of ${wanted} are ${found}`;
}
