import {
  readManifest,
  readTree,
  type Link,
  type Manifest,
  type Objects,
  type Repository,
  type Tree,
} from './tree.ts';

/** What may go. */
export interface OracleRules {
  readonly deleteUntagged: boolean;
  readonly minAgeMs: number;
  readonly removeEmptyRepositories: boolean;
  readonly purgeUploadsOlderThanMs: number | null;
  /** The store's time. */
  readonly now: number;
  /** Larger manifests are not read; default: all are. */
  readonly manifestMaxBytes?: number | undefined;
  /**
   * Any object may turn out to be unreadable, though it is whole. Then only what a repository links is
   * sure to stay, not what a manifest names besides: a child that was deleted. Default: false.
   */
  readonly mayFail?: boolean | undefined;
}

/** What a collection must and may do. Keys in neither set may stay or go. */
export interface Verdict {
  readonly mustStay: ReadonlySet<string>;
  readonly mustGo: ReadonlySet<string>;
}

/**
 * Says what a collection of a tree must come to, in the plainest way: sets, loops to a fixed point, no
 * thought of speed, and no code of the collector. Where the rules leave something open (what exactly
 * the unreadable protects, say), it judges twice, once giving all doubts to keeping and once
 * to dropping, and demands only what both agree on.
 */
export function judge(objects: Objects, rules: OracleRules): Verdict {
  const mustStay = new Set(stays(objects, rules, 'drop'));
  const mayStay = new Set(stays(objects, rules, 'keep'));
  for (const key of mustStay) mayStay.add(key);
  return {
    mustStay,
    mustGo: new Set([...objects.keys()].filter((key) => !mayStay.has(key))),
  };
}

type Doubt = 'keep' | 'drop';

function stays(objects: Objects, rules: OracleRules, doubt: Doubt): Iterable<string> {
  const tree = readTree(objects);
  // No repository at all: this may be the wrong root, or one that is not there just now.
  const repositories = [...tree.repositories.values()];
  const none = doubt === 'keep' ? repositories.every(isBare) : repositories.length === 0;
  if (none) return objects.keys();

  const judgements = new Map<Repository, Judgement>();
  for (const repository of tree.repositories.values()) {
    judgements.set(repository, judgeRepository(objects, tree, repository, rules, doubt));
  }
  const keptBlobs = new Set<string>();
  for (const { blobs } of judgements.values()) for (const digest of blobs) keptBlobs.add(digest);
  const gone = new Set<string>();
  for (const [digest, key] of tree.blobs) {
    if (!keptBlobs.has(digest) && !young(objects, rules, key)) gone.add(key);
  }
  for (const [repository, judgement] of judgements) {
    for (const key of goneFrom(repository, judgement, {
      objects,
      tree,
      rules,
      doubt,
      gone,
      wanted: keptBlobs,
    })) {
      gone.add(key);
    }
  }
  return [...objects.keys()].filter((key) => !gone.has(key));
}

/** Nothing but signatures of manifests that are gone: is that a repository? */
function isBare({ revisions, tags, entries, layers, uploads }: Repository): boolean {
  return [revisions.size, tags.size, entries.length, layers.size, uploads.size].every(
    (n) => n === 0,
  );
}

/** What one repository keeps. */
interface Judgement {
  readonly revisions: ReadonlySet<string>;
  readonly blobs: ReadonlySet<string>;
  /** Something in it that can't be read could refer to anything in it. */
  readonly protected: boolean;
  /** Everything that its live manifests name. */
  readonly named: ReadonlySet<string>;
}

function judgeRepository(
  objects: Objects,
  tree: Tree,
  repository: Repository,
  rules: OracleRules,
  doubt: Doubt,
): Judgement {
  const all = [...repository.revisions.keys()];
  const manifests = new Map<string, Manifest>(
    all.map((digest) => [digest, readManifest(objects, tree, digest, rules.manifestMaxBytes)]),
  );
  const stateOf = (digest: string): string => manifests.get(digest)?.state ?? 'absent';
  const tags = [...repository.tags.values()];

  const roots = new Set(
    rules.deleteUntagged
      ? all.filter(
          (digest) =>
            tags.some(({ target }) => target === digest) ||
            young(objects, rules, repository.revisions.get(digest)?.key ?? ''),
        )
      : all,
  );
  const unreadable =
    (rules.deleteUntagged && tags.some(({ target }) => target === undefined)) ||
    all.some((digest) => stateOf(digest) === 'unreadable') ||
    [...roots].some((digest) => stateOf(digest) === 'absent');
  const live = new Set(unreadable ? all : roots);
  spread(live, repository, manifests);
  // A child that is linked, and whose content is gone: is it a root? The rules don't say.
  const lost = [...live].some((digest) => !roots.has(digest) && stateOf(digest) === 'absent');
  // A link that leads to another manifest than its path names: nobody knows which was meant.
  const led = [...repository.revisions.values()].some(
    ({ digest, target }) => target !== undefined && target !== digest,
  );
  const links = [...repository.layers.values()];
  // A layer link that can't be read could have led anywhere in its repository.
  const astray = links.some(({ target }) => target === undefined);
  const isProtected = unreadable || ((lost || led || astray) && doubt === 'keep');
  if (isProtected) {
    for (const digest of all) live.add(digest);
    spread(live, repository, manifests);
  }

  const named = new Set<string>();
  for (const digest of live) {
    const manifest = manifests.get(digest);
    if (manifest?.state !== 'read') continue;
    for (const name of manifest.names) {
      const isLinked = repository.revisions.has(name) || repository.layers.has(name);
      if (isLinked || doubt === 'keep' || rules.mayFail !== true) named.add(name);
    }
  }
  if (doubt === 'keep') {
    // A tag whose manifest is not linked: nobody can pull it, but nobody deleted it either.
    for (const { target } of tags) if (target !== undefined) named.add(target);
  }
  const blobs = new Set([...live, ...named]);
  for (const { manifest, target, digest } of repository.signatures) {
    if (!live.has(manifest)) continue;
    blobs.add(target ?? digest);
    if (doubt === 'keep') blobs.add(digest);
  }
  // Of one that a live manifest needs it is known that it did lead to another of its blobs.
  const lostAlias = links.some(
    ({ digest, target }) => target === undefined && named.has(digest) && !tree.blobs.has(digest),
  );
  for (const { key, digest, target } of links) {
    if (isProtected || lostAlias || named.has(digest) || young(objects, rules, key)) {
      blobs.add(digest);
      if (target !== undefined) blobs.add(target);
    }
  }
  return { revisions: live, blobs, protected: isProtected, named };
}

/** Adds to `live` what its members keep alive: children of indexes, and referrers. */
function spread(
  live: Set<string>,
  repository: Repository,
  manifests: ReadonlyMap<string, Manifest>,
): void {
  const referrers = Map.groupBy(manifests, ([, manifest]) =>
    manifest.state === 'read' ? manifest.subject : undefined,
  );
  // What is added while the loop runs is visited too.
  for (const digest of live) {
    for (const [referrer] of referrers.get(digest) ?? []) live.add(referrer);
    const manifest = manifests.get(digest);
    if (manifest?.state !== 'read') continue;
    for (const name of manifest.names) if (repository.revisions.has(name)) live.add(name);
  }
}

interface Judged {
  readonly objects: Objects;
  readonly tree: Tree;
  readonly rules: OracleRules;
  readonly doubt: Doubt;
  /** Keys of the blobs that go. */
  readonly gone: ReadonlySet<string>;
  /** Digests of the blobs that some repository needs, there or not. */
  readonly wanted: ReadonlySet<string>;
}

function goneFrom(repository: Repository, judgement: Judgement, judged: Judged): string[] {
  const { objects, tree, rules, doubt, gone, wanted } = judged;
  const old = ({ key }: Link): boolean => !young(objects, rules, key);
  const keep = doubt === 'keep';

  const revisions = [...repository.revisions.values()].filter(
    (link) => !judgement.revisions.has(link.digest) && old(link),
  );
  const goneRevisions = new Set(revisions.map(({ digest }) => digest));
  const staysLinked = (digest: string): boolean =>
    repository.revisions.has(digest) && !goneRevisions.has(digest);
  const signatures = repository.signatures.filter(
    ({ manifest }) => goneRevisions.has(manifest) || (!repository.revisions.has(manifest) && !keep),
  );
  const entries = repository.entries.filter((link) => {
    const tag = repository.tags.get(link.tag);
    const current = tag !== undefined && (tag.target ?? link.digest) === link.digest;
    return !staysLinked(link.digest) && !current && old(link) && !(keep && judgement.protected);
  });
  const uploads = [...repository.uploads.values()].filter((keys) => stale(keys, judged));
  const isEmpty =
    rules.removeEmptyRepositories &&
    repository.tags.size === 0 &&
    uploads.length === repository.uploads.size &&
    (keep
      ? repository.revisions.size === 0 &&
        repository.uploads.size === 0 &&
        [...repository.layers.values(), ...repository.entries].every(old)
      : goneRevisions.size === repository.revisions.size);
  const layers = [...repository.layers.values()].filter((link) => {
    if (!old(link)) return false;
    if (isEmpty && !(keep && judgement.protected)) return true;
    if (link.target === undefined) return false;
    if (keep && (judgement.protected || wanted.has(link.digest))) return false;
    const blob = tree.blobs.get(link.target);
    return blob === undefined || gone.has(blob);
  });
  const links: Link[] = [...revisions, ...signatures, ...entries, ...layers];
  return [...links.map(({ key }) => key), ...uploads.flat()];
}

function stale(keys: readonly string[], { objects, rules, doubt }: Judged): boolean {
  if (rules.purgeUploadsOlderThanMs === null) return false;
  const startedat = objects.get(keys.find((key) => key.endsWith('/startedat')) ?? '');
  const written = Math.max(...keys.map((key) => objects.get(key)?.modified ?? 0));
  const told = startedat && Date.parse(new TextDecoder().decode(startedat.bytes));
  const isTold = told !== undefined && !Number.isNaN(told);
  // Without a time of its own, an upload is as old as its files.
  const started = isTold ? told : written;
  if (doubt === 'keep' && !isTold && startedat !== undefined) return false;
  if (keys.some((key) => young(objects, rules, key))) return false;
  return rules.now - started > rules.purgeUploadsOlderThanMs;
}

function young(objects: Objects, { now, minAgeMs }: OracleRules, key: string): boolean {
  const object = objects.get(key);
  return object !== undefined && now - object.modified < minAgeMs;
}
