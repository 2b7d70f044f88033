import { parentOf, type Key, type ReadOutcome, type StorageDriver } from '@dunnage/driver-api';
import type { Findings } from '../gc/findings.ts';
import { readMany } from '../io/read-many.ts';
import { LINK_MAX_BYTES, linkMd5, parseLink } from '../layout/link.ts';
import type { Digest } from '../layout/digest.ts';
import { layerLinkKey, revisionKey, tagKey } from '../layout/paths.ts';
import { SparseColumn, u32List, type NumberList } from '../packed/list.ts';
import { TextTable } from '../packed/text-table.ts';
import { checkedList } from './checked-list.ts';
import type { Inventory } from './inventory.ts';

/** Reads the links whose content the listing does not tell, and files what they lead to. */
export class LinkReader {
  readonly #inventory: Inventory;
  readonly #findings: Findings;
  readonly #revisions = u32List();
  readonly #layerLinks = u32List();
  readonly #tags = u32List();
  /** MD5 of each tag's link, where the listing shows it: tag → number of the text + 1. */
  readonly #md5s = new TextTable();
  readonly #tagMd5 = new SparseColumn();

  constructor(inventory: Inventory, findings: Findings) {
    this.#inventory = inventory;
    this.#findings = findings;
  }

  revision(row: number): void {
    this.#revisions.push(row);
  }

  layerLink(row: number): void {
    this.#layerLinks.push(row);
  }

  tag(row: number, md5: string | undefined): void {
    this.#tags.push(row);
    if (md5 !== undefined) this.#tagMd5.set(row, this.#md5s.add(md5) + 1);
  }

  /** Call when all listings have ended. */
  async resolve(driver: StorageDriver, concurrency: number, signal?: AbortSignal): Promise<void> {
    const unresolved = this.#resolveTagsByMd5();
    const options = { concurrency, maxBytes: LINK_MAX_BYTES, signal };
    const missing = u32List();
    await readMany(driver, this.#keys(unresolved, tagLinkKey), options, (outcome, index) => {
      if (outcome.status === 'missing') missing.push(unresolved.at(index));
      else this.tagRead(unresolved.at(index), outcome);
    });
    await this.#lookAgain(driver, missing, signal);
    await readMany(
      driver,
      this.#keys(this.#revisions, revisionLinkKey),
      options,
      (outcome, index) => this.revisionRead(this.#revisions.at(index), outcome),
    );
    await readMany(driver, this.#keys(this.#layerLinks, layerKey), options, (outcome, index) =>
      this.layerLinkRead(this.#layerLinks.at(index), outcome),
    );
  }

  /**
   * Tags that were listed and can't be found. Mostly somebody deleted them meanwhile; but a store can be late to show
   * a link to those who read it, and the manifest that it leads to must not go for that.
   */
  async #lookAgain(driver: StorageDriver, tags: NumberList, signal?: AbortSignal): Promise<void> {
    const inventory = this.#inventory;
    for (let index = 0; index < tags.length; index++) {
      const tag = tags.at(index);
      const key = tagLinkKey(inventory, tag);
      let listed = false;
      const options = { prefix: parentOf(key), detail: 'keys', signal } as const;
      for await (const page of checkedList(driver, false, options)) {
        if (page.objects.some((object) => object.key === key)) listed = true;
      }
      if (listed) this.#tagUnreadable(tag, key, "is listed but can't be found");
      else inventory.tagCurrent.delete(tag);
    }
  }

  /** Files the content of a tag's current link. */
  tagRead(tag: number, outcome: ReadOutcome): void {
    const inventory = this.#inventory;
    if (outcome.status === 'missing') return;
    const link = linkOf(outcome);
    if (typeof link !== 'string') {
      inventory.tagTarget.set(tag, inventory.digests.add(link.digest) + 1);
      return;
    }
    this.#tagUnreadable(tag, outcome.key, link);
  }

  #tagUnreadable(tag: number, key: Key, why: string): void {
    const { repository, tag: name } = this.#inventory.tagName(tag);
    this.#inventory.tagUnreadable.add(tag);
    this.#findings.add({
      code: 'tag-unreadable',
      severity: 'unjudged',
      ...{ key, repository },
      tags: [name],
      message: `the tag ${repository}:${name} ${why} (${key}); all manifests of ${repository} are kept`,
      advice: 'Push the tag again or delete it through the registry, then run again.',
    });
  }

  /** Files the content of a revision link. */
  revisionRead(revision: number, outcome: ReadOutcome): void {
    const inventory = this.#inventory;
    if (outcome.status === 'missing') return;
    const { repository, digest } = inventory.revisionName(revision);
    const link = linkOf(outcome);
    if (typeof link !== 'string') {
      if (link.digest === digest) return;
      inventory.revisionTarget.set(revision, inventory.digests.add(link.digest) + 1);
      this.#alias(outcome.key, repository, digest, link.digest);
      return;
    }
    this.#findings.add({
      code: 'revision-unreadable',
      severity: 'warning',
      key: outcome.key,
      repository,
      digest,
      message: `the revision link ${outcome.key} ${link}; it counts as the manifest that its path names`,
      advice: 'Push the image again, or delete it through the registry.',
    });
  }

  /** Files the content of a layer link. */
  layerLinkRead(layerLink: number, outcome: ReadOutcome): void {
    const inventory = this.#inventory;
    if (outcome.status === 'missing') return;
    const { repository, digest } = inventory.layerName(layerLink);
    const link = linkOf(outcome);
    if (typeof link !== 'string') {
      if (link.digest === digest) return;
      inventory.layerTarget.set(layerLink, inventory.digests.add(link.digest) + 1);
      this.#alias(outcome.key, repository, digest, link.digest);
      return;
    }
    inventory.layerUnreadable.add(layerLink);
    this.#findings.add({
      code: 'layer-link-unreadable',
      severity: 'unjudged',
      key: outcome.key,
      repository,
      digest,
      message: `the layer link ${outcome.key} ${link}; it stays, with the blob that its path names`,
      advice: 'Push an image with this layer again, which rewrites the link.',
    });
  }

  #alias(key: string, repository: string, digest: Digest, target: Digest): void {
    this.#findings.add({
      code: 'alias',
      severity: 'info',
      key,
      repository,
      digest,
      message: `${key} leads to ${target}, which lives as long as ${digest} does`,
    });
  }

  /**
   * Finds what tags point at without reading them: the listing shows the MD5 of a link, and a link is one of the few
   * digests in the tag's own history. Returns the tags that must be read.
   */
  #resolveTagsByMd5(): NumberList {
    const inventory = this.#inventory;
    for (let row = 0; this.#md5s.size > 0 && row < inventory.tagIndex.size; row++) {
      const tag = inventory.tagIndex.left(row);
      const wanted = this.#tagMd5.at(tag);
      if (wanted === 0 || inventory.targetOf(tag) >= 0) continue;
      const digest = inventory.tagIndex.right(row);
      const md5 = linkMd5(inventory.digests.text(digest));
      if (this.#md5s.find(md5) + 1 === wanted) inventory.tagTarget.set(tag, digest + 1);
    }
    const unresolved = u32List();
    for (let index = 0; index < this.#tags.length; index++) {
      const tag = this.#tags.at(index);
      if (inventory.targetOf(tag) < 0) unresolved.push(tag);
    }
    return unresolved;
  }

  *#keys(rows: NumberList, keyOf: (inventory: Inventory, row: number) => Key): Generator<Key> {
    for (let index = 0; index < rows.length; index++) yield keyOf(this.#inventory, rows.at(index));
  }
}

function tagLinkKey(inventory: Inventory, tag: number): Key {
  const { repository, tag: name } = inventory.tagName(tag);
  return tagKey(repository, name);
}

function revisionLinkKey(inventory: Inventory, revision: number): Key {
  const { repository, digest } = inventory.revisionName(revision);
  return revisionKey(repository, digest);
}

export function layerKey(inventory: Inventory, layerLink: number): Key {
  const { repository, digest } = inventory.layerName(layerLink);
  return layerLinkKey(repository, digest);
}

/** The digest in a link that was read, or what is wrong with it, in words. */
function linkOf(
  outcome: Exclude<ReadOutcome, { readonly status: 'missing' }>,
): { readonly digest: Digest } | string {
  if (outcome.status === 'failed') {
    const { code, message } = outcome.error;
    return code === 'TOO_LARGE' ? 'is too long for a link' : `can't be read: ${message}`;
  }
  const digest = parseLink(outcome.bytes);
  if (digest !== undefined) return { digest };
  return outcome.bytes.length === 0 ? 'is empty' : 'does not hold a digest';
}
