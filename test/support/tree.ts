import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const BASE = 'docker/registry/v2';

/** All that lies below a registry's root: paths of files, and of directories that hold nothing. */
export function objectsIn(root: string): Set<string> {
  const base = join(root, BASE);
  const paths = new Set<string>();
  const visit = (directory: string): void => {
    const entries = readdirSync(directory, { withFileTypes: true });
    if (entries.length === 0) paths.add(`${relative(base, directory)}/`);
    for (const entry of entries) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) visit(path);
      else paths.add(relative(base, path));
    }
  };
  visit(base);
  return paths;
}

/** True when one of {@link objectsIn}'s paths is below a root, as a file or as a directory with or without content. */
export function hasObject(root: string, path: string): boolean {
  return existsSync(join(root, BASE, path));
}

/** What a path is, as far as a comparison has to know. */
export type ObjectKind =
  | { readonly kind: 'blob'; readonly digest: string }
  | {
      readonly kind: 'revision' | 'layer-link' | 'tag-index';
      readonly repository: string;
      readonly digest: string;
    }
  | { readonly kind: 'tag'; readonly repository: string; readonly tag: string }
  | { readonly kind: 'empty-directory' | 'upload' | 'other' };

/** Tells what a path of {@link objectsIn} is. */
export function classify(path: string): ObjectKind {
  if (path.endsWith('/')) return { kind: 'empty-directory' };
  const blob = /^blobs\/sha256\/..\/([0-9a-f]{64})\/data$/.exec(path)?.[1];
  if (blob !== undefined) return { kind: 'blob', digest: `sha256:${blob}` };
  const [, repository = '', rest = ''] = /^repositories\/(.+?)\/(_.*)$/.exec(path) ?? [];
  const hex = /\/sha256\/([0-9a-f]{64})\/link$/.exec(rest)?.[1];
  const tag = /^_manifests\/tags\/([^/]+)\/current\/link$/.exec(rest)?.[1];
  if (tag !== undefined) return { kind: 'tag', repository, tag };
  if (rest.startsWith('_uploads/')) return { kind: 'upload' };
  if (hex === undefined) return { kind: 'other' };
  const digest = `sha256:${hex}`;
  if (rest.startsWith('_layers/')) return { kind: 'layer-link', repository, digest };
  if (rest.startsWith('_manifests/revisions/')) return { kind: 'revision', repository, digest };
  if (rest.startsWith('_manifests/tags/')) return { kind: 'tag-index', repository, digest };
  return { kind: 'other' };
}

/** A manifest, as far as its references go. */
export interface ManifestFacts {
  /** What it lists as `manifests`: platforms, or a build cache's layers. */
  readonly children: readonly string[];
  /** Its config and layers. */
  readonly blobs: readonly string[];
  readonly subject?: string;
}

/** One repository of a {@link RegistryTree}. */
export interface RepositoryFacts {
  readonly name: string;
  readonly revisions: ReadonlySet<string>;
  /** Tags and what they point at. */
  readonly tags: ReadonlyMap<string, string>;
}

/** A registry's tree, read from disk by code that knows nothing of Dunnage. */
export class RegistryTree {
  readonly repositories: readonly RepositoryFacts[];
  readonly #base: string;

  constructor(root: string) {
    this.#base = join(root, BASE);
    const names = new Set<string>();
    for (const path of objectsIn(root)) {
      const name = /^repositories\/(.+?)\/_/.exec(path)?.[1];
      if (name !== undefined) names.add(name);
    }
    this.repositories = [...names].sort().map((name) => this.#repository(name));
  }

  hasBlob(digest: string): boolean {
    return existsSync(this.#blobPath(digest));
  }

  /** True when a repository has the manifest. */
  hasRevision(digest: string): boolean {
    return this.repositories.some(({ revisions }) => revisions.has(digest));
  }

  /** What a blob refers to when it is a manifest; `undefined` when it is gone or something else. */
  manifest(digest: string): ManifestFacts | undefined {
    if (!this.hasBlob(digest)) return undefined;
    const parsed = parseManifest(readFileSync(this.#blobPath(digest), 'utf8'));
    if (parsed === undefined) return undefined;
    const { config, layers = [], manifests = [], subject } = parsed;
    return {
      children: manifests.map((child) => child.digest),
      blobs: [...(config === undefined ? [] : [config]), ...layers].map((blob) => blob.digest),
      ...(subject === undefined ? {} : { subject: subject.digest }),
    };
  }

  #blobPath(digest: string): string {
    const hex = digest.slice('sha256:'.length);
    return join(this.#base, 'blobs/sha256', hex.slice(0, 2), hex, 'data');
  }

  #repository(name: string): RepositoryFacts {
    const manifests = join(this.#base, 'repositories', name, '_manifests');
    const revisions = join(manifests, 'revisions/sha256');
    const linked = namesIn(revisions).filter((hex) => existsSync(join(revisions, hex, 'link')));
    const tags = join(manifests, 'tags');
    return {
      name,
      revisions: new Set(linked.map((hex) => `sha256:${hex}`)),
      tags: new Map(namesIn(tags).map((tag) => [tag, readText(join(tags, tag, 'current/link'))])),
    };
  }
}

interface Described {
  readonly digest: string;
}

interface ParsedManifest {
  readonly config?: Described;
  readonly layers?: readonly Described[];
  readonly manifests?: readonly Described[];
  readonly subject?: Described;
}

function parseManifest(text: string): ParsedManifest | undefined {
  if (!text.includes('"schemaVersion"')) return undefined;
  try {
    return JSON.parse(text) as ParsedManifest;
  } catch {
    return undefined;
  }
}

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
