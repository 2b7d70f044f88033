import type { Key } from '@dunnage/driver-api';
import { isMarker } from './stored.ts';
import type { Stored } from './stored.ts';

/** What a store keeps beside the current objects: overwritten and deleted states, and delete markers. */
export class History {
  /** Oldest first. */
  readonly #byKey = new Map<Key, Stored[]>();

  add(key: Key, stored: Stored): void {
    const states = this.#byKey.get(key);
    if (states === undefined) this.#byKey.set(key, [stored]);
    else states.push(stored);
  }

  find(key: Key, version: string): Stored | undefined {
    return this.#byKey.get(key)?.find(({ info }) => info.version === version);
  }

  /** Takes out one state. */
  remove(key: Key, version: string): Stored | undefined {
    const states = this.#byKey.get(key) ?? [];
    const at = states.findIndex(({ info }) => info.version === version);
    const [removed] = at < 0 ? [] : states.splice(at, 1);
    this.#forgetIfEmpty(key, states);
    return removed;
  }

  /** Takes out the newest state, unless that is a marker: the object that comes to light. */
  takeNewest(key: Key): Stored | undefined {
    const states = this.#byKey.get(key) ?? [];
    const newest = states.at(-1);
    if (newest === undefined || isMarker(newest)) return undefined;
    states.pop();
    this.#forgetIfEmpty(key, states);
    return newest;
  }

  /** Removes the markers above a version, if there is nothing but markers above it. */
  uncover(key: Key, version: string): boolean {
    const states = this.#byKey.get(key) ?? [];
    const at = states.findIndex(({ info }) => info.version === version);
    if (at < 0 || !states.slice(at + 1).every(isMarker)) return false;
    states.length = at + 1;
    return true;
  }

  has(key: Key): boolean {
    return this.#byKey.has(key);
  }

  entries(): Iterable<readonly [key: Key, states: readonly Stored[]]> {
    return this.#byKey;
  }

  #forgetIfEmpty(key: Key, states: readonly Stored[]): void {
    if (states.length === 0) this.#byKey.delete(key);
  }
}
