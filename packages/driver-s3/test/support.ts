import { text } from 'node:stream/consumers';
import type {
  DeleteOutcome,
  DeleteRequest,
  Key,
  ListOptions,
  StorageDriver,
  StorageError,
} from '@dunnage/driver-api';
import { isStorageError, parseKey } from '@dunnage/driver-api';
import { startFaultProxy } from '@dunnage/conformance/proxy';
import type { FaultProxy } from '@dunnage/conformance/proxy';
import { startS3Double } from '@dunnage/doubles/s3';
import type { S3Bucket, S3BucketSettings, S3Double, S3DoubleOptions } from '@dunnage/doubles/s3';
import { createS3Driver } from '@dunnage/driver-s3';
import type { S3Driver, S3Options } from '@dunnage/driver-s3';
import { onTestFinished } from 'vitest';

export const KEY = parseKey('a/b');

/** Nothing of the machine that the tests run on. */
export const NO_ENV = {};

/** Options for a bucket of a double. */
export function optionsFor(double: S3Double, bucket: string): S3Options {
  const { url: endpoint, region, credentials } = double;
  return { bucket, endpoint, region, credentials, env: NO_ENV, readOnly: false };
}

/** A double with one bucket, and a driver on it; all of it ends with the test. */
export async function openBucket(
  given: {
    readonly bucket?: S3BucketSettings;
    readonly double?: S3DoubleOptions;
    readonly driver?: Partial<S3Options>;
  } = {},
): Promise<{ readonly double: S3Double; readonly bucket: S3Bucket; readonly driver: S3Driver }> {
  const double = await startS3Double(given.double);
  onTestFinished(() => double.close());
  const bucket = double.container('registry', given.bucket);
  const driver = createS3Driver({ ...optionsFor(double, bucket.name), ...given.driver });
  onTestFinished(() => driver.close());
  return { double, bucket, driver };
}

export async function textOf(driver: StorageDriver, key: Key): Promise<string> {
  return text((await driver.get(key)).body);
}

export async function keysOf(driver: StorageDriver, options?: ListOptions): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of driver.list(options)) keys.push(...page.objects.map(({ key }) => key));
  return keys;
}

export async function deleteAll(
  driver: StorageDriver,
  ...requests: readonly DeleteRequest[]
): Promise<DeleteOutcome[]> {
  const outcomes: DeleteOutcome[] = [];
  for await (const outcome of driver.delete(requests)) outcomes.push(outcome);
  return outcomes;
}

/** As {@link openBucket}, with a proxy between the driver and the double on which things go wrong. */
export async function openFaulty(
  given: {
    readonly bucket?: S3BucketSettings;
    readonly double?: S3DoubleOptions;
    readonly driver?: Partial<S3Options>;
  } = {},
): Promise<{
  readonly double: S3Double;
  readonly bucket: S3Bucket;
  readonly driver: S3Driver;
  readonly proxy: FaultProxy;
}> {
  const { double, bucket } = await openBucket(given);
  const proxy = await startFaultProxy({ target: double.url, protocol: 's3' });
  onTestFinished(() => proxy.close());
  const options = { ...optionsFor(double, bucket.name), endpoint: proxy.url, ...given.driver };
  const driver = createS3Driver(options);
  onTestFinished(() => driver.close());
  return { double, bucket, driver, proxy };
}

/** The storage error that `call` fails with. */
export async function failureOf(call: () => unknown): Promise<StorageError> {
  try {
    await call();
  } catch (error) {
    if (isStorageError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** Everything that a verb yields; nothing of a verb that is not there. */
export async function collect<Item>(items: AsyncIterable<Item> | undefined): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items ?? []) all.push(item);
  return all;
}
