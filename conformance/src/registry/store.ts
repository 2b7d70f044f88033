import { type Key, type Prefix, type StorageDriver } from '@dunnage/driver-api';
import { bytesOf, type Content } from './digest.ts';

/** The verbs that building a registry takes: any driver has them, and a test's own store can. */
export type RegistryStorage = Pick<StorageDriver, 'put' | 'get' | 'list' | 'delete'>;

/** What a store can do for a builder, where it can. */
export interface StoreHooks {
  /** Sets an object's modification time, in milliseconds since the epoch. */
  readonly touch?: ((key: Key, modified: number) => Promise<void>) | undefined;
  /** Waits until readers see all that was written: for stores that are eventually consistent. */
  readonly settle?: (() => Promise<void>) | undefined;
}

/** Reads and writes whole small objects, and keys below prefixes. */
export class RegistryStore {
  readonly storage: RegistryStorage;
  readonly #hooks: StoreHooks;

  constructor(storage: RegistryStorage, hooks: StoreHooks = {}) {
    this.storage = storage;
    this.#hooks = hooks;
  }

  async put(key: Key, content: Content): Promise<void> {
    const bytes = bytesOf(content);
    await this.storage.put(key, bytes, { size: bytes.byteLength });
  }

  async read(key: Key): Promise<Uint8Array> {
    await this.#hooks.settle?.();
    const { body } = await this.storage.get(key);
    return new Uint8Array(await new Response(body).arrayBuffer());
  }

  async text(key: Key): Promise<string> {
    return new TextDecoder().decode(await this.read(key));
  }

  /** Keys below `prefix`, in the order of the listing. */
  async keys(prefix: Prefix): Promise<Key[]> {
    await this.#hooks.settle?.();
    const keys: Key[] = [];
    for await (const page of this.storage.list({ prefix, detail: 'keys' })) {
      for (const { key } of page.objects) keys.push(key);
    }
    return keys;
  }

  /** Deletes objects; ones that are not there are passed over. @throws where the store refuses one. */
  async remove(...keys: readonly Key[]): Promise<void> {
    for await (const result of this.storage.delete(keys.map((key) => ({ key })))) {
      if ('error' in result) throw result.error;
    }
  }

  /** Makes objects as old as told. @throws where the store's times can't be set. */
  async touch(modified: number, ...keys: readonly Key[]): Promise<void> {
    const touch = this.#hooks.touch;
    if (touch === undefined) {
      throw new Error('modification times can not be set here: no "touch" was given');
    }
    for (const key of keys) await touch(key, modified);
  }
}
