import { blobsPrefix, repositoriesPrefix } from './paths.ts';
import { makeDigest, type Digest } from './digest.ts';

/** What a key below the registry's root is. */
export type Fact =
  | { readonly kind: 'blob'; readonly digest: Digest }
  | { readonly kind: 'revision'; readonly repository: string; readonly digest: Digest }
  | {
      readonly kind: 'signature';
      readonly repository: string;
      /** The revision that it signs. */
      readonly digest: Digest;
      readonly signature: Digest;
    }
  | { readonly kind: 'tag'; readonly repository: string; readonly tag: string }
  | {
      readonly kind: 'tag-index';
      readonly repository: string;
      readonly tag: string;
      readonly digest: Digest;
    }
  | { readonly kind: 'layer-link'; readonly repository: string; readonly digest: Digest }
  | { readonly kind: 'upload'; readonly repository: string; readonly upload: string }
  /** No part of the layout: somebody else's, or an accident. Never touched. */
  | { readonly kind: 'stray' };

const STRAY: Fact = { kind: 'stray' };

/** Says what `key` is. Total: whatever does not fit the layout exactly is a stray. */
export function classify(key: string): Fact {
  if (key.startsWith(blobsPrefix)) return classifyBlob(key);
  if (key.startsWith(repositoriesPrefix)) return classifyInRepository(key);
  return STRAY;
}

/** `<alg…>/<hex[0:2]>/<hex>/data` */
function classifyBlob(key: string): Fact {
  const parts = key.slice(blobsPrefix.length).split('/');
  if (parts.pop() !== 'data') return STRAY;
  const hex = parts.pop() ?? '';
  if (parts.pop() !== hex.slice(0, 2)) return STRAY;
  const digest = makeDigest(parts.join('/'), hex);
  return digest === undefined ? STRAY : { kind: 'blob', digest };
}

function classifyInRepository(key: string): Fact {
  // No part of a repository's name starts with "_", so the first such directory ends it.
  const at = key.indexOf('/_', repositoriesPrefix.length);
  if (at < 0) return STRAY;
  const repository = key.slice(repositoriesPrefix.length, at);
  const parts = key.slice(at + 1).split('/');
  switch (parts[0]) {
    case '_layers': {
      const digest = digestOfLink(parts, 1, parts.length);
      return digest === undefined ? STRAY : { kind: 'layer-link', repository, digest };
    }
    case '_manifests':
      if (parts[1] === 'revisions') return classifyRevision(repository, parts);
      return parts[1] === 'tags' ? classifyTag(repository, parts) : STRAY;
    case '_uploads':
      return parts.length < 3 ? STRAY : { kind: 'upload', repository, upload: parts[1] ?? '' };
    default:
      return STRAY;
  }
}

/** `_manifests/revisions/<alg…>/<hex>/link` or `…/<hex>/signatures/<alg…>/<hex>/link` */
function classifyRevision(repository: string, parts: readonly string[]): Fact {
  const signatures = parts.indexOf('signatures', 3);
  if (signatures < 0) {
    const digest = digestOfLink(parts, 2, parts.length);
    return digest === undefined ? STRAY : { kind: 'revision', repository, digest };
  }
  const digest = makeDigest(parts.slice(2, signatures - 1).join('/'), parts[signatures - 1] ?? '');
  const signature = digestOfLink(parts, signatures + 1, parts.length);
  if (digest === undefined || signature === undefined) return STRAY;
  return { kind: 'signature', repository, digest, signature };
}

/** `_manifests/tags/<tag>/current/link` or `_manifests/tags/<tag>/index/<alg…>/<hex>/link` */
function classifyTag(repository: string, parts: readonly string[]): Fact {
  const tag = parts[2] ?? '';
  if (parts[3] === 'current') {
    return parts.length === 5 && parts[4] === 'link' ? { kind: 'tag', repository, tag } : STRAY;
  }
  if (parts[3] !== 'index') return STRAY;
  const digest = digestOfLink(parts, 4, parts.length);
  return digest === undefined ? STRAY : { kind: 'tag-index', repository, tag, digest };
}

/** The digest in `parts[from … to)`, which end with `<hex>/link`. */
function digestOfLink(parts: readonly string[], from: number, to: number): Digest | undefined {
  if (parts[to - 1] !== 'link' || to - from < 3) return undefined;
  const algorithm = to - from === 3 ? (parts[from] ?? '') : parts.slice(from, to - 2).join('/');
  return makeDigest(algorithm, parts[to - 2] ?? '');
}
