import { createHash } from 'node:crypto';

/** A storage's content, whole in memory: the oracle is for small trees. */
export type Objects = ReadonlyMap<
  string,
  { readonly bytes: Uint8Array; /** Milliseconds since the epoch. */ readonly modified: number }
>;

/** A link file: its target, or none where it can't be made out. */
export interface Link {
  readonly key: string;
  /** What its path says. */
  readonly digest: string;
  /** What it holds. */
  readonly target: string | undefined;
}

/** What the keys of one repository say. */
export interface Repository {
  readonly revisions: Map<string, Link>;
  readonly signatures: (Link & { readonly manifest: string })[];
  readonly tags: Map<string, Link>;
  readonly entries: (Link & { readonly tag: string })[];
  readonly layers: Map<string, Link>;
  readonly uploads: Map<string, string[]>;
}

export interface Tree {
  /** Key of each blob, by digest. */
  readonly blobs: Map<string, string>;
  readonly repositories: Map<string, Repository>;
}

const digestPath = '(sha256|sha512)/([0-9a-f]{64}|[0-9a-f]{128})';
const inRepository = new RegExp(
  '^docker/registry/v2/repositories/(.+)/(?:' +
    [
      `_manifests/revisions/${digestPath}/link`,
      `_manifests/revisions/${digestPath}/signatures/${digestPath}/link`,
      '_manifests/tags/([^/]+)/current/link',
      `_manifests/tags/([^/]+)/index/${digestPath}/link`,
      `_layers/${digestPath}/link`,
      '_uploads/([^/]+)/.+',
    ]
      .map((pattern, index) => `(?<p${index}>${pattern})`)
      .join('|') +
    ')$',
);
const blob = new RegExp(`^docker/registry/v2/blobs/(sha256|sha512)/(..)/(?=\\2)([0-9a-f]+)/data$`);

/** Sorts keys into what they are; what fits nowhere is a stray, and left out. */
export function readTree(objects: Objects): Tree {
  const tree: Tree = { blobs: new Map(), repositories: new Map() };
  for (const [key, { bytes }] of objects) {
    const [, algorithm, , hex] = blob.exec(key) ?? [];
    if (hex !== undefined) tree.blobs.set(`${algorithm}:${hex}`, key);
    const match = inRepository.exec(key);
    if (match !== null) sort(repositoryOf(tree, match[1] ?? ''), match, key, target(bytes));
  }
  return tree;
}

function repositoryOf(tree: Tree, name: string): Repository {
  const known = tree.repositories.get(name);
  if (known !== undefined) return known;
  const made: Repository = {
    revisions: new Map(),
    signatures: [],
    tags: new Map(),
    entries: [],
    layers: new Map(),
    uploads: new Map(),
  };
  tree.repositories.set(name, made);
  return made;
}

function sort(
  repository: Repository,
  match: RegExpExecArray,
  key: string,
  to: string | undefined,
): void {
  const groups = match.groups ?? {};
  const parts = key.split('/');
  const digest = `${parts.at(-3)}:${parts.at(-2)}`;
  const link: Link = { key, digest, target: to };
  if (groups['p0'] !== undefined) repository.revisions.set(digest, link);
  else if (groups['p1'] !== undefined) {
    repository.signatures.push({ ...link, manifest: `${parts.at(-6)}:${parts.at(-5)}` });
  } else if (groups['p2'] !== undefined) repository.tags.set(parts.at(-3) ?? '', link);
  else if (groups['p3'] !== undefined) {
    repository.entries.push({ ...link, tag: parts.at(-5) ?? '' });
  } else if (groups['p4'] !== undefined) repository.layers.set(digest, link);
  else {
    const id = parts[parts.indexOf('_uploads') + 1] ?? '';
    repository.uploads.set(id, [...(repository.uploads.get(id) ?? []), key]);
  }
}

function target(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes);
  return /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text) ? text : undefined;
}

/** What a manifest's blob says. */
export type Manifest =
  | { readonly state: 'absent' | 'unreadable' }
  | { readonly state: 'read'; readonly names: Set<string>; readonly subject: string | undefined };

/** Reads a manifest: every string in it that is a digest counts as a reference, but for the subject. */
export function readManifest(
  objects: Objects,
  tree: Tree,
  digest: string,
  maxBytes = Infinity,
): Manifest {
  const object = objects.get(tree.blobs.get(digest) ?? '');
  if (object === undefined) return { state: 'absent' };
  const [algorithm = ''] = digest.split(':');
  const hex = createHash(algorithm).update(object.bytes).digest('hex');
  if (`${algorithm}:${hex}` !== digest || object.bytes.byteLength > maxBytes)
    return { state: 'unreadable' };
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(object.bytes));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { state: 'unreadable' };
    }
    const { subject, ...rest } = value as { subject?: { digest?: string } };
    return { state: 'read', names: digestsIn(rest), subject: subject?.digest };
  } catch {
    return { state: 'unreadable' };
  }
}

function digestsIn(value: unknown): Set<string> {
  if (typeof value === 'string') {
    return new Set(/^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(value) ? [value] : []);
  }
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(Object.values(value).flatMap((part) => Array.from(digestsIn(part))));
}
