import type { Findings } from '../gc/findings.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { blobKey } from '../layout/paths.ts';
import { BitSet } from '../packed/bit-set.ts';
import type { ManifestGraph, ManifestState } from './manifest-graph.ts';
import { Referrers } from './referrers.ts';

export interface MarkOptions {
  readonly inventory: Inventory;
  readonly graph: ManifestGraph;
  readonly findings: Findings;
  readonly deleteUntagged: boolean;
  /** True for a time, in seconds as the inventory keeps it, that is younger than the minimum age. */
  readonly isYoung: (modified: number) => boolean;
}

/**
 * What is needed. Liveness spreads from roots by (repository, manifest): a child counts where its own repository
 * has a revision of it, so that the same index can have a child in one repository and lack it in another.
 *
 * What can't be read protects all that it could refer to: every manifest and every linked blob of its repository.
 */
export class Marks {
  /** Digests that something live refers to. */
  readonly live = new BitSet();
  /** Of those, the ones whose blob must exist, or an image can't be pulled. */
  readonly required = new BitSet();
  /** Digests that something unreadable could refer to. */
  readonly protected = new BitSet();
  /** Revisions that stay. */
  readonly revisions = new BitSet();
  /** Repositories with something that can't be read. */
  readonly protectedRepositories = new BitSet();

  readonly #options: MarkOptions;
  readonly #referrers: Referrers | undefined;
  /** Row of a signed revision → its signatures' digest numbers: few, schema 1 only. */
  readonly #signatures = new Map<number, number[]>();
  readonly #stack: number[] = [];
  readonly #reportedMissing = new BitSet();
  #unprotected: BitSet | undefined;

  constructor(options: MarkOptions) {
    this.#options = options;
    const { inventory, graph, deleteUntagged } = options;
    if (deleteUntagged) this.#referrers = new Referrers(inventory, graph);
    for (let row = 0; row < inventory.signatures.size; row++) {
      const signed = inventory.signatures.left(row);
      const known = this.#signatures.get(signed);
      if (known === undefined) this.#signatures.set(signed, [inventory.signatures.right(row)]);
      else known.push(inventory.signatures.right(row));
    }
  }

  /** True for digests that stay, whatever their age. */
  keeps(digest: number): boolean {
    return this.live.has(digest) || this.protected.has(digest);
  }

  run(): void {
    this.#markTags();
    this.#markRevisions();
    this.#spreadProtection();
    this.markAliases();
  }

  /** Makes a revision live after all, because it could not be deleted: with all that it refers to. */
  revive(revision: number): void {
    this.#root(revision);
    this.#spreadProtection();
  }

  /** Keeps all that a repository holds, because something in it turned out not to be readable. */
  protect(repository: number): void {
    this.#protect(repository);
    this.#spreadProtection();
  }

  #markTags(): void {
    const { inventory, findings, deleteUntagged } = this.#options;
    for (let tag = 0; tag < inventory.tags.size; tag++) {
      if (!inventory.tagCurrent.has(tag)) continue;
      if (inventory.tagUnreadable.has(tag)) {
        if (deleteUntagged) this.#protect(inventory.tags.left(tag));
        continue;
      }
      const target = inventory.targetOf(tag);
      if (target < 0) continue;
      this.live.add(target);
      const revision = inventory.revisions.find(inventory.tags.left(tag), target);
      if (revision >= 0) {
        this.#root(revision);
        continue;
      }
      const { repository, tag: name } = inventory.tagName(tag);
      const digest = inventory.digests.text(target);
      findings.add({
        code: 'tag-dangling',
        severity: 'warning',
        ...{ repository, digest },
        tags: [name],
        message: `the tag ${repository}:${name} points at ${digest}, which ${repository} does not have`,
        advice: 'Nobody can pull it. Push it again or delete the tag through the registry.',
      });
    }
  }

  #markRevisions(): void {
    const { inventory, graph, deleteUntagged, isYoung } = this.#options;
    for (let revision = 0; revision < inventory.revisions.size; revision++) {
      if (deleteUntagged && !isYoung(inventory.revisionModified.at(revision))) {
        // It could be a referrer, or an index of one: what it is can't be known.
        if (!isUnknown(graph.state(graph.find(inventory.manifestOf(revision))))) continue;
      }
      this.#root(revision);
    }
  }

  /** A revision that stays on its own account, not for another's sake. */
  #root(revision: number): void {
    const { inventory, graph } = this.#options;
    const manifest = inventory.manifestOf(revision);
    if (graph.state(graph.find(manifest)) === 'missing') {
      const repository = inventory.revisions.left(revision);
      this.#manifestMissing(revision, 'unjudged');
      this.#protect(repository);
    }
    this.#visit(revision);
    this.#drain();
  }

  #visit(revision: number): void {
    if (this.revisions.add(revision)) this.#stack.push(revision);
  }

  #drain(): void {
    const { inventory, graph } = this.#options;
    for (let revision = this.#stack.pop(); revision !== undefined; revision = this.#stack.pop()) {
      const repository = inventory.revisions.left(revision);
      const digest = inventory.revisions.right(revision);
      const manifest = inventory.manifestOf(revision);
      this.live.add(digest);
      this.live.add(manifest);
      const signed = inventory.signed.find(repository, digest);
      for (const signature of this.#signatures.get(signed) ?? []) this.live.add(signature);
      this.#referrers?.forEach(repository, digest, (referrer) => this.#visit(referrer));
      const state = graph.state(graph.find(manifest));
      if (state === 'missing') this.#manifestMissing(revision, 'warning');
      this.#spread(repository, digest, manifest);
      // The link leads elsewhere than its path says: what the path names counts, too.
      if (manifest !== digest) this.#spread(repository, digest, digest);
    }
  }

  /** Makes live what `manifest` refers to, in the repository in which it is revision `digest`. */
  #spread(repository: number, digest: number, manifest: number): void {
    const { inventory, graph } = this.#options;
    const row = graph.find(manifest);
    if (isUnknown(graph.state(row))) this.#protect(repository);
    for (const { target, role, optional } of graph.edges(row)) {
      // A referrer does not keep its subject: it is kept by it.
      if (role === 'subject') continue;
      this.live.add(target);
      if (!optional && role !== 'child') this.required.add(target);
      const child = inventory.revisions.find(repository, target);
      if (child >= 0) this.#visit(child);
      else if (role === 'child' && !optional) this.#childMissing(repository, digest, target);
    }
  }

  /** Only a root's lost manifest protects its repository: what a lost child held is not kept, as in the registry. */
  #manifestMissing(revision: number, severity: 'unjudged' | 'warning'): void {
    if (!this.#reportedMissing.add(revision)) return;
    const { inventory, findings } = this.#options;
    const { repository, digest } = inventory.revisionName(revision);
    const key = blobKey(inventory.digests.text(inventory.manifestOf(revision)));
    const follows =
      severity === 'unjudged'
        ? `what it referred to can't be known, so all that ${repository} holds is kept`
        : 'what only it referred to is not kept';
    findings.add({
      code: 'manifest-missing',
      ...{ severity, key, repository, digest },
      message: `${repository} has the manifest ${digest}, but its blob is gone; ${follows}`,
      advice: 'Push the image again, or delete the manifest through the registry, then run again.',
    });
  }

  #childMissing(repository: number, parent: number, child: number): void {
    const { inventory, findings } = this.#options;
    const name = inventory.repositories.text(repository);
    const digest = inventory.digests.text(child);
    findings.add({
      code: 'child-missing',
      severity: 'info',
      repository: name,
      digest,
      message: `the index ${name}@${inventory.digests.text(parent)} names ${digest}, which ${name} does not have; what only that held is not kept`,
    });
  }

  #protect(repository: number): void {
    if (!this.protectedRepositories.add(repository)) return;
    this.#unprotected ??= new BitSet();
    this.#unprotected.add(repository);
  }

  /** Keeps all revisions and all linked blobs of protected repositories; that can bring up more of them. */
  #spreadProtection(): void {
    const { inventory } = this.#options;
    while (this.#unprotected !== undefined) {
      const fresh = this.#unprotected;
      this.#unprotected = undefined;
      for (let revision = 0; revision < inventory.revisions.size; revision++) {
        if (fresh.has(inventory.revisions.left(revision))) this.#root(revision);
      }
      for (let link = 0; link < inventory.layerLinks; link++) {
        if (!fresh.has(inventory.layerRepository.at(link))) continue;
        this.protected.add(inventory.layerDigest.at(link));
        const target = inventory.layerTarget.at(link);
        if (target !== 0) this.protected.add(target - 1);
      }
    }
  }

  /**
   * A link that leads to another digest than its path: the target lives when the path's digest does. Call it again
   * when more such links have been found; true when something came to life.
   */
  markAliases(): boolean {
    const { inventory } = this.#options;
    let changed = false;
    for (let link = 0; link < inventory.layerLinks; link++) {
      const digest = inventory.layerDigest.at(link);
      const target = inventory.layerTarget.at(link);
      if (target !== 0 && this.keeps(digest) && this.live.add(target - 1)) changed = true;
      if (inventory.layerUnreadable.has(link)) this.#protect(inventory.layerRepository.at(link));
    }
    this.#spreadProtection();
    return changed;
  }
}

/** True where a manifest may refer to anything: also where nobody read it, though somebody should have. */
function isUnknown(state: ManifestState): boolean {
  return state !== 'ok' && state !== 'missing';
}
