import { randomUUID } from 'node:crypto';
import {
  BlobSASPermissions,
  generateBlobSASQueryParameters,
  StorageOAuthScopes,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { AnonymousCredential, HttpAuthorization } from '@azure/storage-blob';
import { StorageError } from '@dunnage/driver-api';
import type { Key, ObjectInfo, OpOptions, PutOptions } from '@dunnage/driver-api';
import { checkPutOptions } from '@dunnage/driver-kit';
import { PUT } from './limits.ts';
import { deleteOne } from './delete-one.ts';
import { DRIVER } from './errors.ts';
import { quoted } from './info.ts';
import { head } from './read.ts';
import { Refusal } from './refusal.ts';
import { complete, missing } from './store.ts';
import type { AzureStore } from './store.ts';
import { blockId, conditionsOf, putError } from './write.ts';

/** Bytes of a block that is copied: a few requests for a large object, each of them quick. */
const COPIED_BLOCK = 256 * 1024 * 1024;
/** How long the store may take to read what it copies, in milliseconds. */
const READABLE_FOR = 60 * 60 * 1000;

export async function copy(
  store: AzureStore,
  from: Key,
  to: Key,
  options: PutOptions = {},
): Promise<ObjectInfo> {
  return (await transfer(store, 'copy', from, to, options)).copied;
}

/** Copies, and deletes the original as it was copied. */
export async function move(
  store: AzureStore,
  from: Key,
  to: Key,
  options: PutOptions = {},
): Promise<ObjectInfo> {
  const { copied, original } = await transfer(store, 'move', from, to, options);
  if (from === to) return copied;
  using operation = store.session.begin('move', options, from);
  const facts = await store.facts(options);
  const request = { key: from, ...(original.etag !== undefined && { ifMatch: original.etag }) };
  const outcome = await deleteOne(store, facts, operation, request);
  if (!('error' in outcome)) return copied;
  const { code, status, providerCode, requestId, retry } = outcome.error;
  throw new StorageError({
    ...{ code, status, providerCode, requestId, retry, op: 'move', driver: DRIVER, key: from },
    message: `${JSON.stringify(from)} was copied to ${JSON.stringify(to)}, but not deleted: ${outcome.error.message}`,
    applied: 'unknown',
    cause: outcome.error,
  });
}

/** Makes an older version the current one, by copying it there. */
export async function undelete(
  store: AzureStore,
  key: Key,
  version: string,
  options: OpOptions = {},
): Promise<ObjectInfo> {
  const { session } = store;
  session.checkKey('undelete', key);
  await store.checkVersion('undelete', version, options);
  return session.run('undelete', options, key, async (signal) => {
    const found = await head(store, key, version, signal);
    if (found === undefined) throw missing(store, 'undelete', key, version);
    return new Copying(store, 'undelete', found, key, signal, {}, version).run();
  });
}

async function transfer(
  store: AzureStore,
  op: string,
  from: Key,
  to: Key,
  options: PutOptions,
): Promise<{ readonly copied: ObjectInfo; readonly original: ObjectInfo }> {
  const { session } = store;
  session.checkKey(op, from);
  session.checkKey(op, to);
  checkPutOptions(session, op, to, options, PUT);
  using operation = session.begin(op, options, from);
  try {
    const original = await head(store, from, undefined, operation.signal);
    if (original === undefined) throw missing(store, op, from);
    checkPromise(store, op, original, options);
    const nothingToDo = from === to && options.ifAbsent !== true && options.ifMatch === undefined;
    if (nothingToDo) return { copied: original, original };
    const copying = new Copying(store, op, original, to, operation.signal, options);
    return { copied: await copying.run(), original };
  } catch (error) {
    throw putError(store, operation, error, to, options, op);
  }
}

/** @throws {StorageError} `CORRUPT`, `UNSUPPORTED`: what is copied must be what was promised. */
function checkPromise(
  { session }: AzureStore,
  op: string,
  { key, size, checksums }: ObjectInfo,
  promised: PutOptions,
): void {
  const { checksum } = promised;
  const known = checksum === undefined ? undefined : checksums?.[checksum.algorithm];
  session.require(op, known !== undefined, checksum, `the checksum ${checksum?.algorithm}`);
  const wrongSize = promised.size !== undefined && promised.size !== size;
  if (!wrongSize && known === checksum?.value) return;
  const message = `${JSON.stringify(key)} is not what was promised; nothing was copied`;
  throw session.error('CORRUPT', op, message, key);
}

/** One copy within the container: of what is small in one request, else block by block and seen only when whole. */
class Copying {
  readonly #store: AzureStore;
  readonly #op: string;
  readonly #source: ObjectInfo;
  readonly #to: Key;
  readonly #signal: AbortSignal;
  readonly #options: PutOptions;
  readonly #version: string | undefined;

  constructor(
    store: AzureStore,
    op: string,
    source: ObjectInfo,
    to: Key,
    signal: AbortSignal,
    options: PutOptions,
    version?: string,
  ) {
    this.#store = store;
    this.#op = op;
    this.#source = source;
    this.#to = to;
    this.#signal = signal;
    this.#options = options;
    this.#version = version;
  }

  async run(): Promise<ObjectInfo> {
    try {
      const { singleCopyBytes } = this.#store.config;
      if (this.#source.size <= singleCopyBytes) await this.#atOnce();
      else await this.#inBlocks(Math.min(singleCopyBytes, COPIED_BLOCK));
    } catch (error) {
      const refusal = Refusal.of(error);
      const isGone = refusal?.code === 'CannotVerifyCopySource' && refusal.status === 404;
      throw isGone ? missing(this.#store, this.#op, this.#source.key) : error;
    }
    const info = await head(this.#store, this.#to, undefined, this.#signal);
    if (info === undefined) throw missing(this.#store, this.#op, this.#to);
    return complete(this.#store, this.#op, info);
  }

  async #atOnce(): Promise<void> {
    const { url, sourceAuthorization } = await this.#readable();
    const { etag } = this.#source;
    await this.#target().syncCopyFromURL(url, {
      abortSignal: this.#signal,
      conditions: conditionsOf(this.#options),
      ...(etag !== undefined && { sourceConditions: { ifMatch: quoted(etag) } }),
      ...(sourceAuthorization !== undefined && { sourceAuthorization }),
    });
  }

  async #inBlocks(length: number): Promise<void> {
    const { key, size, etag, checksums } = this.#source;
    const prefix = randomUUID();
    const blocks: string[] = [];
    for (let offset = 0; offset < size; offset += length) {
      const id = blockId(prefix, blocks.length);
      // Anew for each block: a token may expire while a large object is copied.
      const { url, sourceAuthorization } = await this.#readable();
      await this.#target().stageBlockFromURL(id, url, offset, Math.min(length, size - offset), {
        abortSignal: this.#signal,
        ...(sourceAuthorization !== undefined && { sourceAuthorization }),
      });
      blocks.push(id);
    }
    // All blocks are of one content when it is still the same after the last of them.
    const after = await head(this.#store, key, this.#version, this.#signal);
    if (after?.etag !== etag) throw new Refusal(412, undefined, 'SourceConditionNotMet');
    const md5 = checksums?.md5;
    await this.#target().commitBlockList(blocks, {
      abortSignal: this.#signal,
      conditions: conditionsOf(this.#options),
      ...(md5 !== undefined && { blobHTTPHeaders: { blobContentMD5: Buffer.from(md5, 'hex') } }),
    });
  }

  #target(): ReturnType<AzureStore['client']['blob']> {
    return this.#store.client.blob(this.#store.nameOf(this.#to));
  }

  /** Where the store can read the source, and what lets it in there. */
  async #readable(): Promise<{ url: string; sourceAuthorization?: HttpAuthorization }> {
    const { client, config } = this.#store;
    const name = this.#store.nameOf(this.#source.key);
    const url = client.urlOf(name, { versionid: this.#version });
    const { credential } = client;
    if (credential instanceof StorageSharedKeyCredential) {
      const values = {
        containerName: config.container,
        blobName: name,
        permissions: BlobSASPermissions.parse('r'),
        expiresOn: new Date(Date.now() + READABLE_FOR),
        ...(this.#version !== undefined && { versionId: this.#version }),
      };
      const sas = generateBlobSASQueryParameters(values, credential).toString();
      return { url: `${url}${url.includes('?') ? '&' : '?'}${sas}` };
    }
    if (!givesTokens(credential)) return { url };
    const token = await credential.getToken(StorageOAuthScopes, { abortSignal: this.#signal });
    if (token === null) return { url };
    return { url, sourceAuthorization: { scheme: 'Bearer', value: token.token } };
  }
}

type TokenSource = Exclude<
  AzureStore['client']['credential'],
  StorageSharedKeyCredential | AnonymousCredential
>;

function givesTokens(credential: AzureStore['client']['credential']): credential is TokenSource {
  return 'getToken' in credential;
}
