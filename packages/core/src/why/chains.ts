import type { Garbage } from '../plan/garbage.ts';
import { Dependents } from './dependents.ts';
import type { ExplanationStep } from './explanation.ts';

/** Looked for at most: a shared layer can have millions. */
const MAX_CHAINS = 1000;
/** Ways followed at most: indexes that share children multiply them. */
const MAX_WAYS = 200_000;
const FALLBACK_TAG = /^[a-z0-9]+-[0-9a-f]{32,}(?:\.[a-z]+)?$/;

type Chain = readonly ExplanationStep[];

/** The way from a revision down to what is asked about: the revision, and what comes below it. */
interface Way {
  readonly revision: number;
  /** The step from the revision to what is below it; absent when it is itself what is asked about. */
  readonly step?: ExplanationStep;
  readonly below?: Way;
}

/** Finds the ways from roots to a digest: which tag, through which indexes and manifests, keeps it. */
export class ChainFinder {
  readonly #garbage: Garbage;
  readonly #dependents: Dependents;
  readonly #chains: Chain[] = [];

  constructor(garbage: Garbage) {
    this.#garbage = garbage;
    this.#dependents = new Dependents(garbage.stock);
  }

  /**
   * Chains to `digest`, shortest first: breadth first from below, so that the short ones are found before any limit.
   * @param within only those through this repository, by number.
   */
  find(digest: number, within?: number): readonly Chain[] {
    const ways = [...this.#start(digest, within), ...this.#startFromAliases(digest, within)];
    for (let at = 0; at < ways.length && at < MAX_WAYS; at++) {
      if (this.#chains.length >= MAX_CHAINS) break;
      const way = ways[at] as Way;
      const { revision } = way;
      let isRoot = this.#fromTags(way);
      for (const [keeper, via] of this.#dependents.keepersOf(revision)) {
        isRoot = true;
        if (passes(way, keeper)) continue;
        const { repository, digest: name } = this.#garbage.stock.inventory.revisionName(revision);
        const step = { kind: 'manifest', repository, digest: name, via } as const;
        ways.push({ revision: keeper, step, below: way });
      }
      if (!isRoot) this.#fromRevision(way);
    }
    this.#fromDanglingTags(digest, within);
    this.#fromProtection(digest, within);
    return this.#chains.toSorted((a, b) => a.length - b.length);
  }

  /** Content can be known by another digest, whose link leads to it: who needs that one needs it. */
  #startFromAliases(digest: number, within: number | undefined): Way[] {
    const { inventory } = this.#garbage.stock;
    const sources = new Set<number>();
    for (let link = 0; link < inventory.layerLinks; link++) {
      const source = inventory.layerDigest.at(link);
      if (inventory.layerTarget.at(link) === digest + 1 && source !== digest) sources.add(source);
    }
    const name = inventory.digests.text(digest);
    const below: Way = { revision: -1, step: { kind: 'blob', digest: name, via: 'alias' } };
    return [...sources].flatMap((source) => this.#start(source, within, below));
  }

  /** The live revisions that are the digest, or refer to it as a blob. */
  #start(digest: number, within: number | undefined, below?: Way): Way[] {
    const { inventory, marks, graph } = this.#garbage.stock;
    const { revisions } = inventory;
    const name = inventory.digests.text(digest);
    const rest = below === undefined ? {} : { below };
    const ways: Way[] = [];
    for (let revision = 0; revision < revisions.size; revision++) {
      const repository = revisions.left(revision);
      if (!marks.revisions.has(revision) || (within ?? repository) !== repository) continue;
      if (revisions.right(revision) === digest || inventory.manifestOf(revision) === digest) {
        ways.push({ revision, ...rest });
        continue;
      }
      // A child that is a revision of this repository is found on its own account.
      if (revisions.find(repository, digest) >= 0) continue;
      for (const { target, role } of graph.edges(graph.find(inventory.manifestOf(revision)))) {
        if (target !== digest || role === 'subject') continue;
        ways.push({ revision, step: { kind: 'blob', digest: name, via: role }, ...rest });
      }
    }
    return ways;
  }

  /** Adds a chain for each tag of the way's revision; true when it has one. */
  #fromTags(way: Way): boolean {
    const { inventory } = this.#garbage.stock;
    const repository = inventory.revisions.left(way.revision);
    const digest = inventory.revisions.right(way.revision);
    const name = inventory.revisionName(way.revision);
    let found = false;
    for (let row = 0; row < inventory.tags.size; row++) {
      if (inventory.tags.left(row) !== repository || inventory.targetOf(row) !== digest) continue;
      found = true;
      const tag = inventory.tagNames.text(inventory.tags.right(row));
      const via = FALLBACK_TAG.test(tag) ? 'fallback-tag' : 'tag';
      this.#chains.push([
        { kind: 'tag', repository: name.repository, tag },
        { kind: 'manifest', ...name, via },
        ...stepsBelow(way),
      ]);
    }
    return found;
  }

  /** Tags of repositories that do not have the manifest: they keep its blob, if there is one. */
  #fromDanglingTags(digest: number, within: number | undefined): void {
    const { inventory } = this.#garbage.stock;
    for (let row = 0; row < inventory.tags.size; row++) {
      const repository = inventory.tags.left(row);
      if (inventory.targetOf(row) !== digest || (within ?? repository) !== repository) continue;
      if (inventory.revisions.find(repository, digest) >= 0) continue;
      const note = 'its repository does not have this manifest, so nobody can pull it';
      this.#chains.push([
        { kind: 'tag', ...inventory.tagName(row) },
        { kind: 'blob', digest: inventory.digests.text(digest), via: 'tag', note },
      ]);
    }
  }

  /** Adds the chain of a revision that stays on its own account. */
  #fromRevision(way: Way): void {
    const { inventory, rules, marks } = this.#garbage.stock;
    const note = marks.protectedRepositories.has(inventory.revisions.left(way.revision))
      ? 'something in this repository can’t be read, so all of it is kept'
      : rules.deleteUntagged
        ? 'untagged, but younger than the minimum age or not to be judged'
        : 'no tag; every manifest is kept unless untagged ones are to be deleted';
    const name = inventory.revisionName(way.revision);
    this.#chains.push([{ kind: 'revision', ...name, note }, ...stepsBelow(way)]);
  }

  #fromProtection(digest: number, within: number | undefined): void {
    const { inventory, marks } = this.#garbage.stock;
    if (!marks.protected.has(digest)) return;
    for (let link = 0; link < inventory.layerLinks; link++) {
      const repository = inventory.layerRepository.at(link);
      if (inventory.layerDigest.at(link) !== digest) continue;
      if ((within ?? repository) !== repository) continue;
      if (!marks.protectedRepositories.has(repository)) continue;
      const name = inventory.repositories.text(repository);
      this.#chains.push([
        {
          kind: 'repository',
          repository: name,
          note: 'something in this repository can’t be read, so all that it links is kept',
        },
        { kind: 'blob', digest: inventory.digests.text(digest), via: 'protection' },
      ]);
    }
  }
}

/** True when the way already leads through `revision`: indexes can name one another. */
function passes(way: Way, revision: number): boolean {
  for (let at: Way | undefined = way; at !== undefined; at = at.below) {
    if (at.revision === revision) return true;
  }
  return false;
}

/** The steps from the way's revision down. */
function stepsBelow(way: Way): ExplanationStep[] {
  const steps: ExplanationStep[] = [];
  for (let at: Way | undefined = way; at !== undefined; at = at.below) {
    if (at.step !== undefined) steps.push(at.step);
  }
  return steps;
}
