import { hasCode, StorageError } from '@dunnage/driver-api';
import type { Key, ObjectInfo, PutOptions, Source } from '@dunnage/driver-api';
import { checkPutOptions, partsOf } from '@dunnage/driver-kit';
import type { Bucket } from './bucket.ts';
import { putCapabilities } from './capabilities.ts';
import { DRIVER } from './errors.ts';
import { store } from './put/store.ts';
import { noSuchEtag } from './read.ts';
import { infoOf, isGeneration } from './resource.ts';

/**
 * Bytes that go in one request, and that a put holds in memory; larger sources take an upload session, whose
 * requests have multiples of 256 KiB.
 */
const PART_BYTES = 8 * 1024 * 1024;

export async function put(
  bucket: Bucket,
  key: Key,
  source: Source,
  options: PutOptions = {},
): Promise<ObjectInfo> {
  bucket.session.checkKey('put', key);
  using operation = bucket.session.begin('put', options, key);
  try {
    const ifGenerationMatch = await conditionOf(bucket, 'put', key, options, operation.signal);
    const parts = partsOf(operation, {
      ...{ driver: DRIVER, key, source, put: options },
      partSize: () => PART_BYTES,
    });
    const target = { name: bucket.nameOf(key), ifGenerationMatch };
    return infoOf(key, await store(bucket, target, parts, operation.signal));
  } catch (error) {
    throw orExisting(operation.error(error), options);
  }
}

/**
 * Checks the options of a write.
 * @returns the generation that an object must have to be replaced, `0` where there must be none.
 * @throws {StorageError} `INVALID_ARGUMENT`, `UNSUPPORTED`, `PRECONDITION_FAILED`
 */
export async function conditionOf(
  bucket: Bucket,
  op: string,
  key: Key,
  options: PutOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { ifAbsent, ifMatch } = options;
  const conditional = ifAbsent === true || ifMatch !== undefined;
  const honoured = !conditional || (await bucket.features(signal)).conditions.put;
  checkPutOptions(bucket.session, op, key, options, putCapabilities(honoured));
  if (ifMatch !== undefined && !isGeneration(ifMatch)) throw noSuchEtag(bucket, op, key);
  return ifAbsent === true ? '0' : ifMatch;
}

/** The error of a write; a condition that did not hold means another thing where it was that nothing be there. */
export function orExisting(error: StorageError, { ifAbsent }: PutOptions): StorageError {
  if (ifAbsent !== true || !hasCode(error, 'PRECONDITION_FAILED')) return error;
  const { op, driver, key, status, providerCode, requestId, cause } = error;
  return new StorageError({
    ...{ code: 'ALREADY_EXISTS', op, driver, key, status, providerCode, requestId, cause },
    message: `cannot write ${JSON.stringify(key)}: it exists already`,
  });
}
