import { CopyObjectCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import type { Key, ObjectInfo, PutOptions } from '@dunnage/driver-api';
import { checkPutOptions, inBatches } from '@dunnage/driver-kit';
import type { Operation } from '@dunnage/driver-kit';
import { unreadable } from './answer.ts';
import { conditional, conditionsOf, storedAs } from './conditions.ts';
import { deleteOne } from './delete-one.ts';
import { quoted } from './facts.ts';
import { S3Failure } from './failure.ts';
import { CONTENDED } from './meanings.ts';
import { Upload } from './multipart.ts';
import { pathOf } from './path.ts';
import { putCapabilities } from './put-capabilities.ts';
import { look } from './read.ts';
import type { Store } from './store.ts';
import { written } from './written.ts';

/** Parts of a copy at a time, and in all. */
const PARALLEL = 8;
const MOST_PARTS = 10_000;

export async function copy(
  store: Store,
  from: Key,
  to: Key,
  options: PutOptions = {},
): Promise<ObjectInfo> {
  return transfer(store, 'copy', from, to, options, async () => undefined);
}

/** A copy, and the delete of what was copied: no store of this kind can do both in one step. */
export async function move(
  store: Store,
  from: Key,
  to: Key,
  options: PutOptions = {},
): Promise<ObjectInfo> {
  return transfer(store, 'move', from, to, options, async (operation, source) => {
    const { deletes } = await store.honours.ask(operation.signal);
    const ifMatch = deletes && source.etag !== undefined ? { ifMatch: source.etag } : {};
    const outcome = await deleteOne(store, operation, { key: from, ...ifMatch });
    if ('error' in outcome) throw outcome.error;
  });
}

async function transfer(
  store: Store,
  op: 'copy' | 'move',
  from: Key,
  to: Key,
  options: PutOptions,
  after: (operation: Operation, source: ObjectInfo) => Promise<void>,
): Promise<ObjectInfo> {
  const { session, settings } = store;
  session.checkKey(op, from);
  session.checkKey(op, to);
  using operation = session.begin(op, options, from);
  const { signal } = operation;
  try {
    const capabilities = await putCapabilities(store, options, signal);
    // Which other stores honour conditions on copies nobody knows.
    const conditions = capabilities.ifAbsent && settings.amazon;
    const can = { ...capabilities, ifAbsent: conditions, ifMatch: conditions, checksums: [] };
    checkPutOptions(session, op, to, options, can);
    const source = await look(store, from, undefined, signal);
    if (source === undefined) throw new S3Failure({ status: 404, code: 'NoSuchKey' });
    if (options.size !== undefined && options.size !== source.size) {
      const message = `${JSON.stringify(from)} has ${source.size} bytes where ${options.size} were promised`;
      throw session.error('CORRUPT', op, message, from);
    }
    // A store refuses to copy an object to itself; nothing would change.
    if (from === to && options.ifAbsent !== true) return source;
    const copied = await copyVersion(store, operation, source, to, options);
    await after(operation, source);
    return copied;
  } catch (error) {
    throw operation.error(conditional(error, options));
  }
}

/** Copies the object, or the version of it, that `source` tells of; at once, or in parts where it is too large for that. */
export async function copyVersion(
  store: Store,
  operation: Operation,
  source: ObjectInfo,
  to: Key,
  options: PutOptions,
): Promise<ObjectInfo> {
  const from = {
    CopySource: copySource(store, source),
    ...(source.etag !== undefined && { CopySourceIfMatch: quoted(source.etag) }),
  };
  try {
    if (source.size > store.settings.copyLimit) {
      return await copyParts(store, operation, source, from, to, options);
    }
    const command = new CopyObjectCommand({
      ...{ Bucket: store.bucket, Key: store.root.nameOf(to), ...from },
      ...storedAs(store.settings),
      ...(await conditionsOf(store, options, operation.signal)),
    });
    const { CopyObjectResult, VersionId } = await store.client.run(operation.signal, (sdk, given) =>
      sdk.send(command, given),
    );
    const facts = { size: source.size, etag: CopyObjectResult?.ETag, version: VersionId };
    return await written(store, to, facts, operation.signal);
  } catch (error) {
    throw sourceChanged(error, options);
  }
}

function copySource(store: Store, { key, version }: ObjectInfo): string {
  const name = `${store.bucket}/${pathOf(store.root.nameOf(key))}`;
  return version === undefined ? name : `${name}?versionId=${encodeURIComponent(version)}`;
}

/** Without a condition on the target, it is the source that is not what it was a moment ago. */
function sourceChanged(error: unknown, { ifAbsent, ifMatch }: PutOptions): unknown {
  const ours = ifAbsent !== true && ifMatch === undefined;
  const failed = error instanceof S3Failure && error.status === 412;
  return ours && failed ? error.meaningThat(CONTENDED) : error;
}

async function copyParts(
  store: Store,
  operation: Operation,
  source: ObjectInfo,
  from: { readonly CopySource: string; readonly CopySourceIfMatch?: string },
  to: Key,
  options: PutOptions,
): Promise<ObjectInfo> {
  const { signal } = operation;
  const upload = await Upload.begin(store, to, signal);
  try {
    const size = Math.max(store.settings.copyPartSize, Math.ceil(source.size / MOST_PARTS));
    const numbers = Array.from({ length: Math.ceil(source.size / size) }, (_, index) => index + 1);
    const one = { size: () => 1, parallel: PARALLEL };
    const parts = inBatches(operation, numbers, one, async (batch) => {
      for (const number of batch) {
        const end = Math.min(number * size, source.size) - 1;
        const target = {
          ...{ ...upload.part(number), ...from },
          CopySourceRange: `bytes=${(number - 1) * size}-${end}`,
        };
        const { CopyPartResult } = await store.client.run(signal, (sdk, given) =>
          sdk.send(new UploadPartCopyCommand(target), given),
        );
        upload.done(number, CopyPartResult);
      }
      return batch;
    });
    let count = 0;
    for await (const _ of parts) count++;
    if (count !== numbers.length) throw unreadable(200, {}, 'not all parts were copied');
    return await upload.finish(options, source.size, signal);
  } catch (error) {
    await upload.abort();
    throw error;
  }
}
