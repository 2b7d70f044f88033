import { hash } from 'node:crypto';
import type { Key, ObjectInfo, Prefix } from '@dunnage/driver-api';
import { parentOf } from '@dunnage/driver-api';
import { Contents } from './contents.ts';
import { Echoes } from './lag.ts';
import { PROFILES } from './profiles/index.ts';
import type { Lag, Profile, ProfileName } from './profiles/profile.ts';
import { SortedNames } from './sorted-names.ts';
import type { Stored } from './stored.ts';

/** How a store is made. */
export interface StoreOptions {
  /** Which kind of store to imitate. Default: `'fs'`. */
  readonly profile?: ProfileName | undefined;
  /** The store's clock, in milliseconds since the Unix epoch. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
  /** Page and batch sizes smaller than the profile's, to meet their limits with few objects. */
  readonly maxPageSize?: number | undefined;
  readonly batchMax?: number | undefined;
  /** How far readers lag behind writers. Default: what the profile says. */
  readonly lag?: Lag | undefined;
}

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
  /** Overwritten and deleted states that are kept, and delete markers, oldest first. */
  readonly #history = new Map<Key, Stored[]>();
  /** Names of the current objects and, where there are such, directories (with a slash). */
  readonly #names = new SortedNames();
  readonly #directories = new Set<Prefix>();
  readonly #echoes: Echoes | undefined;
  #writes = 0;

  constructor(name: string, options: StoreOptions = {}) {
    this.name = name;
    this.profile = adjusted(PROFILES[options.profile ?? 'fs'], options);
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
    return this.#history.get(key)?.find((stored) => stored.info.version === version);
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
    const stored: Stored = {
      info: this.#describe(key, bytes),
      content: this.#contents.write(bytes),
    };
    if (this.profile.capabilities.emptyDirectories) this.#makeDirectories(parentOf(key));
    this.#replace(key, stored);
    return stored.info;
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
    const history = this.#history.get(key) ?? [];
    const at = history.findIndex((stored) => stored.info.version === version);
    const stored = history[at];
    if (stored === undefined || isMarker(stored)) return undefined;
    const hiddenByMarkers = !this.#live.has(key) && history.slice(at + 1).every(isMarker);
    if (this.profile.keeps === 'versions' && hiddenByMarkers) {
      history.length = at + 1;
      this.#promote(key);
      return stored.info;
    }
    return this.put(key, this.bytes(stored));
  }

  /** Kept states and markers of each key, oldest first, and the current object if there is one. */
  *versions(): Generator<{ key: Key; history: readonly Stored[]; current: Stored | undefined }> {
    for (const [key, history] of this.#history) {
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

  #describe(key: Key, bytes: Uint8Array): ObjectInfo {
    const serial = ++this.#writes;
    const { capabilities, etag, versioned, keeps } = this.profile;
    const { modifiedResolutionMs: resolution } = capabilities;
    const hashed = capabilities.list.checksumsInListing.includes('md5');
    const md5 = hashed || etag === 'content' ? hash('md5', bytes) : undefined;
    const etagged = etag === 'none' ? {} : { etag: etag === 'content' && md5 ? md5 : `w${serial}` };
    return Object.freeze({
      key,
      size: bytes.byteLength,
      modified: Math.floor(this.clock() / resolution) * resolution,
      ...etagged,
      ...(versioned && { version: versionName(keeps, serial) }),
      ...(hashed && md5 !== undefined && { checksums: Object.freeze({ md5 }) }),
    });
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
    if (before !== undefined && this.profile.keeps !== 'nothing') this.#remember(key, before);
    else this.#free(before);
    if (next === undefined && before !== undefined) this.#unlist(key);
  }

  #mark(key: Key): Removal {
    const version = versionName(this.profile.keeps, ++this.#writes);
    if (this.#live.has(key)) this.#replace(key, undefined);
    const info: ObjectInfo = Object.freeze({ key, size: 0, modified: this.clock(), version });
    this.#remember(key, { info, content: undefined });
    return { outcome: 'marked', version };
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
      const history = this.#history.get(key) ?? [];
      const at = history.findIndex((stored) => stored.info.version === version);
      const [removed] = at < 0 ? [] : history.splice(at, 1);
      if (removed === undefined) return undefined;
      this.#free(removed);
      if (history.length === 0) this.#history.delete(key);
    }
    this.#promote(key);
    return { outcome: 'deleted', version };
  }

  /** The newest kept state becomes the current one, unless there is one or it is a marker. */
  #promote(key: Key): void {
    const history = this.#history.get(key);
    const newest = history?.at(-1);
    if (history === undefined || newest === undefined || this.#live.has(key)) return;
    if (isMarker(newest)) return;
    history.pop();
    if (history.length === 0) this.#history.delete(key);
    this.#live.set(key, newest);
    this.#names.add(key);
  }

  #remember(key: Key, stored: Stored): void {
    const history = this.#history.get(key);
    if (history === undefined) this.#history.set(key, [stored]);
    else history.push(stored);
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

export function isMarker(stored: Stored): boolean {
  return stored.content === undefined;
}

/** Generations are numbers that grow; version ids of S3 are opaque. */
function versionName(keeps: Profile['keeps'], serial: number): string {
  return keeps === 'versions' ? `v${serial.toString(36).padStart(8, '0')}` : String(1e15 + serial);
}

function adjusted(profile: Profile, options: StoreOptions): Profile {
  const { capabilities } = profile;
  const maxPageSize = options.maxPageSize ?? capabilities.list.maxPageSize;
  const batchMax = options.batchMax ?? capabilities.delete.batchMax;
  const lag = options.lag ?? profile.lag;
  return {
    ...profile,
    capabilities: {
      ...capabilities,
      list: { ...capabilities.list, maxPageSize },
      delete: { ...capabilities.delete, batchMax },
    },
    ...(lag !== undefined && { lag }),
  };
}
