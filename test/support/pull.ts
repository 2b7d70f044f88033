import type { Content } from './content.ts';
import type { RegistryClient } from './registry-client.ts';

/**
 * What became of everything that a client needs of a tag: `ok`, or the status with which the registry
 * refused it, by what was asked for (`repository tag`, `repository digest`).
 */
export type Pulled = ReadonlyMap<string, 'ok' | number>;

/**
 * Pulls every tag of every repository: its manifest, all platforms of an index however deep, all
 * configs and layers, each with its digest verified.
 */
export async function pullEverything(client: RegistryClient): Promise<Pulled> {
  const pulled = new Map<string, 'ok' | number>();
  for (const repository of await client.repositories()) {
    const repositoryPull = new RepositoryPull(client, repository, pulled);
    for (const tag of await client.tags(repository)) await repositoryPull.manifest(tag);
  }
  return new Map([...pulled].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What could not be had. */
export function failuresIn(pulled: Pulled): Record<string, number> {
  const failures: Record<string, number> = {};
  for (const [what, outcome] of pulled) if (outcome !== 'ok') failures[what] = outcome;
  return failures;
}

class RepositoryPull {
  readonly #client: RegistryClient;
  readonly #repository: string;
  readonly #pulled: Map<string, 'ok' | number>;

  constructor(client: RegistryClient, repository: string, pulled: Map<string, 'ok' | number>) {
    this.#client = client;
    this.#repository = repository;
    this.#pulled = pulled;
  }

  /** Pulls a manifest, by tag or digest, and all that it refers to. */
  async manifest(reference: string): Promise<void> {
    const name = `${this.#repository} ${reference}`;
    if (this.#pulled.has(name)) return;
    const manifest = await this.#client.pullManifest(this.#repository, reference);
    this.#pulled.set(name, typeof manifest === 'number' ? manifest : 'ok');
    if (typeof manifest === 'number') return;
    for (const { digest, isManifest } of referencesOf(manifest)) {
      await (isManifest ? this.manifest(digest) : this.#blob(digest));
    }
  }

  async #blob(digest: string): Promise<void> {
    const name = `${this.#repository} ${digest}`;
    if (this.#pulled.has(name)) return;
    const status = await this.#client.pullBlob(this.#repository, digest);
    this.#pulled.set(name, status === 200 ? 'ok' : status);
  }
}

interface Reference {
  readonly digest: string;
  readonly isManifest: boolean;
}

/** What a client follows from a manifest; a subject is not among it. */
function referencesOf(manifest: Pick<Content, 'bytes'>): Reference[] {
  const parsed = JSON.parse(new TextDecoder().decode(manifest.bytes)) as {
    readonly config?: { readonly digest: string };
    readonly layers?: readonly { readonly digest: string }[];
    readonly manifests?: readonly { readonly digest: string; readonly mediaType?: string }[];
  };
  const blobs = [...(parsed.config === undefined ? [] : [parsed.config]), ...(parsed.layers ?? [])];
  return [
    ...blobs.map(({ digest }) => ({ digest, isManifest: false })),
    ...(parsed.manifests ?? []).map(({ digest, mediaType = '' }) => ({
      digest,
      // BuildKit's cache lists layers where others list platforms.
      isManifest: /manifest|index/.test(mediaType),
    })),
  ];
}
