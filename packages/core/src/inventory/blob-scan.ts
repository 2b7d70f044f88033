import { parentOf, type Key, type Prefix, type StorageDriver } from '@dunnage/driver-api';
import type { Findings } from '../gc/findings.ts';
import { childrenOfAll } from '../io/children.ts';
import { statMany } from '../io/read-many.ts';
import { classify } from '../layout/classify.ts';
import { blobKey, blobsPrefix } from '../layout/paths.ts';
import { BitSet } from '../packed/bit-set.ts';
import type { DigestTable } from '../packed/digest-table.ts';
import { u32List } from '../packed/list.ts';
import type { DirectoryList } from '../plan/directory-list.ts';
import { BlobCandidates } from './candidates.ts';
import { listFlat } from './flat-list.ts';

/** What the scan needs to know and whom it tells. */
export interface BlobScanOptions {
  readonly driver: StorageDriver;
  readonly digests: DigestTable;
  /** True for digests that are needed or protected. */
  readonly isKept: (digest: number) => boolean;
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly findings: Findings;
  readonly emptied: DirectoryList;
  readonly onStray: (key: string) => void;
  readonly onBlobs: (count: number) => void;
}

/** Lists all blobs and picks out those that nothing keeps. */
export class BlobScan {
  readonly candidates = new BlobCandidates();
  /** Digests, among those with a number, that have a blob. */
  readonly seen = new BitSet();
  /** All blobs. */
  count = 0;
  readonly #options: BlobScanOptions;

  constructor(options: BlobScanOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    if (this.#options.driver.bulk === undefined) await this.#list();
    else await this.#walk();
  }

  /** Object stores: the listing tells size and time of every blob. */
  async #list(): Promise<void> {
    const { driver, digests, concurrency, signal, onStray, onBlobs } = this.#options;
    await listFlat(driver, blobsPrefix, concurrency, signal, (objects) => {
      for (const object of objects) {
        const fact = classify(object.key);
        if (fact.kind !== 'blob') {
          onStray(object.key);
          continue;
        }
        const digest = digests.add(fact.digest);
        if (!this.#see(digest)) continue;
        this.candidates.add(digest, object.size ?? 0, object.modified ?? Infinity, object.etag);
      }
      onBlobs(this.count);
    });
  }

  /** File systems: the names of the blobs' directories suffice; only those that nothing keeps are looked at. */
  async #walk(): Promise<void> {
    const { driver, digests, signal, emptied, onStray, onBlobs } = this.#options;
    const { bulk } = driver;
    if (bulk === undefined) return;
    let level: Prefix[] = [blobsPrefix];
    while (level.length > 0) {
      const below: Prefix[] = [];
      const unkept = u32List();
      await childrenOfAll(bulk, level, signal, ({ prefix, objects, directories }) => {
        for (const name of objects) onStray(`${prefix}${name}`);
        const parts = prefix.slice(blobsPrefix.length, -1).split('/');
        const shard = parts.length > 1 ? (parts.pop() ?? '') : '';
        const algorithm = parts.join('/');
        if (shard.length === 2 && objects.length + directories.length === 0) emptied.add(prefix);
        for (const name of directories) {
          const inShard = shard !== '' && name.startsWith(shard);
          const id = inShard ? digests.addNamed(algorithm, name) : -1;
          if (id >= 0) {
            if (this.#see(id)) unkept.push(id);
          } else if (shard.length !== 2 && /^[a-z0-9_-]{1,20}$/.test(name)) {
            below.push(`${prefix}${name}/` as Prefix);
          } else {
            onStray(`${prefix}${name}/`);
          }
        }
      });
      await this.#stat(unkept);
      onBlobs(this.count);
      level = below;
    }
  }

  async #stat(unkept: { readonly length: number; at(index: number): number }): Promise<void> {
    const { driver, digests, concurrency, signal, findings, emptied } = this.#options;
    const keys = function* (): Generator<Key> {
      for (let row = 0; row < unkept.length; row++) yield blobKey(digests.text(unkept.at(row)));
    };
    await statMany(driver, keys(), { concurrency, signal }, (outcome, index) => {
      if (outcome.status === 'ok') {
        const { size, modified, etag } = outcome.info;
        this.candidates.add(unkept.at(index), size, modified, etag);
      } else if (outcome.status === 'missing') {
        // A directory without its blob, as a crash between the two deletes leaves it.
        this.count--;
        this.seen.delete(unkept.at(index));
        emptied.add(parentOf(outcome.key));
      } else {
        findings.add({
          code: 'delete-failed',
          severity: 'unjudged',
          key: outcome.key,
          message: `the unused blob ${outcome.key} can't be looked at, so it stays: ${outcome.error.message}`,
        });
      }
    });
  }

  /** Counts a blob; true when nothing keeps it. */
  #see(digest: number): boolean {
    this.count++;
    this.seen.add(digest);
    return !this.#options.isKept(digest);
  }
}
