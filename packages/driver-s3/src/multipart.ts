import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { CompletedPart } from '@aws-sdk/client-s3';
import type { Key, ObjectInfo, PutOptions } from '@dunnage/driver-api';
import type { Operation, Part } from '@dunnage/driver-kit';
import { unreadable } from './answer.ts';
import { conditionsOf, storedAs } from './conditions.ts';
import { S3Failure } from './failure.ts';
import type { Store } from './store.ts';
import { written } from './written.ts';

/** Milliseconds that clearing away after a failure may take. */
const CLEAR_MS = 30_000;

/** An upload in parts. Nothing of it is visible before {@link finish}. */
export class Upload {
  readonly #store: Store;
  readonly #key: Key;
  readonly #target: { readonly Bucket: string; readonly Key: string; readonly UploadId: string };
  readonly #parts: CompletedPart[] = [];

  private constructor(store: Store, key: Key, id: string) {
    this.#store = store;
    this.#key = key;
    this.#target = { Bucket: store.bucket, Key: store.root.nameOf(key), UploadId: id };
  }

  static async begin(store: Store, key: Key, signal: AbortSignal): Promise<Upload> {
    const target = { Bucket: store.bucket, Key: store.root.nameOf(key) };
    const { settings } = store;
    const command = new CreateMultipartUploadCommand({
      ...{ ...target, ...storedAs(settings) },
      // Else the store keeps no checksums of parts, and the end could not name them.
      ...(settings.checksums === 'crc32' && { ChecksumAlgorithm: 'CRC32' as const }),
    });
    const { UploadId } = await store.client.run(signal, (sdk, given) => sdk.send(command, given));
    if (UploadId === undefined) throw unreadable(200, {}, 'it does not name the upload');
    return new Upload(store, key, UploadId);
  }

  /** What requests for a part name. */
  part(number: number) {
    return { ...this.#target, PartNumber: number };
  }

  /** Takes note of a part that the store has. */
  done(number: number, part: Omit<CompletedPart, 'PartNumber'> | undefined): void {
    const { ETag, ChecksumCRC32 } = part ?? {};
    if (ETag === undefined) throw unreadable(200, {}, 'it does not confirm the part');
    this.#parts.push({
      ...{ PartNumber: number, ETag },
      ...(ChecksumCRC32 !== undefined && { ChecksumCRC32 }),
    });
  }

  /** Makes the object of its parts. */
  async finish(options: PutOptions, size: number, signal: AbortSignal): Promise<ObjectInfo> {
    const parts = this.#parts.toSorted((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
    const command = new CompleteMultipartUploadCommand({
      ...{ ...this.#target, MultipartUpload: { Parts: parts } },
      ...(await conditionsOf(this.#store, options, signal)),
    });
    const { ETag, VersionId } = await this.#store.client.run(signal, (sdk, given) =>
      sdk.send(command, given),
    );
    const facts = { size, etag: ETag, version: VersionId };
    return written(this.#store, this.#key, facts, signal);
  }

  /** Removes the parts. It has its own time: the caller's signal may be what ended the upload. */
  async abort(): Promise<void> {
    try {
      await abortUpload(this.#store, this.#target, AbortSignal.timeout(CLEAR_MS));
    } catch {
      // The upload stays pending, where it can be found and aborted; what failed before is what counts.
    }
  }
}

/** Stores an object in parts, or not at all. */
export async function putParts(
  store: Store,
  operation: Operation,
  key: Key,
  options: PutOptions,
  parts: AsyncIterable<Part>,
): Promise<ObjectInfo> {
  const conditions = options.ifAbsent === true || options.ifMatch !== undefined;
  const what = `conditions on more than ${store.settings.partSize} bytes`;
  store.session.require('put', store.settings.amazon || !conditions, true, what);
  const { signal } = operation;
  const upload = await Upload.begin(store, key, signal);
  try {
    let number = 0;
    let size = 0;
    for await (const { bytes } of parts) {
      const target = { ...upload.part(++number), Body: bytes, ContentLength: bytes.length };
      const part = await store.client.run(signal, (sdk, given) =>
        sdk.send(new UploadPartCommand(target), given),
      );
      upload.done(number, part);
      size += bytes.length;
    }
    return await upload.finish(options, size, signal);
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

/** Removes what was uploaded; one that is gone already is no error. */
export async function abortUpload(
  store: Store,
  target: { readonly Bucket: string; readonly Key: string; readonly UploadId: string },
  signal: AbortSignal,
): Promise<void> {
  try {
    await store.client.run(signal, (sdk, given) =>
      sdk.send(new AbortMultipartUploadCommand(target), given),
    );
  } catch (error) {
    if (!(error instanceof S3Failure) || error.code !== 'NoSuchUpload') throw error;
  }
}
