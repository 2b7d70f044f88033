import { startAzureDouble } from '@dunnage/doubles/azure';
import type {
  AzureContainerHandle,
  AzureDouble,
  AzureDoubleOptions,
  ContainerSettings,
} from '@dunnage/doubles/azure';
import { startFaultProxy } from '@dunnage/conformance/proxy';
import type { FaultProxy } from '@dunnage/conformance/proxy';
import { createAzureDriver } from '@dunnage/driver-azure';
import type { AzureOptions } from '@dunnage/driver-azure';
import { isStorageError, parseKey } from '@dunnage/driver-api';
import type {
  DeleteOutcome,
  DeleteRequest,
  Key,
  ListOptions,
  ListPage,
  StorageDriver,
  StorageError,
} from '@dunnage/driver-api';
import { expect, onTestFinished } from 'vitest';

export const KEY = parseKey('a/b');
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const key = (text: string): Key => parseKey(text);

/** A container of a double, a driver on it, and a proxy in between; all end with the test. */
export interface Opened {
  readonly double: AzureDouble;
  readonly container: AzureContainerHandle;
  readonly proxy: FaultProxy;
  readonly driver: StorageDriver;
  readonly warnings: readonly string[];
  /** Another driver on the container. */
  readonly open: (options?: Partial<AzureOptions>) => StorageDriver;
}

export async function openContainer(
  given: {
    readonly double?: AzureDoubleOptions;
    readonly container?: ContainerSettings;
    readonly driver?: Partial<AzureOptions>;
  } = {},
): Promise<Opened> {
  const double = await startAzureDouble(given.double);
  onTestFinished(() => double.close());
  const container = double.container('registry', given.container);
  const proxy = await startFaultProxy({ target: double.endpoint, protocol: 'azure' });
  onTestFinished(() => proxy.close());
  const warnings: string[] = [];
  const open = (options: Partial<AzureOptions> = {}): StorageDriver => {
    const driver = createAzureDriver({
      container: 'registry',
      account: double.account,
      endpoint: proxy.url,
      credentials: { type: 'key', key: double.key },
      readOnly: false,
      warn: (message) => void warnings.push(message),
      ...options,
    });
    onTestFinished(() => driver.close());
    return driver;
  };
  return { double, container, proxy, driver: open(given.driver), warnings, open };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export async function pagesOf(driver: StorageDriver, options?: ListOptions): Promise<ListPage[]> {
  return collect(driver.list(options));
}

export async function keysOf(driver: StorageDriver, options?: ListOptions): Promise<string[]> {
  const pages = await pagesOf(driver, options);
  return pages.flatMap(({ objects }) => objects.map((object) => object.key));
}

export async function textOf(driver: StorageDriver, of: Key): Promise<string> {
  return new Response((await driver.get(of)).body).text();
}

/** Outcomes in the order of their requests. */
export async function deleteAll(
  driver: StorageDriver,
  ...requests: readonly (string | DeleteRequest)[]
): Promise<DeleteOutcome[]> {
  const asked = requests.map((request) =>
    typeof request === 'string' ? { key: parseKey(request) } : request,
  );
  const outcomes = await collect(driver.delete(asked));
  expect(outcomes).toHaveLength(asked.length);
  return asked.map((request) => {
    const found = outcomes.find((outcome) => outcome.request === request);
    if (found === undefined) throw new Error(`no outcome for ${request.key}`);
    return found;
  });
}

export async function deleteOne(
  driver: StorageDriver,
  request: string | DeleteRequest,
): Promise<DeleteOutcome> {
  const [outcome] = await deleteAll(driver, request);
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

/** The storage error that a call fails with. */
export async function failure(call: () => Promise<unknown>): Promise<StorageError> {
  try {
    await call();
  } catch (error) {
    if (isStorageError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** The error of an outcome that has one. */
export function errorOf(outcome: DeleteOutcome): StorageError {
  if ('error' in outcome) return outcome.error;
  throw new Error(`${outcome.outcome} has no error`);
}
