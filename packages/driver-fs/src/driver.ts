import type {
  ApiVersion,
  BulkVerbs,
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
  Prefix,
  PutOptions,
  Source,
  StatOptions,
  StorageDriver,
} from '@dunnage/driver-api';
import { API_VERSION } from '@dunnage/driver-api';
import { bulkVerbs } from './bulk.ts';
import { capabilities } from './capabilities.ts';
import { Client } from './client.ts';
import { optionsFrom, resolveConfig } from './config.ts';
import type { FsOptions } from './config.ts';
import { deleteObjects, pruneEmptyDirectories } from './delete.ts';
import { DRIVER } from './errors.ts';
import { list } from './list.ts';
import { get, stat } from './read.ts';
import { Writer } from './write.ts';

/**
 * Opens a directory as a storage. Nothing is made or changed: a root that does not exist is reported
 * by the first verb.
 * @throws {StorageError} `CONFIG_INVALID`, naming the option and what is accepted.
 */
export function createFsDriver(options: FsOptions): StorageDriver {
  return new FsDriver(new Client(resolveConfig(options)));
}

/** See `DriverModule.open`. */
export const open: DriverModule['open'] = async (source, context) =>
  createFsDriver(optionsFrom(source, context));

class FsDriver implements StorageDriver {
  readonly name = DRIVER;
  readonly id: string;
  readonly apiVersion: ApiVersion = API_VERSION;
  readonly bulk: BulkVerbs;
  readonly #client: Client;
  readonly #writer: Writer;

  constructor(client: Client) {
    this.id = client.id;
    this.#client = client;
    this.#writer = new Writer(client);
    this.bulk = bulkVerbs(client);
  }

  capabilities(options?: OpOptions): Promise<Capabilities> {
    return capabilities(this.#client, options);
  }

  stat(key: Key, options?: StatOptions): Promise<ObjectInfo | undefined> {
    return stat(this.#client, key, options);
  }

  get(key: Key, options?: GetOptions): Promise<GetResult> {
    return get(this.#client, key, options);
  }

  put(key: Key, source: Source, options?: PutOptions): Promise<ObjectInfo> {
    return this.#writer.put(key, source, options);
  }

  list(options?: ListOptions): AsyncIterable<ListPage> {
    return list(this.#client, options);
  }

  delete(requests: Many<DeleteRequest>, options?: OpOptions): AsyncIterable<DeleteOutcome> {
    return deleteObjects(this.#client, requests, options);
  }

  pruneEmptyDirectories(prefixes: Many<Prefix>, options?: OpOptions): AsyncIterable<Prefix> {
    return pruneEmptyDirectories(this.#client, prefixes, options);
  }

  async now(options?: OpOptions): Promise<number> {
    this.#client.check('now', options?.signal);
    // A file server's own clock may differ: puts check that it does so by little.
    return Date.now();
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
