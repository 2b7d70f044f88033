import {
  parentOf,
  type BulkVerbs,
  type Key,
  type Prefix,
  type ReadOutcome,
  type StatOutcome,
  type StorageDriver,
} from '@dunnage/driver-api';
import { childrenOfAll, type Children } from '../io/children.ts';
import { readMany, statMany } from '../io/read-many.ts';
import { classify } from '../layout/classify.ts';
import { makeDigest } from '../layout/digest.ts';
import { LINK_MAX_BYTES, SHA256_LINK_SIZE } from '../layout/link.ts';
import { repositoriesPrefix } from '../layout/paths.ts';
import type { DirectoryList } from '../plan/directory-list.ts';
import type { Inventory } from './inventory.ts';
import { toSeconds } from './inventory.ts';
import type { LinkReader } from './link-reader.ts';

/** The registry's directories in a repository. */
const ROOMS: ReadonlySet<string> = new Set(['_layers', '_manifests', '_uploads']);
/** Directories opened, and links read, per call of a bulk verb. */
const CHUNK = 4096;

/**
 * Takes stock of repositories directory by directory, for stores where a step costs little and a flat listing would
 * open every directory (file systems). Layer links are taken by the names of their directories alone. Revision links
 * are looked at, because a directory can be left without its link; tag links are read.
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
  #revisions: Key[] = [];
  #odd: Key[] = [];
  #tagLinks: Key[] = [];
  /** The tag of each of {@link #tagLinks}. */
  #tags: number[] = [];
  /** Repositories with manifests by another algorithm, whose tags may have such a history. */
  readonly #oddAlgorithms = new Set<string>();

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
      if (this.#tagLinks.length + this.#odd.length + this.#revisions.length >= CHUNK)
        await this.#flush();
      this.#onRepositories(this.#inventory.repositories.size);
    }
    await this.#flush();
  }

  #visit({ prefix, objects, directories }: Children): void {
    const at = prefix.indexOf('/_', repositoriesPrefix.length - 1);
    if (at < 0) return this.#visitNamespace(prefix, objects, directories);
    const repository = prefix.slice(repositoriesPrefix.length, at);
    const parts = prefix.slice(at + 1, -1).split('/');
    const [room, kind] = parts;
    if (room === '_layers') {
      this.#visitDigests(prefix, objects, directories, parts.slice(1), (algorithm, hex) => {
        const digest = this.#inventory.digests.addNamed(algorithm, hex);
        if (digest < 0) return false;
        const row = this.#inventory.addNumberedLayerLink(
          this.#inventory.repository(repository),
          digest,
        );
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
      // Tags wait for the revisions, which tell whether their history needs more than one look.
      const first = directories.includes('revisions') ? 'revisions' : 'tags';
      for (const name of directories) {
        if (name === first) this.#push(prefix, name);
        else if (name !== 'tags') this.#onStray(`${prefix}${name}/`);
      }
      if (first === 'tags') this.#oddAlgorithms.add(repository);
    } else if (kind === 'revisions') {
      if (parts.length === 2) {
        if (directories.some((name) => name !== 'sha256')) this.#oddAlgorithms.add(repository);
        this.#push(parentOf(prefix.slice(0, -1) as Key), 'tags');
      }
      this.#visitDigests(prefix, objects, directories, parts.slice(2), (algorithm, hex) => {
        if (makeDigest(algorithm, hex) === undefined) return false;
        // Another algorithm in the path may be an alias: only its content tells.
        const links = algorithm === 'sha256' ? this.#revisions : this.#odd;
        links.push(`${prefix}${hex}/link` as Key);
        return true;
      });
    } else if (parts.length === 2) {
      this.#visitTags(prefix, repository, objects, directories);
    } else {
      const tag = this.#inventory.addTag(this.#inventory.repository(repository), parts[2] ?? '');
      this.#visitDigests(prefix, objects, directories, parts.slice(4), (algorithm, hex) => {
        const digest = this.#inventory.digests.addNamed(algorithm, hex);
        if (digest < 0) return false;
        this.#inventory.tagIndex.add(tag, digest);
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
      } else if (prefix !== repositoriesPrefix && ROOMS.has(name)) {
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
    const index = this.#oddAlgorithms.has(repository) ? 'index' : 'index/sha256';
    for (const name of directories) {
      this.#tags.push(this.#inventory.addTag(this.#inventory.repository(repository), name));
      this.#tagLinks.push(`${prefix}${name}/current/link` as Key);
      this.#push(prefix, `${name}/${index}`);
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

  async #flush(): Promise<void> {
    const revisions = this.#revisions;
    this.#revisions = [];
    const options = { concurrency: 1, signal: this.#signal };
    const reading = { ...options, maxBytes: LINK_MAX_BYTES };
    await statMany(this.#driver, revisions, options, (outcome) => {
      const odd = outcome.status === 'ok' && outcome.info.size !== SHA256_LINK_SIZE;
      if (odd) this.#odd.push(outcome.key);
      else this.#addRevision(outcome);
    });
    const odd = this.#odd;
    this.#odd = [];
    await readMany(this.#driver, odd, reading, (outcome) => this.#addRevision(outcome));
    const tagLinks = this.#tagLinks;
    const tags = this.#tags;
    this.#tagLinks = [];
    this.#tags = [];
    await readMany(this.#driver, tagLinks, reading, (outcome, index) => {
      if (outcome.status === 'missing') return;
      const tag = tags[index] as number;
      this.#inventory.tagCurrent.add(tag);
      this.#links.tagRead(tag, outcome);
    });
  }

  #addRevision(outcome: StatOutcome | ReadOutcome): void {
    if (outcome.status === 'missing') {
      this.#emptied.add(parentOf(outcome.key));
      return;
    }
    const fact = classify(outcome.key);
    if (fact.kind !== 'revision') return;
    // A link that can't be looked at may be young.
    const modified = toSeconds(outcome.status === 'ok' ? outcome.info.modified : Infinity);
    const repository = this.#inventory.repository(fact.repository);
    const row = this.#inventory.addRevision(repository, fact.digest, modified);
    if (outcome.status === 'failed' || 'bytes' in outcome) this.#links.revisionRead(row, outcome);
  }

  #push(prefix: Prefix, name: string): void {
    this.#directories.push(`${prefix}${name}/` as Prefix);
  }

  #strays(prefix: Prefix, objects: readonly string[]): void {
    for (const name of objects) this.#onStray(`${prefix}${name}`);
  }
}
