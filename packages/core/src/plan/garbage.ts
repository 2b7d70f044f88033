import type { StorageDriver } from '@dunnage/driver-api';
import type { GcRules } from '../gc/options.ts';
import type { BlobScan } from '../inventory/blob-scan.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { StaleUploads } from '../inventory/uploads.ts';
import type { ManifestGraph } from '../mark/manifest-graph.ts';
import type { Marks } from '../mark/mark.ts';
import { BitSet } from '../packed/bit-set.ts';
import type { DirectoryList } from './directory-list.ts';

/** All that is known when it is judged what goes. */
export interface Stock {
  readonly driver: StorageDriver;
  readonly rules: GcRules;
  /** The store's clock at the start of the run, in milliseconds. */
  readonly now: number;
  readonly inventory: Inventory;
  readonly graph: ManifestGraph;
  readonly marks: Marks;
  readonly blobs: BlobScan;
  readonly uploads: StaleUploads;
  /** Directories that lack what they are for. */
  readonly emptied: DirectoryList;
  /** Link rows whose directory turned out to have no link. */
  readonly goneLayerLinks: BitSet;
  readonly goneTagIndex: BitSet;
}

/**
 * Judges what goes. Each question is about one row and is asked again just before the delete, because something that
 * could not be deleted keeps what it refers to.
 */
export class Garbage {
  readonly stock: Stock;
  /** Digests that a young link leads to: a push may be about to use them. */
  readonly #youngLinked = new BitSet();
  /** Digests of blobs that nothing keeps and whose age would let them go. */
  readonly #oldEnough = new BitSet();
  readonly #inUse = new BitSet();
  readonly #youngAfter: number;
  spared = { young: 0, protected: 0 };

  constructor(stock: Stock) {
    this.stock = stock;
    this.#youngAfter = stock.rules.minAgeMs === 0 ? Infinity : stock.now - stock.rules.minAgeMs;
    this.#findOldBlobs();
    this.#findYoungLinks();
    if (stock.rules.removeEmptyRepositories) this.#findRepositoriesInUse();
    this.#countSpared();
  }

  revisionGoes(revision: number): boolean {
    const { rules, marks } = this.stock;
    return rules.deleteUntagged && !marks.revisions.has(revision);
  }

  tagIndexGoes(row: number): boolean {
    const { inventory, marks, goneTagIndex } = this.stock;
    if (goneTagIndex.has(row)) return false;
    const tag = inventory.tagIndex.left(row);
    const digest = inventory.tagIndex.right(row);
    const repository = inventory.tags.left(tag);
    // The entry of the tag's present manifest stays, and where that can't be read any could be it.
    if (inventory.targetOf(tag) === digest || inventory.tagUnreadable.has(tag)) return false;
    if (marks.protectedRepositories.has(repository)) return false;
    if (this.#youngSeconds(inventory.tagIndexModified.at(row))) return false;
    const revision = inventory.revisions.find(repository, digest);
    return revision < 0 || this.revisionGoes(revision);
  }

  layerLinkGoes(row: number): boolean {
    const { inventory, marks, goneLayerLinks } = this.stock;
    if (goneLayerLinks.has(row) || inventory.layerUnreadable.has(row)) return false;
    const repository = inventory.layerRepository.at(row);
    if (marks.protectedRepositories.has(repository)) return false;
    if (this.#youngSeconds(inventory.layerModified.at(row))) return false;
    if (this.repositoryGoes(repository)) return true;
    if (marks.keeps(inventory.layerDigest.at(row))) return false;
    const target = this.#targetOf(row);
    return !marks.keeps(target) && !this.#blobStays(target);
  }

  blobGoes(candidate: number): boolean {
    const { marks, blobs } = this.stock;
    const digest = blobs.candidates.digest(candidate);
    return this.#oldEnough.has(digest) && !this.#youngLinked.has(digest) && !marks.keeps(digest);
  }

  /** True for repositories that nothing is left in, where those are to go. */
  repositoryGoes(repository: number): boolean {
    return this.stock.rules.removeEmptyRepositories && !this.#inUse.has(repository);
  }

  /** Call when a revision could not be deleted: what it refers to stays. */
  keepRevision(revision: number): void {
    this.stock.marks.revive(revision);
    this.#inUse.add(this.stock.inventory.revisions.left(revision));
  }

  /** Call when a layer link could not be deleted: its blob stays, so that the link does not dangle. */
  keepLayerLink(row: number): void {
    const { inventory, marks } = this.stock;
    marks.protected.add(inventory.layerDigest.at(row));
    marks.protected.add(this.#targetOf(row));
    this.#inUse.add(inventory.layerRepository.at(row));
  }

  /** True when there is such a blob and it is not about to go. */
  #blobStays(digest: number): boolean {
    if (!this.stock.blobs.seen.has(digest)) return false;
    return !this.#oldEnough.has(digest) || this.#youngLinked.has(digest);
  }

  #targetOf(layerLink: number): number {
    const { inventory } = this.stock;
    const target = inventory.layerTarget.at(layerLink);
    return target === 0 ? inventory.layerDigest.at(layerLink) : target - 1;
  }

  #youngSeconds(seconds: number): boolean {
    return seconds !== 0 && seconds > Math.floor(this.#youngAfter / 1000);
  }

  #findOldBlobs(): void {
    const { candidates } = this.stock.blobs;
    for (let row = 0; row < candidates.length; row++) {
      if (candidates.modified(row) > this.#youngAfter) continue;
      this.#oldEnough.add(candidates.digest(row));
    }
  }

  #findYoungLinks(): void {
    const { inventory, goneLayerLinks } = this.stock;
    for (let row = 0; row < inventory.layerLinks; row++) {
      if (goneLayerLinks.has(row) || !this.#youngSeconds(inventory.layerModified.at(row))) continue;
      this.#youngLinked.add(inventory.layerDigest.at(row));
      this.#youngLinked.add(this.#targetOf(row));
    }
  }

  #findRepositoriesInUse(): void {
    const { inventory, marks, uploads, rules, goneLayerLinks, goneTagIndex } = this.stock;
    const inUse = this.#inUse;
    for (let revision = 0; revision < inventory.revisions.size; revision++) {
      if (!this.revisionGoes(revision)) inUse.add(inventory.revisions.left(revision));
    }
    for (let tag = 0; tag < inventory.tags.size; tag++) {
      if (inventory.tagCurrent.has(tag)) inUse.add(inventory.tags.left(tag));
    }
    for (let row = 0; row < inventory.tagIndex.size; row++) {
      if (goneTagIndex.has(row) || !this.#youngSeconds(inventory.tagIndexModified.at(row)))
        continue;
      inUse.add(inventory.tags.left(inventory.tagIndex.left(row)));
    }
    for (let row = 0; row < inventory.layerLinks; row++) {
      if (goneLayerLinks.has(row)) continue;
      const young = this.#youngSeconds(inventory.layerModified.at(row));
      if (young || inventory.layerUnreadable.has(row)) inUse.add(inventory.layerRepository.at(row));
    }
    for (let repository = 0; repository < inventory.repositories.size; repository++) {
      const uploading =
        inventory.uploading.has(repository) &&
        (rules.purgeUploadsOlderThanMs === null || uploads.stillUploading.has(repository));
      const kept =
        marks.protectedRepositories.has(repository) || inventory.withStrays.has(repository);
      if (uploading || kept) inUse.add(repository);
    }
  }

  #countSpared(): void {
    const { marks, blobs } = this.stock;
    const { candidates } = blobs;
    const candidate = new BitSet();
    for (let row = 0; row < candidates.length; row++) {
      const digest = candidates.digest(row);
      candidate.add(digest);
      if (marks.live.has(digest)) continue;
      if (marks.protected.has(digest)) this.spared.protected++;
      else if (!this.blobGoes(row)) this.spared.young++;
    }
    // Those protected from the start never became candidates.
    for (const digest of blobs.seen.members()) {
      const protectedOnly = marks.protected.has(digest) && !marks.live.has(digest);
      if (protectedOnly && !candidate.has(digest)) this.spared.protected++;
    }
  }
}
