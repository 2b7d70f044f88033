import type { Key, ObjectInfo, PutOptions, Source } from '@dunnage/driver-api';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { checkPutOptions, partsOf } from '@dunnage/driver-kit';
import type { Part } from '@dunnage/driver-kit';
import { conditional, conditionsOf, storedAs } from './conditions.ts';
import { putParts } from './multipart.ts';
import { putCapabilities } from './put-capabilities.ts';
import type { Store } from './store.ts';
import { written } from './written.ts';

/** Parts of an upload grow, so that an object of the largest size has no more than 10,000. */
const GROWTH = 1000;

export async function put(
  store: Store,
  key: Key,
  source: Source,
  options: PutOptions = {},
): Promise<ObjectInfo> {
  const { session, settings } = store;
  session.checkKey('put', key);
  using operation = session.begin('put', options, key);
  try {
    checkPutOptions(
      session,
      'put',
      key,
      options,
      await putCapabilities(store, options, operation.signal),
    );
    const parts = partsOf(operation, {
      ...{ driver: session.driver, key, source, put: options },
      partSize: (offset) => Math.max(settings.partSize, Math.ceil(offset / GROWTH)),
    });
    const { value: first } = await parts.next();
    operation.check();
    if (first?.last === true) return await putWhole(store, key, first, options, operation.signal);
    return await putParts(store, operation, key, options, withFirst(first, parts));
  } catch (error) {
    throw operation.error(conditional(error, options));
  }
}

async function* withFirst(first: Part | void, rest: AsyncIterable<Part>): AsyncGenerator<Part> {
  if (first !== undefined) yield first;
  yield* rest;
}

async function putWhole(
  store: Store,
  key: Key,
  { bytes }: Part,
  options: PutOptions,
  signal: AbortSignal,
): Promise<ObjectInfo> {
  const command = {
    ...{ Bucket: store.bucket, Key: store.root.nameOf(key), Body: bytes },
    ContentLength: bytes.length,
    ...storedAs(store.settings),
    ...(await conditionsOf(store, options, signal)),
  };
  const { ETag, VersionId } = await store.client.run(signal, (sdk, given) =>
    sdk.send(new PutObjectCommand(command), given),
  );
  return written(store, key, { size: bytes.length, etag: ETag, version: VersionId }, signal);
}
