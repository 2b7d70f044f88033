import { CoreError } from '../errors.ts';
import { classify, type Fact } from '../layout/classify.ts';
import { repositoriesPrefix } from '../layout/paths.ts';
import { PairTable } from '../packed/pair-table.ts';
import { u32List } from '../packed/list.ts';
import type { PlanEntry } from './entry.ts';
import type { Garbage } from './garbage.ts';

/** `'goes'`: still garbage, unchanged. `'gone'`: not there any more. `'changed'`: in use, young or rewritten. */
export type Verdict = 'goes' | 'gone' | 'changed';

/** What is to become of an entry, and the row it is about, for telling {@link Garbage} when it can't be deleted. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly row: number;
}

const GONE: Judgement = { verdict: 'gone', row: -1 };

/**
 * Judges an entry of a plan by what is there now. What an entry says is not believed: the object is what its key says,
 * and it goes only if the marks, rules and times of this run say so too.
 */
export class Judge {
  readonly #garbage: Garbage;
  /** (repository, digest) of the layer links that go, and their rows. */
  readonly #layerLinks = new PairTable();
  readonly #layerRows = u32List();
  #staying: PairTable | undefined;
  readonly #keptUploads = new Set<string>();

  constructor(garbage: Garbage) {
    this.#garbage = garbage;
    const { inventory } = garbage.stock;
    for (let row = 0; row < inventory.layerLinks; row++) {
      if (!garbage.layerLinkGoes(row)) continue;
      this.#layerLinks.add(inventory.layerRepository.at(row), inventory.layerDigest.at(row));
      this.#layerRows.push(row);
    }
  }

  /** @throws {CoreError} `PLAN_INVALID` for a key that is not what the entry says. */
  judge(entry: PlanEntry): Judgement {
    if (entry.kind === 'directory') return this.#directory(entry);
    const fact = classify(entry.key);
    const kind = fact.kind === 'signature' ? 'revision' : fact.kind;
    if (kind !== entry.kind) {
      throw new CoreError({
        code: 'PLAN_INVALID',
        key: entry.key,
        message: `the plan calls ${entry.key} a ${entry.kind}, which it is not`,
        advice: 'Nothing of this entry was deleted. Make a new plan.',
      });
    }
    switch (fact.kind) {
      case 'upload':
        return this.#upload(entry, fact);
      case 'tag-index':
        return this.#tagIndex(entry, fact);
      case 'revision':
      case 'signature':
        return this.#revision(entry, fact);
      case 'layer-link':
        return this.#layerLink(entry, fact);
      case 'blob':
        return this.#blob(entry, fact);
      default:
        return GONE;
    }
  }

  /** An upload goes whole or not at all: once one of its objects stays, those after it do. */
  #upload(entry: PlanEntry, { repository, upload }: Fact & { readonly kind: 'upload' }): Judgement {
    const { uploads } = this.#garbage.stock;
    const row = uploads.find(entry.key);
    if (row < 0) return GONE;
    const name = `${repository}/${upload}`;
    if (uploads.modified(row) !== entry.modified) this.#keptUploads.add(name);
    return { row, verdict: this.#keptUploads.has(name) ? 'changed' : 'goes' };
  }

  #tagIndex(entry: PlanEntry, fact: Fact & { readonly kind: 'tag-index' }): Judgement {
    const { inventory, goneTagIndex } = this.#garbage.stock;
    const repository = inventory.repositories.find(fact.repository);
    const tag = inventory.tags.find(repository, inventory.tagNames.find(fact.tag));
    const row = inventory.tagIndex.find(tag, inventory.digests.find(fact.digest));
    if (row < 0 || goneTagIndex.has(row)) return GONE;
    const rewritten = isRewritten(entry, inventory.tagIndexModified.at(row));
    return { row, verdict: !rewritten && this.#garbage.tagIndexGoes(row) ? 'goes' : 'changed' };
  }

  #revision(entry: PlanEntry, fact: Fact & { readonly kind: 'revision' | 'signature' }): Judgement {
    const { inventory } = this.#garbage.stock;
    const repository = inventory.repositories.find(fact.repository);
    const row = inventory.revisions.find(repository, inventory.digests.find(fact.digest));
    if (row < 0) return GONE;
    const rewritten =
      fact.kind === 'revision' && isRewritten(entry, inventory.revisionModified.at(row));
    return { row, verdict: !rewritten && this.#garbage.revisionGoes(row) ? 'goes' : 'changed' };
  }

  #layerLink(entry: PlanEntry, fact: Fact & { readonly kind: 'layer-link' }): Judgement {
    const { inventory } = this.#garbage.stock;
    const repository = inventory.repositories.find(fact.repository);
    const digest = inventory.digests.find(fact.digest);
    const going = this.#layerLinks.find(repository, digest);
    if (going < 0) {
      const staying = this.#stayingLayerLinks().find(repository, digest);
      return staying < 0 ? GONE : { row: -1, verdict: 'changed' };
    }
    const row = this.#layerRows.at(going);
    const rewritten = isRewritten(entry, inventory.layerModified.at(row));
    return { row, verdict: !rewritten && this.#garbage.layerLinkGoes(row) ? 'goes' : 'changed' };
  }

  /** (repository, digest) of the layer links that stay: made only when a plan names one of them. */
  #stayingLayerLinks(): PairTable {
    if (this.#staying !== undefined) return this.#staying;
    const { inventory, goneLayerLinks } = this.#garbage.stock;
    this.#staying = new PairTable();
    for (let row = 0; row < inventory.layerLinks; row++) {
      if (goneLayerLinks.has(row) || this.#garbage.layerLinkGoes(row)) continue;
      this.#staying.add(inventory.layerRepository.at(row), inventory.layerDigest.at(row));
    }
    return this.#staying;
  }

  #blob(entry: PlanEntry, fact: Fact & { readonly kind: 'blob' }): Judgement {
    const { inventory, blobs } = this.#garbage.stock;
    const digest = inventory.digests.find(fact.digest);
    if (digest < 0 || !blobs.seen.has(digest)) return GONE;
    const row = blobs.candidates.find(digest);
    const same =
      row >= 0 &&
      blobs.candidates.size(row) === entry.size &&
      blobs.candidates.modified(row) === entry.modified &&
      blobs.candidates.etag(row) === entry.etag;
    return { row, verdict: same && this.#garbage.blobGoes(row) ? 'goes' : 'changed' };
  }

  #directory(entry: PlanEntry): Judgement {
    const { inventory, emptied } = this.#garbage.stock;
    if (emptied.has(entry.key)) return { row: -1, verdict: 'goes' };
    const name = entry.key.slice(repositoriesPrefix.length, -1);
    const row = entry.key.startsWith(repositoriesPrefix) ? inventory.repositories.find(name) : -1;
    return row >= 0 && this.#garbage.repositoryGoes(row) ? { row, verdict: 'goes' } : GONE;
  }
}

/** True when the link was written after the plan saw it, where both times are known. */
function isRewritten({ modified }: PlanEntry, seconds: number): boolean {
  return modified !== undefined && seconds !== 0 && seconds * 1000 > modified;
}
