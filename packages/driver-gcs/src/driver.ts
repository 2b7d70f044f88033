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
  PutOptions,
  Source,
  StatOptions,
  StorageDriver,
  VersionInfo,
} from '@dunnage/driver-api';
import { Bucket } from './bucket.ts';
import { capabilities } from './capabilities.ts';
import { resolveConfig } from './config.ts';
import type { GcsOptions } from './config.ts';
import { copy } from './copy.ts';
import { deleteObjects } from './delete.ts';
import { DRIVER } from './errors.ts';
import { list } from './list.ts';
import { Mover } from './move.ts';
import { optionsFrom } from './options-from.ts';
import { get, now, stat } from './read.ts';
import { undelete } from './undelete.ts';
import { versionsOf } from './versions.ts';
import { put } from './write.ts';

/**
 * Opens a bucket as a storage. Nothing is asked of the store yet: a bucket that does not exist is reported by
 * the first verb.
 * @throws {StorageError} `CONFIG_INVALID`, naming the option and what is accepted.
 */
export function createGcsDriver(options: GcsOptions): StorageDriver {
  return new GcsDriver(new Bucket(resolveConfig(options)));
}

/** See `DriverModule.open`. */
export const open: DriverModule['open'] = async (source, context) =>
  createGcsDriver(optionsFrom(source, context));

class GcsDriver implements StorageDriver {
  readonly name = DRIVER;
  readonly id: string;
  readonly apiVersion: ApiVersion = API_VERSION;
  /** Goes once it is known that the bucket keeps no versions. */
  versionsOf?: (options?: ListOptions) => AsyncIterable<ListPage<VersionInfo>>;
  readonly #bucket: Bucket;
  readonly #mover: Mover;

  constructor(bucket: Bucket) {
    this.id = bucket.config.id;
    this.#bucket = bucket;
    this.#mover = new Mover(bucket);
    this.versionsOf = (options) => versionsOf(bucket, options);
  }

  async capabilities(options?: OpOptions): Promise<Capabilities> {
    const found = await capabilities(this.#bucket, options);
    if (found.versions === 'none') delete this.versionsOf;
    return found;
  }

  stat(key: Key, options?: StatOptions): Promise<ObjectInfo | undefined> {
    return stat(this.#bucket, key, options);
  }

  get(key: Key, options?: GetOptions): Promise<GetResult> {
    return get(this.#bucket, key, options);
  }

  put(key: Key, source: Source, options?: PutOptions): Promise<ObjectInfo> {
    return put(this.#bucket, key, source, options);
  }

  list(options?: ListOptions): AsyncIterable<ListPage> {
    return list(this.#bucket, options);
  }

  delete(requests: Many<DeleteRequest>, options?: OpOptions): AsyncIterable<DeleteOutcome> {
    return deleteObjects(this.#bucket, requests, options);
  }

  now(options?: OpOptions): Promise<number> {
    return now(this.#bucket, options);
  }

  copy(from: Key, to: Key, options?: PutOptions): Promise<ObjectInfo> {
    return copy(this.#bucket, from, to, options);
  }

  move(from: Key, to: Key, options?: PutOptions): Promise<ObjectInfo> {
    return this.#mover.move(from, to, options);
  }

  undelete(key: Key, version: string, options?: OpOptions): Promise<ObjectInfo> {
    return undelete(this.#bucket, key, version, options);
  }

  close(): Promise<void> {
    return this.#bucket.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
