import type { Key, ObjectInfo, Prefix } from '@dunnage/driver-api';
import { parentOf } from '@dunnage/driver-api';
import { Contents } from './contents.ts';
import { describeMarker, describeObject } from './describe.ts';
import type { Write } from './describe.ts';
import { History } from './history.ts';
import { Echoes } from './lag.ts';
import type { Profile } from './profiles/profile.ts';
import { SortedNames } from './sorted-names.ts';
import { profileFrom } from './store-options.ts';
import type { StoreOptions } from './store-options.ts';
import { isMarker } from './stored.ts';
import type { Stored } from './stored.ts';

/** What became of a delete, as the store sees it. */
export type Removal =
  | { readonly outcome: 'deleted' | 'marked' | 'soft-deleted'; readonly version?: string }
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'precondition-failed' };

/**
 * The server side of the memory driver: what the SDK and the cloud are to the others. All methods are
 * synchronous, so each is atomic. It takes its arguments for granted; the driver has checked them.
 */
export class MemoryStore {
  readonly name: string;
  readonly profile: Profile;
  readonly clock: () => number;
  readonly #contents = new Contents();
  /** The current objects. */
  readonly #live = new Map<Key, Stored>();
  readonly #history = new History();
  /** Names of the current objects and, where there are such, directories (with a slash). */
  readonly #names = new SortedNames();
  readonly #directories = new Set<Prefix>();
  readonly #echoes: Echoes | undefined;
  #writes = 0;

  constructor(name: string, options: StoreOptions = {}) {
    this.name = name;
    this.profile = profileFrom(options);
    this.clock = options.clock ?? Date.now;
    if (this.profile.lag !== undefined) {
      this.#echoes = new Echoes(this.profile.lag, this.clock, (key, before) => {
        this.#free(before);
        this.#unlist(key);
      });
    }
  }

  /** Counts one operation, by which readers may catch up with writers. */
  tick(): void {
    this.#echoes?.tick();
  }

  /** The object as readers see it now, or one of its versions. */
  find(key: Key, version?: string): Stored | undefined {
    const current = this.#live.get(key);
    if (version === undefined) {
      return this.#echoes === undefined ? current : this.#echoes.seen(key, current);
    }
    if (current?.info.version === version) return current;
    if (this.profile.keeps !== 'versions') return undefined;
    return this.#history.find(key, version);
  }

  /** The object as it truly is: what conditions are checked against. */
  current(key: Key): Stored | undefined {
    return this.#live.get(key);
  }

  /** The bytes of an object; a delete marker has none. */
  bytes(stored: Stored): Uint8Array {
    return stored.content === undefined ? new Uint8Array() : this.#contents.read(stored.content);
  }

  /** Is there a directory of this name? */
  hasDirectory(prefix: Prefix): boolean {
    return this.#directories.has(prefix);
  }

  put(key: Key, bytes: Uint8Array): ObjectInfo {
    const info = describeObject(this.profile, key, bytes, this.#nextWrite());
    const content = this.#contents.write(bytes);
    if (this.profile.capabilities.emptyDirectories) this.#makeDirectories(parentOf(key));
    this.#replace(key, { info, content });
    return info;
  }

  remove(key: Key, conditions: { version?: string; ifMatch?: string }): Removal {
    const { version, ifMatch } = conditions;
    const current = this.#live.get(key);
    const { reportsMissing } = this.profile.capabilities.delete;
    if (ifMatch !== undefined && (current === undefined || current.info.etag !== ifMatch)) {
      const missing = current === undefined && reportsMissing;
      return missing ? { outcome: 'missing' } : { outcome: 'precondition-failed' };
    }
    if (version !== undefined) {
      const removed = this.#removeVersion(key, version);
      if (removed !== undefined) return removed;
      return reportsMissing ? { outcome: 'missing' } : { outcome: 'deleted' };
    }
    if (this.profile.keeps === 'versions') return this.#mark(key);
    if (current === undefined) return { outcome: reportsMissing ? 'missing' : 'deleted' };
    this.#replace(key, undefined);
    if (this.profile.keeps === 'soft-deleted') {
      return { outcome: 'soft-deleted', version: current.info.version ?? '' };
    }
    return { outcome: 'deleted' };
  }

  /** Makes a kept state the current one again; `undefined` where there is none of that version. */
  restore(key: Key, version: string): ObjectInfo | undefined {
    const stored = this.#history.find(key, version);
    if (stored === undefined || isMarker(stored)) return undefined;
    const versions = this.profile.keeps === 'versions' && !this.#live.has(key);
    if (versions && this.#history.uncover(key, version)) {
      this.#promote(key);
      return stored.info;
    }
    return this.put(key, this.bytes(stored));
  }

  /** Kept states and markers of each key, oldest first, and the current object if there is one. */
  *versions(): Generator<{ key: Key; history: readonly Stored[]; current: Stored | undefined }> {
    for (const [key, history] of this.#history.entries()) {
      yield { key, history, current: this.#live.get(key) };
    }
    for (const [key, current] of this.#live) {
      if (!this.#history.has(key)) yield { key, history: [], current };
    }
  }

  /** Names of objects and directories in byte order, for listings. Check objects with {@link find}. */
  get names(): Pick<SortedNames, 'seek' | 'after' | 'at'> {
    return this.#names;
  }

  /** Removes a directory if it is empty. */
  removeDirectory(prefix: Prefix): boolean {
    if (!this.#directories.has(prefix)) return false;
    const below = this.#names.after(this.#names.seek(prefix));
    if (this.#names.at(below, prefix) !== undefined) return false;
    this.#directories.delete(prefix);
    this.#names.remove(prefix);
    return true;
  }

  /** See {@link MemoryDriver.touch}. */
  touch(key: Key, modified: number): boolean {
    const stored = this.#live.get(key);
    if (stored === undefined) return false;
    this.#live.set(key, { ...stored, info: Object.freeze({ ...stored.info, modified }) });
    return true;
  }

  /** Ends all lag: readers see what is true. */
  settle(): void {
    this.#echoes?.settle();
  }

  /** How many contents the store holds, also those that no listing shows. */
  get contentCount(): number {
    return this.#contents.count;
  }

  #nextWrite(): Write {
    return { time: this.clock(), serial: ++this.#writes };
  }

  /** Makes `next` the current state of `key`, and keeps, echoes or frees what was. */
  #replace(key: Key, next: Stored | undefined): void {
    const before = this.#live.get(key);
    const listed = before !== undefined || this.#echoes?.has(key) === true;
    if (next === undefined) this.#live.delete(key);
    else this.#live.set(key, next);
    if (!listed && next !== undefined) this.#names.add(key);
    if (this.#echoes !== undefined) {
      this.#echoes.record(key, before);
      return;
    }
    if (before !== undefined && this.profile.keeps !== 'nothing') this.#history.add(key, before);
    else this.#free(before);
    if (next === undefined && before !== undefined) this.#unlist(key);
  }

  #mark(key: Key): Removal {
    const info = describeMarker(this.profile, key, this.#nextWrite());
    if (this.#live.has(key)) this.#replace(key, undefined);
    this.#history.add(key, { info, content: undefined });
    return { outcome: 'marked', version: info.version };
  }

  #removeVersion(key: Key, version: string): Removal | undefined {
    const current = this.#live.get(key);
    if (this.profile.keeps !== 'versions') {
      if (current?.info.version !== version) return undefined;
      this.#replace(key, undefined);
      return { outcome: this.profile.keeps === 'nothing' ? 'deleted' : 'soft-deleted', version };
    }
    if (current?.info.version === version) {
      this.#live.delete(key);
      this.#free(current);
      this.#unlist(key);
    } else {
      const removed = this.#history.remove(key, version);
      if (removed === undefined) return undefined;
      this.#free(removed);
    }
    this.#promote(key);
    return { outcome: 'deleted', version };
  }

  /** The newest kept state becomes the current one, unless there is one or it is a marker. */
  #promote(key: Key): void {
    const newest = this.#live.has(key) ? undefined : this.#history.takeNewest(key);
    if (newest === undefined) return;
    this.#live.set(key, newest);
    this.#names.add(key);
  }

  #free(stored: Stored | undefined): void {
    if (stored?.content !== undefined) this.#contents.remove(stored.content);
  }

  #unlist(key: Key): void {
    if (!this.#live.has(key) && this.#echoes?.has(key) !== true) this.#names.remove(key);
  }

  #makeDirectories(prefix: Prefix): void {
    if (prefix === '' || this.#directories.has(prefix)) return;
    this.#directories.add(prefix);
    this.#names.add(prefix);
    this.#makeDirectories(parentOf(prefix.slice(0, -1) as Key));
  }
}
