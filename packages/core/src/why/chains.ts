import type { Role } from '../content/manifest.ts';
import type { Garbage } from '../plan/garbage.ts';
import type { ExplanationStep } from './explanation.ts';

/** Looked for at most: shared layers can have millions. */
const MAX_CHAINS = 1000;
const FALLBACK_TAG = /^[a-z0-9]+-[0-9a-f]{32,}(?:\.[a-z]+)?$/;

type Chain = readonly ExplanationStep[];

/** Finds the ways from roots to a digest: which tag, through which indexes and manifests, keeps it. */
export class ChainFinder {
  readonly #garbage: Garbage;
  readonly #chains: Chain[] = [];

  constructor(garbage: Garbage) {
    this.#garbage = garbage;
  }

  /**
   * All chains to `digest`, shortest first.
   * @param within only those through this repository, by number.
   */
  find(digest: number, within?: number): readonly Chain[] {
    const { inventory, marks, graph } = this.#garbage.stock;
    const { revisions } = inventory;
    const name = inventory.digests.text(digest);
    for (let revision = 0; revision < revisions.size; revision++) {
      if (!marks.revisions.has(revision)) continue;
      if (within !== undefined && revisions.left(revision) !== within) continue;
      if (revisions.right(revision) === digest || inventory.manifestOf(revision) === digest) {
        this.#up(revision, [], new Set());
        continue;
      }
      for (const { target, role } of graph.edges(graph.find(inventory.manifestOf(revision)))) {
        if (target !== digest || role === 'subject') continue;
        // A child that is a revision of this repository is found on its own account.
        if (revisions.find(revisions.left(revision), digest) >= 0) continue;
        this.#up(revision, [{ kind: 'blob', digest: name, via: role }], new Set());
      }
    }
    this.#protection(digest, within);
    return this.#chains.toSorted((a, b) => a.length - b.length);
  }

  /** Adds the chains from each root to `revision`, continued by `below`. */
  #up(revision: number, below: Chain, path: ReadonlySet<number>): void {
    if (this.#chains.length >= MAX_CHAINS || path.has(revision)) return;
    const { inventory, rules, marks } = this.#garbage.stock;
    const { repository, digest } = inventory.revisionName(revision);
    const step = (via: NonNullable<ExplanationStep['via']>): ExplanationStep => ({
      kind: 'manifest',
      ...{ repository, digest, via },
    });
    const before = this.#chains.length;
    const along = new Set([...path, revision]);
    for (const tag of this.#tagsOf(revision)) {
      const via = FALLBACK_TAG.test(tag) ? 'fallback-tag' : 'tag';
      this.#chains.push([{ kind: 'tag', repository, tag }, step(via), ...below]);
    }
    for (const [parent, role] of this.#referringTo(revision)) {
      this.#up(parent, [step(role), ...below], along);
    }
    if (this.#chains.length > before) return;
    const note = marks.protectedRepositories.has(inventory.revisions.left(revision))
      ? 'something in this repository can’t be read, so all of it is kept'
      : rules.deleteUntagged
        ? 'untagged, but younger than the minimum age or not to be judged'
        : 'no tag; every manifest is kept unless untagged ones are to be deleted';
    this.#chains.push([{ kind: 'revision', repository, digest, note }, ...below]);
  }

  #tagsOf(revision: number): string[] {
    const { inventory } = this.#garbage.stock;
    const tags: string[] = [];
    for (let tag = 0; tag < inventory.tags.size; tag++) {
      if (inventory.tags.left(tag) !== inventory.revisions.left(revision)) continue;
      if (inventory.targetOf(tag) !== inventory.revisions.right(revision)) continue;
      tags.push(inventory.tagNames.text(inventory.tags.right(tag)));
    }
    return tags;
  }

  /** Live revisions of the same repository that keep `revision`: indexes that name it, and its own subject. */
  *#referringTo(revision: number): Generator<readonly [revision: number, via: Role]> {
    const { inventory, graph, marks } = this.#garbage.stock;
    const { revisions } = inventory;
    const repository = revisions.left(revision);
    const digest = revisions.right(revision);
    for (const { target, role } of graph.edges(graph.find(inventory.manifestOf(revision)))) {
      const subject = role === 'subject' ? revisions.find(repository, target) : -1;
      if (subject >= 0 && marks.revisions.has(subject)) yield [subject, 'subject'];
    }
    for (let other = 0; other < revisions.size; other++) {
      if (other === revision || revisions.left(other) !== repository) continue;
      if (!marks.revisions.has(other)) continue;
      for (const { target, role } of graph.edges(graph.find(inventory.manifestOf(other)))) {
        if (target === digest && role !== 'subject') yield [other, role];
      }
    }
  }

  #protection(digest: number, within: number | undefined): void {
    const { inventory, marks } = this.#garbage.stock;
    if (!marks.protected.has(digest)) return;
    for (let link = 0; link < inventory.layerLinks; link++) {
      const repository = inventory.layerRepository.at(link);
      if (inventory.layerDigest.at(link) !== digest) continue;
      if (within !== undefined && repository !== within) continue;
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
