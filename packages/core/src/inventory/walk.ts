import {
  parentOf,
  type BulkVerbs,
  type Key,
  type Prefix,
  type StorageDriver,
} from '@dunnage/driver-api';
import { CoreError } from '../errors.ts';
import { childrenOfAll, type Children } from '../io/children.ts';
import { classify } from '../layout/classify.ts';
import { makeDigest } from '../layout/digest.ts';
import { LINK_MAX_BYTES } from '../layout/link.ts';
import { repositoriesPrefix } from '../layout/paths.ts';
import type { DirectoryList } from '../plan/directory-list.ts';
import type { Inventory } from './inventory.ts';
import { toSeconds } from './inventory.ts';
import type { LinkReader } from './link-reader.ts';

/** Directories opened, and links read, per call of a bulk verb. */
const CHUNK = 4096;

/**
 * Takes stock of repositories directory by directory, for stores where a step costs little and a flat listing would
 * open every directory (file systems). Layer links are taken by the names of their directories alone; revision and
 * tag links are read, because a directory can be left without its link.
 */
export class RepositoryWalk {
  readonly #driver: StorageDriver;
  readonly #bulk: BulkVerbs;
  readonly #inventory: Inventory;
  readonly #links: LinkReader;
  readonly #emptied: DirectoryList;
  readonly #onStray: (key: string) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #onRepositories: (count: number) => void;
  #directories: Prefix[] = [repositoriesPrefix];
  #reads: Key[] = [];

  constructor(options: {
    readonly driver: StorageDriver;
    readonly bulk: BulkVerbs;
    readonly inventory: Inventory;
    readonly links: LinkReader;
    /** Takes directories that lack what they are for. */
    readonly emptied: DirectoryList;
    readonly onStray: (key: string) => void;
    readonly onRepositories: (count: number) => void;
    readonly signal?: AbortSignal | undefined;
  }) {
    this.#driver = options.driver;
    this.#bulk = options.bulk;
    this.#inventory = options.inventory;
    this.#links = options.links;
    this.#emptied = options.emptied;
    this.#onStray = options.onStray;
    this.#onRepositories = options.onRepositories;
    this.#signal = options.signal;
  }

  async run(): Promise<void> {
    while (this.#directories.length > 0) {
      // From the end: depth first, so that what waits is bounded by the tree's depth and width, not its size.
      const chunk = this.#directories.splice(-CHUNK);
      await childrenOfAll(this.#bulk, chunk, this.#signal, (children) => this.#visit(children));
      if (this.#reads.length >= CHUNK) await this.#readLinks();
      this.#onRepositories(this.#inventory.repositories.size);
    }
    await this.#readLinks();
  }

  #visit({ prefix, objects, directories }: Children): void {
    const at = prefix.indexOf('/_', repositoriesPrefix.length - 1);
    if (at < 0) return this.#visitNamespace(prefix, objects, directories);
    const repository = prefix.slice(repositoriesPrefix.length, at);
    const parts = prefix.slice(at + 1, -1).split('/');
    const [room, kind] = parts;
    if (room === '_layers') {
      this.#visitDigests(prefix, objects, directories, parts.slice(1), (algorithm, hex) => {
        const digest = makeDigest(algorithm, hex);
        if (digest === undefined) return false;
        const row = this.#inventory.addLayerLink(this.#inventory.repository(repository), digest, 0);
        if (algorithm !== 'sha256') this.#links.layerLink(row);
        return true;
      });
    } else if (room === '_uploads') {
      if (directories.length > 0) {
        this.#inventory.uploading.add(this.#inventory.repository(repository));
        this.#inventory.uploads += directories.length;
      }
      this.#strays(prefix, objects);
    } else if (kind === undefined) {
      this.#strays(prefix, objects);
      for (const name of directories) {
        if (name === 'revisions' || name === 'tags') this.#push(prefix, name);
        else this.#onStray(`${prefix}${name}/`);
      }
    } else if (kind === 'revisions') {
      this.#visitDigests(prefix, objects, directories, parts.slice(2), (algorithm, hex) => {
        if (makeDigest(algorithm, hex) === undefined) return false;
        this.#reads.push(`${prefix}${hex}/link` as Key);
        return true;
      });
    } else if (parts.length === 2) {
      this.#visitTags(prefix, repository, objects, directories);
    } else {
      const tag = this.#inventory.addTag(this.#inventory.repository(repository), parts[2] ?? '');
      this.#visitDigests(prefix, objects, directories, parts.slice(4), (algorithm, hex) => {
        const digest = makeDigest(algorithm, hex);
        if (digest === undefined) return false;
        this.#inventory.addTagIndex(tag, digest, 0);
        return true;
      });
    }
  }

  #visitNamespace(
    prefix: Prefix,
    objects: readonly string[],
    directories: readonly string[],
  ): void {
    this.#strays(prefix, objects);
    for (const name of directories) {
      if (!name.startsWith('_')) {
        this.#push(prefix, name);
      } else if (name === '_layers' || name === '_manifests' || name === '_uploads') {
        this.#inventory.repository(prefix.slice(repositoriesPrefix.length, -1));
        this.#push(prefix, name);
      } else {
        this.#onStray(`${prefix}${name}/`);
      }
    }
  }

  #visitTags(
    prefix: Prefix,
    repository: string,
    objects: readonly string[],
    directories: readonly string[],
  ): void {
    this.#strays(prefix, objects);
    for (const name of directories) {
      this.#inventory.addTag(this.#inventory.repository(repository), name);
      this.#reads.push(`${prefix}${name}/current/link` as Key);
      this.#push(prefix, `${name}/index`);
    }
  }

  /**
   * Directories named by hashes, below those named by their algorithm, which can have several parts.
   * @param algorithm the parts of the algorithm's name so far.
   * @param take false when the name is not a hash.
   */
  #visitDigests(
    prefix: Prefix,
    objects: readonly string[],
    directories: readonly string[],
    algorithm: readonly string[],
    take: (algorithm: string, hex: string) => boolean,
  ): void {
    this.#strays(prefix, objects);
    const name = algorithm.join('/');
    for (const directory of directories) {
      if (algorithm.length > 0 && take(name, directory)) continue;
      if (algorithm.length < 3 && /^[a-z0-9_-]{1,20}$/.test(directory))
        this.#push(prefix, directory);
      else this.#onStray(`${prefix}${directory}/`);
    }
  }

  async #readLinks(): Promise<void> {
    const keys = this.#reads;
    this.#reads = [];
    const options = { maxBytes: LINK_MAX_BYTES, signal: this.#signal };
    for (let start = 0; start < keys.length; start += CHUNK) {
      const chunk = keys.slice(start, start + CHUNK);
      let outcomes = 0;
      for await (const outcome of this.#bulk.read(chunk, options)) {
        outcomes++;
        const fact = classify(outcome.key);
        if (fact.kind === 'revision') {
          if (outcome.status === 'missing') {
            this.#emptied.add(parentOf(outcome.key));
            continue;
          }
          const modified = outcome.status === 'ok' ? toSeconds(outcome.info.modified) : 0;
          const repository = this.#inventory.repository(fact.repository);
          const row = this.#inventory.addRevision(repository, fact.digest, modified);
          this.#links.revisionRead(row, outcome);
        } else if (fact.kind === 'tag' && outcome.status !== 'missing') {
          const repository = this.#inventory.repository(fact.repository);
          const tag = this.#inventory.addTag(repository, fact.tag);
          this.#inventory.tagCurrent.add(tag);
          this.#links.tagRead(tag, outcome);
        }
      }
      if (outcomes < chunk.length) {
        throw new CoreError({
          code: 'LISTING_INCOMPLETE',
          key: chunk[0],
          message: `the ${this.#driver.name} driver answered ${outcomes} of ${chunk.length} reads`,
          advice: 'Nothing was deleted. The driver has a fault: check it with the conformance kit.',
        });
      }
    }
  }

  #push(prefix: Prefix, name: string): void {
    this.#directories.push(`${prefix}${name}/` as Prefix);
  }

  #strays(prefix: Prefix, objects: readonly string[]): void {
    for (const name of objects) this.#onStray(`${prefix}${name}`);
  }
}
