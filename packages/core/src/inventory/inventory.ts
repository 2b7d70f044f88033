import type { Digest } from '../layout/digest.ts';
import { BitSet } from '../packed/bit-set.ts';
import { DigestTable } from '../packed/digest-table.ts';
import { SparseColumn, u32List } from '../packed/list.ts';
import { PairTable } from '../packed/pair-table.ts';
import { TextTable } from '../packed/text-table.ts';

/**
 * What a registry's repositories hold, in packed tables: rows are numbers, names and digests are stored once. Times
 * are whole seconds since the epoch, rounded up so that nothing looks older than it is; 0 is "not known".
 */
export class Inventory {
  readonly digests = new DigestTable();
  readonly repositories = new TextTable();
  readonly tagNames = new TextTable();

  /** (repository, digest) of each revision link. */
  readonly revisions = new PairTable();
  readonly revisionModified = new SparseColumn();
  /** Digest number + 1 of the manifest, where the link leads to another than its path says. */
  readonly revisionTarget = new SparseColumn();

  /** (repository, tag name) of each tag, also of those that have index entries only. */
  readonly tags = new PairTable();
  /** Digest number + 1 that the tag's current link holds, once it is known. */
  readonly tagTarget = new SparseColumn();
  /** Tags that have a current link. */
  readonly tagCurrent = new BitSet();
  /** Tags whose current link is empty, malformed or can't be read. */
  readonly tagUnreadable = new BitSet();

  /** (tag, digest) of each tag index entry. */
  readonly tagIndex = new PairTable();
  readonly tagIndexModified = new SparseColumn();

  /** (repository, digest) of each layer link: two lists rather than a table, because nothing looks one up. */
  readonly layerRepository = u32List();
  readonly layerDigest = u32List();
  readonly layerModified = new SparseColumn();
  /** Layer links that lead to another digest than their path: row → digest number + 1. */
  readonly layerTarget = new SparseColumn();
  /** Layer links that are empty, malformed or can't be read. They stay, with what they name. */
  readonly layerUnreadable = new BitSet();

  /** (repository, digest) of each schema 1 revision that has signature links, and (its row, signature's digest). */
  readonly signed = new PairTable();
  readonly signatures = new PairTable();

  /** Repositories with unfinished uploads, and how many uploads there are. */
  readonly uploading = new BitSet();
  uploads = 0;
  /** Repositories that have something in their directories that is no part of the layout. */
  readonly withStrays = new BitSet();
  strays = 0;

  /** True when no repository holds anything: as when the root is a wrong one, or was lost. */
  get isEmpty(): boolean {
    const { revisions, tags, layerLinks, uploads } = this;
    return revisions.size + tags.size + layerLinks + uploads === 0;
  }

  get layerLinks(): number {
    return this.layerDigest.length;
  }

  repository(name: string): number {
    return this.repositories.add(name);
  }

  addRevision(repository: number, digest: Digest, modified: number): number {
    const row = this.revisions.add(repository, this.digests.add(digest));
    this.revisionModified.set(row, modified);
    return row;
  }

  addTag(repository: number, tag: string): number {
    return this.tags.add(repository, this.tagNames.add(tag));
  }

  addTagIndex(tag: number, digest: Digest, modified: number): number {
    const row = this.tagIndex.add(tag, this.digests.add(digest));
    this.tagIndexModified.set(row, modified);
    return row;
  }

  addLayerLink(repository: number, digest: Digest, modified: number): number {
    const row = this.addNumberedLayerLink(repository, this.digests.add(digest));
    this.layerModified.set(row, modified);
    return row;
  }

  /** The same for a digest that has its number already, and a link of which nothing else is known. */
  addNumberedLayerLink(repository: number, digest: number): number {
    this.layerDigest.push(digest);
    return this.layerRepository.push(repository);
  }

  addSignature(repository: number, revision: Digest, signature: Digest): void {
    const row = this.signed.add(repository, this.digests.add(revision));
    this.signatures.add(row, this.digests.add(signature));
  }

  /** Number of the digest that `revision`'s link leads to: its manifest's. */
  manifestOf(revision: number): number {
    const target = this.revisionTarget.at(revision);
    return target === 0 ? this.revisions.right(revision) : target - 1;
  }

  /** Number of the digest that the tag points at, or -1. */
  targetOf(tag: number): number {
    return this.tagTarget.at(tag) - 1;
  }

  revisionName(revision: number): { readonly repository: string; readonly digest: Digest } {
    return {
      repository: this.repositories.text(this.revisions.left(revision)),
      digest: this.digests.text(this.revisions.right(revision)),
    };
  }

  tagName(tag: number): { readonly repository: string; readonly tag: string } {
    return {
      repository: this.repositories.text(this.tags.left(tag)),
      tag: this.tagNames.text(this.tags.right(tag)),
    };
  }

  layerName(layerLink: number): { readonly repository: string; readonly digest: Digest } {
    return {
      repository: this.repositories.text(this.layerRepository.at(layerLink)),
      digest: this.digests.text(this.layerDigest.at(layerLink)),
    };
  }
}

/** Milliseconds → the whole seconds that {@link Inventory} keeps. */
export function toSeconds(ms: number | undefined): number {
  return ms === undefined ? 0 : Math.min(Math.max(Math.ceil(ms / 1000), 1), 0xffffffff);
}
