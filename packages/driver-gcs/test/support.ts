import { setTimeout as delay } from 'node:timers/promises';
import { startGcsDouble } from '@dunnage/doubles/gcs';
import type { GcsBucketSettings, GcsContainer, GcsDoubleOptions } from '@dunnage/doubles/gcs';
import { startFaultProxy } from '@dunnage/conformance/proxy';
import type { FaultProxy, Rule } from '@dunnage/conformance/proxy';
import { isStorageError, parseKey, parsePrefix } from '@dunnage/driver-api';
import type {
  DeleteOutcome,
  DeleteRequest,
  Key,
  Prefix,
  StorageDriver,
  StorageError,
} from '@dunnage/driver-api';
import { createGcsDriver } from '@dunnage/driver-gcs';
import type { GcsOptions } from '@dunnage/driver-gcs';
import { afterEach } from 'vitest';

export const key = (text: string): Key => parseKey(text);
export const prefix = (text: string): Prefix => parsePrefix(text);
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Has `cleanup` run after the test. */
export function afterThis(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** A bucket on the double, seen through a proxy. */
export interface Rig {
  readonly bucket: GcsContainer;
  readonly proxy: FaultProxy;
  readonly driver: StorageDriver;
  /** Another driver on the bucket. */
  readonly open: (options?: Partial<GcsOptions>) => StorageDriver;
  /** Something goes wrong from now on, or `times` times. */
  readonly inject: (rule: Rule) => void;
}

/** Options of {@link startRig}. */
export interface RigOptions {
  readonly settings?: Partial<GcsBucketSettings>;
  readonly driver?: Partial<GcsOptions>;
  readonly double?: GcsDoubleOptions;
}

/** Starts a double with one empty bucket, a proxy before it, and a driver; all end with the test. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const double = await startGcsDouble(options.double);
  const proxy = await startFaultProxy({ target: double.url, protocol: 'gcs' });
  afterThis(() => double.close());
  afterThis(() => proxy.close());
  const open = (more: Partial<GcsOptions> = {}): StorageDriver => {
    const driver = createGcsDriver({
      ...{ bucket: 'images', endpoint: proxy.url, readOnly: false, env: {} },
      ...options.driver,
      ...more,
    });
    afterThis(() => driver.close());
    return driver;
  };
  const bucket = double.container('images', options.settings);
  return { bucket, proxy, driver: open(), open, inject: (rule) => void proxy.inject(rule) };
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Outcomes in the order of the requests. */
export async function deleteAll(
  driver: StorageDriver,
  ...requests: readonly DeleteRequest[]
): Promise<DeleteOutcome[]> {
  const outcomes = await collect(driver.delete(requests));
  return requests.map((request) => {
    const found = outcomes.filter((outcome) => outcome.request === request);
    if (found.length !== 1 || found[0] === undefined) throw new Error('not one outcome each');
    return found[0];
  });
}

/** The storage error that a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<StorageError> {
  try {
    await promise;
  } catch (error) {
    if (isStorageError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

export async function text(body: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(body).text();
}

/** What each request was about, in the order in which they came. */
export function operations({ proxy }: Rig): string[] {
  return proxy.requests.map(({ operation }) => operation);
}

/** Waits until something is so; the test's own limit ends the wait. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(2);
}
