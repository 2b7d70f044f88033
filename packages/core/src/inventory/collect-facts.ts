import type { ListedObject } from '@dunnage/driver-api';
import { classify, type Fact } from '../layout/classify.ts';
import { linkMd5, linkSize } from '../layout/link.ts';
import type { Digest } from '../layout/digest.ts';
import type { Inventory } from './inventory.ts';
import { toSeconds } from './inventory.ts';
import { TextTable } from '../packed/text-table.ts';
import type { LinkReader } from './link-reader.ts';

/**
 * Turns listed objects into rows of the inventory. What a listing shows of a link (its size, its MD5) mostly tells
 * what is in it without reading it; links that it does not tell of go to the {@link LinkReader}.
 */
export class FactCollector {
  readonly #inventory: Inventory;
  readonly #links: LinkReader;
  readonly #onStray: (key: string) => void;
  /** Of several objects each, which a store without an order scatters. */
  readonly #uploads = new TextTable();
  /** Repositories come in runs: one look-up per run, not per key. */
  #lastName = '';
  #lastRepository = -1;

  constructor(inventory: Inventory, links: LinkReader, onStray: (key: string) => void) {
    this.#inventory = inventory;
    this.#links = links;
    this.#onStray = onStray;
  }

  add(object: ListedObject): void {
    const fact = classify(object.key);
    const inventory = this.#inventory;
    switch (fact.kind) {
      case 'revision': {
        const repository = this.#repository(fact);
        const row = inventory.addRevision(repository, fact.digest, writtenAt(object));
        if (!leadsToItsName(object, fact.digest)) this.#links.revision(row);
        break;
      }
      case 'tag': {
        const tag = inventory.addTag(this.#repository(fact), fact.tag);
        inventory.tagCurrent.add(tag);
        this.#links.tag(tag, object.checksums?.md5);
        break;
      }
      case 'tag-index': {
        const tag = inventory.addTag(this.#repository(fact), fact.tag);
        inventory.addTagIndex(tag, fact.digest, writtenAt(object));
        break;
      }
      case 'layer-link': {
        const repository = this.#repository(fact);
        const row = inventory.addLayerLink(repository, fact.digest, writtenAt(object));
        if (!leadsToItsName(object, fact.digest)) this.#links.layerLink(row);
        break;
      }
      case 'signature':
        inventory.addSignature(this.#repository(fact), fact.digest, fact.signature);
        break;
      case 'upload': {
        inventory.uploading.add(this.#repository(fact));
        this.#uploads.add(`${fact.repository}/${fact.upload}`);
        inventory.uploads = this.#uploads.size;
        break;
      }
      default:
        this.#onStray(object.key);
    }
  }

  #repository({ repository }: Fact & { readonly repository: string }): number {
    if (repository !== this.#lastName) {
      this.#lastName = repository;
      this.#lastRepository = this.#inventory.repository(repository);
    }
    return this.#lastRepository;
  }
}

/** In seconds; an object whose time the listing does not tell may be young. */
function writtenAt({ modified = Infinity }: ListedObject): number {
  return toSeconds(modified);
}

/** True when the listing shows that the link at `object` holds the digest that its path names. */
function leadsToItsName(object: ListedObject, digest: Digest): boolean {
  // Another algorithm in the path is how the registry writes an alias: the link leads to the SHA-256.
  if (!digest.startsWith('sha256:') || object.size !== linkSize(digest)) return false;
  const md5 = object.checksums?.md5;
  return md5 === undefined || md5 === linkMd5(digest);
}
