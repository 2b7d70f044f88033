import { createHash, randomUUID } from 'node:crypto';
import type { Key, ObjectInfo, PutOptions, Source } from '@dunnage/driver-api';
import type { BlobRequestConditions } from '@azure/storage-blob';
import { checkPutOptions, partsOf } from '@dunnage/driver-kit';
import type { Operation, Part } from '@dunnage/driver-kit';
import { DRIVER } from './errors.ts';
import { checksumsOf, etagAndVersion, quoted } from './info.ts';
import { blockSize, PUT } from './limits.ts';
import { complete } from './store.ts';
import type { AzureStore } from './store.ts';

/** What the store says of a blob that it has just made. */
interface Made {
  readonly etag?: string;
  readonly lastModified?: Date;
  readonly versionId?: string;
}

export async function put(
  store: AzureStore,
  key: Key,
  source: Source,
  options: PutOptions = {},
): Promise<ObjectInfo> {
  const { session, config } = store;
  session.checkKey('put', key);
  checkPutOptions(session, 'put', key, options, PUT);
  using operation = session.begin('put', options, key);
  try {
    const upload = new Upload(store, key, options, operation);
    // One request for what is small, blocks for what is not.
    const partSize = (offset: number): number =>
      offset === 0 ? config.singlePutBytes : blockSize(offset);
    for await (const part of partsOf(operation, {
      ...{ driver: DRIVER, key, source, put: options, partSize },
    })) {
      operation.check();
      await upload.add(part);
    }
    return upload.info();
  } catch (error) {
    throw putError(store, operation, error, key, options);
  }
}

/** What a put or copy throws: a condition that failed means something else when nothing may be there. */
export function putError(
  { toStorageError }: AzureStore,
  operation: Operation,
  error: unknown,
  key: Key,
  { ifAbsent }: PutOptions,
  op = 'put',
): Error {
  operation.check();
  return toStorageError(error, op, key, { ifAbsent: ifAbsent === true });
}

/** What must hold of the blob that is to be replaced. */
export function conditionsOf({ ifAbsent, ifMatch }: PutOptions): BlobRequestConditions {
  return {
    ...(ifAbsent === true && { ifNoneMatch: '*' }),
    ...(ifMatch !== undefined && { ifMatch: quoted(ifMatch) }),
  };
}

/** One object on its way: nobody sees it before its last part has been taken. */
class Upload {
  readonly #store: AzureStore;
  readonly #key: Key;
  readonly #options: PutOptions;
  readonly #signal: AbortSignal;
  readonly #hash = createHash('md5');
  /** Of this upload alone: another one of the same key shall not mix up its blocks with ours. */
  readonly #blockPrefix = randomUUID();
  readonly #blocks: string[] = [];
  #size = 0;
  #made: Made = {};
  #md5: Buffer | undefined;

  constructor(store: AzureStore, key: Key, options: PutOptions, operation: Operation) {
    this.#store = store;
    this.#key = key;
    this.#options = options;
    this.#signal = operation.signal;
  }

  async add({ bytes, last }: Part): Promise<void> {
    this.#hash.update(bytes);
    this.#size += bytes.byteLength;
    if (last) this.#md5 = this.#hash.copy().digest();
    if (last && this.#blocks.length === 0) {
      this.#made = await this.#putWhole(bytes);
      return;
    }
    await this.#putBlock(bytes);
    if (last) this.#made = await this.#commit();
  }

  info(): ObjectInfo {
    const { etag, lastModified, versionId } = this.#made;
    return complete(this.#store, 'put', {
      key: this.#key,
      size: this.#size,
      modified: lastModified?.getTime() ?? Number.NaN,
      ...etagAndVersion(etag, versionId),
      ...checksumsOf(this.#md5?.toString('base64')),
    });
  }

  #putWhole(bytes: Buffer): Promise<Made> {
    return this.#blob().upload(bytes, bytes.byteLength, {
      abortSignal: this.#signal,
      conditions: conditionsOf(this.#options),
      ...(this.#md5 !== undefined && { transactionalContentMD5: this.#md5 }),
    });
  }

  async #putBlock(bytes: Buffer): Promise<void> {
    const id = blockId(this.#blockPrefix, this.#blocks.length);
    await this.#blob().stageBlock(id, bytes, bytes.byteLength, {
      abortSignal: this.#signal,
      transactionalContentMD5: createHash('md5').update(bytes).digest(),
    });
    this.#blocks.push(id);
  }

  #commit(): Promise<Made> {
    return this.#blob().commitBlockList(this.#blocks, {
      abortSignal: this.#signal,
      conditions: conditionsOf(this.#options),
      // The store has checked each block, and does not compute the hash of all of them.
      ...(this.#md5 !== undefined && { blobHTTPHeaders: { blobContentMD5: this.#md5 } }),
    });
  }

  #blob(): ReturnType<AzureStore['client']['blob']> {
    return this.#store.client.blob(this.#store.nameOf(this.#key));
  }
}

/** The name of a block; all of a blob have the same length, as the store demands. */
export function blockId(prefix: string, index: number): string {
  return Buffer.from(`${prefix}-${String(index).padStart(6, '0')}`).toString('base64');
}
