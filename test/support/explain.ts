import { classify, hasObject, objectsIn, type ObjectKind, type RegistryTree } from './tree.ts';

/** An object that one collector kept and the other removed. */
export interface Difference {
  readonly path: string;
  readonly object: ObjectKind;
  /** Who still has it. */
  readonly keptBy: 'dunnage' | 'registry';
}

/** Why the two differ: a defect of the registry's collector, by its letter in docs/defects.md. */
export interface Rule {
  readonly letter: 'A' | 'I' | 'J' | 'K';
  readonly title: string;
  readonly explains: (difference: Difference, facts: Facts) => boolean;
}

/**
 * All objects on which two outcomes differ. A directory that one left empty and in which the other left
 * something is not among them: what is in it is.
 */
export function differencesBetween(ours: string, theirs: string): Difference[] {
  const [mine, others] = [objectsIn(ours), objectsIn(theirs)];
  const all = [...new Set([...mine, ...others])].sort();
  return all.flatMap((path) => {
    if (mine.has(path) === others.has(path)) return [];
    const keptBy = mine.has(path) ? 'dunnage' : 'registry';
    const object = classify(path);
    const other = keptBy === 'dunnage' ? theirs : ours;
    if (object.kind === 'empty-directory' && hasObject(other, path)) return [];
    return [{ path, object, keptBy }];
  });
}

/** What the tree was before anybody collected it, worked out for the rules. */
export interface Facts {
  readonly ours: RegistryTree;
  readonly theirs: RegistryTree;
  /** Untagged, but listed by something tagged at any depth; and all that these refer to. */
  readonly platforms: ReadonlySet<string>;
  /** Untagged, but about a live manifest, transitively; and all that these refer to. */
  readonly referrers: ReadonlySet<string>;
  /** Manifests that are alive in one repository and listed, but no longer there, in another. */
  readonly missedElsewhere: readonly string[];
}

/** Works out what the rules need. */
export function factsOf(before: RegistryTree, ours: RegistryTree, theirs: RegistryTree): Facts {
  return { ours, theirs, ...new Liveness(before).facts() };
}

/** Which rule explains a difference, if any does. */
export function explain(difference: Difference, facts: Facts): Rule | undefined {
  return RULES.find((rule) => rule.explains(difference, facts));
}

const RULES: readonly Rule[] = [
  {
    letter: 'A',
    title: 'a manifest that another repository lists, but lacks, loses its config and layers',
    explains: ({ object, keptBy }, { missedElsewhere, ours, theirs }) =>
      keptBy === 'dunnage' &&
      (object.kind === 'blob' || object.kind === 'layer-link') &&
      !theirs.hasBlob(object.digest) &&
      missedElsewhere.some(
        (digest) =>
          theirs.hasRevision(digest) &&
          ours.manifest(digest)?.blobs.includes(object.digest) === true,
      ),
  },
  {
    letter: 'I',
    title: '-m takes the untagged platforms of tagged indexes',
    explains: ({ object, keptBy }, { platforms, theirs }) =>
      keptBy === 'dunnage' && isLost(object, theirs) && platforms.has(object.digest),
  },
  {
    letter: 'I',
    title: '-m takes the signatures and other referrers of live images',
    explains: ({ object, keptBy }, { referrers, theirs }) =>
      keptBy === 'dunnage' && isLost(object, theirs) && referrers.has(object.digest),
  },
  {
    letter: 'J',
    title: 'layer links stay that lead to deleted blobs',
    explains: ({ object, keptBy }, { ours, theirs }) =>
      keptBy === 'registry' &&
      object.kind === 'layer-link' &&
      !ours.hasBlob(object.digest) &&
      !theirs.hasBlob(object.digest),
  },
  {
    letter: 'J',
    title: 'layer links are judged before all repositories are marked: one to a live blob goes',
    explains: ({ object, keptBy }, { ours, theirs }) =>
      keptBy === 'dunnage' &&
      object.kind === 'layer-link' &&
      ours.hasBlob(object.digest) &&
      theirs.hasBlob(object.digest),
  },
  {
    letter: 'K',
    title: 'tag index entries stay that lead to manifests the repository no longer has',
    explains: ({ object, keptBy }, { ours }) =>
      keptBy === 'registry' &&
      object.kind === 'tag-index' &&
      !(ours.repositories.find(({ name }) => name === object.repository)?.revisions ?? NONE).has(
        object.digest,
      ),
  },
  {
    letter: 'K',
    title: 'empty directories stay',
    explains: ({ object, keptBy }) => keptBy === 'registry' && object.kind === 'empty-directory',
  },
];

/** True for links to manifests, and for blobs, and layer links of blobs, that are no longer there. */
function isLost(
  object: ObjectKind,
  tree: RegistryTree,
): object is Extract<ObjectKind, { digest: string }> {
  if (!('digest' in object)) return false;
  return object.kind !== 'layer-link' || !tree.hasBlob(object.digest);
}

const NONE: ReadonlySet<string> = new Set();

/** Which manifests tags keep, and by which way. */
class Liveness {
  readonly #tree: RegistryTree;

  constructor(tree: RegistryTree) {
    this.#tree = tree;
  }

  facts(): Omit<Facts, 'ours' | 'theirs'> {
    const platforms = new Set<string>();
    const referrers = new Set<string>();
    const listedButGone = new Set<string>();
    for (const { tags, revisions } of this.#tree.repositories) {
      const live = new Set(tags.values());
      for (const digest of live) this.#listed(digest, live, platforms);
      this.#referrersOf(live, revisions, referrers);
      const listed = [...revisions].flatMap(
        (digest) => this.#tree.manifest(digest)?.children ?? [],
      );
      for (const child of listed) if (!revisions.has(child)) listedButGone.add(child);
    }
    return {
      platforms: this.#withReferences(platforms),
      referrers: this.#withReferences(referrers),
      missedElsewhere: [...listedButGone].filter((digest) => this.#tree.hasRevision(digest)),
    };
  }

  /** Adds what `digest` lists, at any depth, to `found`, and to `live`. */
  #listed(digest: string, live: Set<string>, found: Set<string>): void {
    for (const child of this.#tree.manifest(digest)?.children ?? []) {
      if (live.has(child)) continue;
      live.add(child);
      found.add(child);
      this.#listed(child, live, found);
    }
  }

  /** Adds what is about something live, until nothing new is, to `found`. */
  #referrersOf(live: Set<string>, revisions: ReadonlySet<string>, found: Set<string>): void {
    for (let before = -1; before !== found.size;) {
      before = found.size;
      for (const digest of revisions) {
        const subject = this.#tree.manifest(digest)?.subject;
        if (subject === undefined || !live.has(subject) || live.has(digest)) continue;
        live.add(digest);
        found.add(digest);
      }
    }
  }

  #withReferences(digests: Iterable<string>): Set<string> {
    const all = new Set<string>();
    const add = (digest: string): void => {
      if (all.has(digest)) return;
      all.add(digest);
      const manifest = this.#tree.manifest(digest);
      for (const next of [...(manifest?.children ?? []), ...(manifest?.blobs ?? [])]) add(next);
    };
    for (const digest of digests) add(digest);
    return all;
  }
}
