import { API_VERSION } from '@dunnage/driver-api';
import type {
  ApiVersion,
  Capabilities,
  DeleteOutcome,
  DeleteRequest,
  DriverModule,
  GetOptions,
  GetResult,
  Key,
  ListOptions,
  ListPage,
  Many,
  ObjectInfo,
  OpOptions,
  PendingUpload,
  Prefix,
  PutOptions,
  Source,
  StatOptions,
  StorageDriver,
  VersionInfo,
} from '@dunnage/driver-api';
import { onceAsked } from '@dunnage/driver-kit';
import { examine } from './capabilities.ts';
import { optionsFrom, resolve } from './config/index.ts';
import type { AzureOptions } from './config/index.ts';
import { copy, move, undelete } from './copy.ts';
import { deleteObjects } from './delete.ts';
import { DRIVER } from './errors.ts';
import { pruneEmptyDirectories } from './hierarchy.ts';
import { list } from './list.ts';
import { get, now, stat } from './read.ts';
import { AzureStore } from './store.ts';
import { abortUpload, pendingUploads } from './uploads.ts';
import { versionsOf } from './versions.ts';
import { put } from './write.ts';

/**
 * Opens a container of Azure Blob Storage. Nothing is asked of it before the first verb.
 * @throws {StorageError} `CONFIG_INVALID`, naming the option and what is accepted.
 */
export function createAzureDriver(options: AzureOptions): StorageDriver {
  return new AzureDriver(new AzureStore(resolve(options)));
}

/** See `DriverModule.open`. */
export const open: DriverModule['open'] = async (source, context) =>
  createAzureDriver(optionsFrom(source, context));

class AzureDriver implements StorageDriver {
  readonly name = DRIVER;
  readonly id: string;
  readonly apiVersion: ApiVersion = API_VERSION;
  /** Goes once it is known that the account keeps no versions. */
  versionsOf?: (options?: ListOptions) => AsyncIterable<ListPage<VersionInfo>>;
  /** Comes once it is known that the namespace is hierarchical. */
  pruneEmptyDirectories?: (prefixes: Many<Prefix>, options?: OpOptions) => AsyncIterable<Prefix>;
  readonly #store: AzureStore;
  readonly #examine: (options?: OpOptions) => Promise<Capabilities>;

  constructor(store: AzureStore) {
    this.id = store.config.id;
    this.#store = store;
    this.#examine = onceAsked((options) => examine(store, options));
    this.versionsOf = (options) => versionsOf(store, options);
  }

  async capabilities(options?: OpOptions): Promise<Capabilities> {
    const store = this.#store;
    store.session.check('capabilities', options);
    const found = await this.#examine(options);
    if (found.versions === 'none') delete this.versionsOf;
    if (found.emptyDirectories) {
      this.pruneEmptyDirectories = (prefixes, op) => pruneEmptyDirectories(store, prefixes, op);
    }
    return found;
  }

  stat(key: Key, options?: StatOptions): Promise<ObjectInfo | undefined> {
    return stat(this.#store, key, options);
  }

  get(key: Key, options?: GetOptions): Promise<GetResult> {
    return get(this.#store, key, options);
  }

  put(key: Key, source: Source, options?: PutOptions): Promise<ObjectInfo> {
    return put(this.#store, key, source, options);
  }

  list(options?: ListOptions): AsyncIterable<ListPage> {
    return list(this.#store, options);
  }

  delete(requests: Many<DeleteRequest>, options?: OpOptions): AsyncIterable<DeleteOutcome> {
    return deleteObjects(this.#store, requests, options);
  }

  now(options?: OpOptions): Promise<number> {
    return now(this.#store, options);
  }

  copy(from: Key, to: Key, options?: PutOptions): Promise<ObjectInfo> {
    return copy(this.#store, from, to, options);
  }

  move(from: Key, to: Key, options?: PutOptions): Promise<ObjectInfo> {
    return move(this.#store, from, to, options);
  }

  undelete(key: Key, version: string, options?: OpOptions): Promise<ObjectInfo> {
    return undelete(this.#store, key, version, options);
  }

  pendingUploads(options?: ListOptions): AsyncIterable<PendingUpload> {
    return pendingUploads(this.#store, options);
  }

  abortUpload(key: Key, uploadId: string, options?: OpOptions): Promise<void> {
    return abortUpload(this.#store, key, uploadId, options);
  }

  async close(): Promise<void> {
    this.#store.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
