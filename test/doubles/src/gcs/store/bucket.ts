import { SortedMap } from '../../shared/sorted-map.ts';
import type { BucketSettings } from './bucket-settings.ts';
import type { Generation } from './generation.ts';

/** All generations of one name. */
interface Entry {
  live: Generation | undefined;
  /** Oldest first. */
  noncurrent: Generation[];
  /** Oldest first. */
  softDeleted: Generation[];
}

/** Which generations a listing shows. */
export type Shown = 'live' | 'versions' | 'soft-deleted';

/** A bucket and its objects. What the service refuses is decided elsewhere; here things just happen. */
export class Bucket {
  readonly name: string;
  readonly created: number;
  updated: number;
  metageneration = 1;
  settings: BucketSettings;
  readonly #clock: () => number;
  readonly #entries = new SortedMap<Entry>();
  #liveCount = 0;

  constructor(name: string, settings: BucketSettings, clock: () => number) {
    this.name = name;
    this.settings = settings;
    this.#clock = clock;
    this.created = clock();
    this.updated = this.created;
  }

  now(): number {
    return this.#clock();
  }

  change(settings: BucketSettings): void {
    this.settings = settings;
    this.metageneration++;
    this.updated = this.now();
  }

  /** Live objects. */
  get size(): number {
    return this.#liveCount;
  }

  /** Whether anything but soft-deleted objects is left. */
  get empty(): boolean {
    for (const [, entry] of this.#entries.from('')) {
      if (entry.live !== undefined || entry.noncurrent.length > 0) return false;
    }
    return true;
  }

  live(name: string): Generation | undefined {
    return this.#entries.get(name)?.live;
  }

  /** A generation that is live or noncurrent. */
  find(name: string, generation: string): Generation | undefined {
    return this.show(name, 'versions').find((one) => one.generation === generation);
  }

  findSoftDeleted(name: string, generation: string): Generation | undefined {
    return this.show(name, 'soft-deleted').find((one) => one.generation === generation);
  }

  /** The generations of a name, oldest first. */
  show(name: string, shown: Shown): Generation[] {
    const entry = this.#entries.get(name);
    return entry === undefined ? [] : this.#select(entry, shown);
  }

  /** Names from `first` (inclusive) on in UTF-8 order, with their generations; names without any are left out. */
  *from(
    first: string,
    shown: Shown,
  ): Generator<readonly [name: string, generations: Generation[]]> {
    for (const [name, entry] of this.#entries.from(first)) {
      const generations = this.#select(entry, shown);
      if (generations.length > 0) yield [name, generations];
    }
  }

  /** Makes a generation the live one; the one before becomes what the settings say. */
  add(object: Generation): void {
    let entry = this.#entries.get(object.name);
    if (entry === undefined) {
      entry = { live: undefined, noncurrent: [], softDeleted: [] };
      this.#entries.set(object.name, entry);
    }
    const before = entry.live;
    if (before !== undefined) this.#retire(entry, before);
    else this.#liveCount++;
    entry.live = object;
  }

  /** Deletes the live generation, which stays noncurrent in a bucket with versions. */
  delete(object: Generation): void {
    const entry = this.#entries.get(object.name);
    if (entry === undefined || entry.live !== object) return;
    entry.live = undefined;
    this.#liveCount--;
    this.#retire(entry, object);
    this.#tidy(object.name, entry);
  }

  /** Deletes one generation, live or noncurrent, past versioning; soft delete can still keep it. */
  remove(object: Generation): void {
    object.deleted ??= this.now();
    this.#take(object, (entry) => this.#drop(entry, object));
  }

  /** As {@link remove}, past soft delete too. */
  vanish(object: Generation): void {
    this.#take(object, () => {});
  }

  #take(object: Generation, then: (entry: Entry) => void): void {
    const entry = this.#entries.get(object.name);
    if (entry === undefined) return;
    if (entry.live === object) {
      entry.live = undefined;
      this.#liveCount--;
    }
    entry.noncurrent = entry.noncurrent.filter((one) => one !== object);
    then(entry);
    this.#tidy(object.name, entry);
  }

  #retire(entry: Entry, object: Generation): void {
    object.deleted = this.now();
    if (this.settings.versioning) entry.noncurrent.push(object);
    else this.#drop(entry, object);
  }

  #drop(entry: Entry, object: Generation): void {
    const now = this.now();
    const kept = this.settings.softDeleteSeconds * 1000;
    if (kept === 0) return;
    object.softDeleted = { since: now, until: now + kept };
    entry.softDeleted.push(object);
  }

  #select(entry: Entry, shown: Shown): Generation[] {
    if (shown === 'soft-deleted') {
      if (entry.softDeleted.length === 0) return entry.softDeleted;
      const now = this.now();
      return entry.softDeleted.filter((one) => (one.softDeleted?.until ?? 0) > now);
    }
    const live = entry.live === undefined ? [] : [entry.live];
    return shown === 'live' ? live : [...entry.noncurrent, ...live];
  }

  #tidy(name: string, entry: Entry): void {
    const { live, noncurrent, softDeleted } = entry;
    if (live === undefined && noncurrent.length + softDeleted.length === 0) {
      this.#entries.delete(name);
    }
  }
}
