import { MemoryStore } from './client.ts';
import type { StoreOptions } from './store-options.ts';
import { storageError } from './errors.ts';

const named = new Map<string, MemoryStore>();
let anonymous = 0;

/** The store of this name, the same in the whole process; made where there is none. */
export function storeNamed(name: string, options: StoreOptions = {}): MemoryStore {
  const existing = named.get(name);
  if (existing === undefined) {
    const store = new MemoryStore(name, options);
    named.set(name, store);
    return store;
  }
  const { profile } = options;
  if (profile !== undefined && profile !== existing.profile.name) {
    const message = `mem://${name} exists already with the profile ${existing.profile.name}, not ${profile}; use another name`;
    throw storageError('CONFIG_INVALID', 'open', message);
  }
  return existing;
}

/** A store that nobody else can open. */
export function storeOfItsOwn(options: StoreOptions = {}): MemoryStore {
  anonymous++;
  return new MemoryStore(`anonymous-${anonymous}`, options);
}
