import { API_VERSION } from '@dunnage/driver-api';
import type { DriverModule, Key, StorageDriver } from '@dunnage/driver-api';
import { bulkVerbs } from './bulk.ts';
import type { MemoryStore } from './client.ts';
import { parseConfig } from './config.ts';
import { deleteObjects, pruneEmptyDirectories } from './delete.ts';
import { DRIVER, notFound } from './errors.ts';
import { list } from './list.ts';
import { get, stat } from './read.ts';
import { Session } from './session.ts';
import type { StoreOptions } from './store-options.ts';
import { storeNamed, storeOfItsOwn } from './stores.ts';
import { versionsOf } from './versions.ts';
import { copy, move, put, undelete } from './write.ts';

/** Options of {@link createMemoryDriver}. */
export interface MemoryDriverOptions extends StoreOptions {
  /** Opens the store of this name, the same in the whole process. Default: a store of its own. */
  readonly name?: string | undefined;
  /** Opens this store, as another driver's {@link MemoryDriver.store} gives it; then nothing else counts. */
  readonly store?: MemoryStore | undefined;
}

/** The memory driver: the contract, and what only the one who owns the store can do. */
export interface MemoryDriver extends StorageDriver {
  /** The store behind this driver: open it again with {@link MemoryDriverOptions.store}. */
  readonly store: MemoryStore;
  /**
   * Sets when an object was last written, in milliseconds since the Unix epoch, so that tests can
   * make it old. Its etag stays. No real store lets a client do this.
   * @throws {StorageError} `NOT_FOUND`
   */
  touch(key: Key, modified: number): void;
  /** Ends all lag of an eventually consistent store: readers see what is true. */
  settle(): void;
}

/** Opens a storage in memory, of its own unless `name` or `store` say otherwise. */
export function createMemoryDriver(options: MemoryDriverOptions = {}): MemoryDriver {
  const { name, store: given } = options;
  const store = given ?? (name === undefined ? storeOfItsOwn(options) : storeNamed(name, options));
  const session = new Session(store);
  const { profile } = store;
  const { capabilities } = profile;
  return {
    name: DRIVER,
    id: `mem://${store.name}`,
    apiVersion: API_VERSION,
    store,
    async capabilities(op) {
      session.check('capabilities', op);
      return capabilities;
    },
    stat: async (key, op) => stat(session, key, op),
    get: async (key, op) => get(session, key, op),
    put: (key, source, op) => put(session, key, source, op),
    list: (op) => list(session, op),
    delete: (requests, op) => deleteObjects(session, requests, op),
    async now(op) {
      session.check('now', op);
      return store.clock();
    },
    async close() {
      session.close();
    },
    async [Symbol.asyncDispose]() {
      session.close();
    },
    touch(key, modified) {
      if (!store.touch(key, modified)) throw notFound('touch', key);
    },
    settle: () => store.settle(),
    ...(profile.copy && { copy: async (from, to, op) => copy(session, from, to, op) }),
    ...(profile.move && { move: async (from, to, op) => move(session, from, to, op) }),
    ...(capabilities.versions !== 'none' && { versionsOf: (op) => versionsOf(session, op) }),
    ...(profile.keeps !== 'nothing' && {
      undelete: async (key, version, op) => undelete(session, key, version, op),
    }),
    ...(capabilities.emptyDirectories && {
      bulk: bulkVerbs(session),
      pruneEmptyDirectories: (prefixes, op) => pruneEmptyDirectories(session, prefixes, op),
    }),
  };
}

/** Opens `mem://name?profile=…` or the `inmemory` storage of a registry's configuration. */
export const open: DriverModule['open'] = async (source, context) => {
  const { name, profile } = parseConfig(source, context);
  return createMemoryDriver({ name, profile });
};
