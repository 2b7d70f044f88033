import type { StorageDriver } from '@dunnage/driver-api';
import { createMemoryDriver, type MemoryDriver, type StoreOptions } from '@dunnage/driver-memory';
import { RegistryBuilder } from '@dunnage/conformance/registry';
import { collect, isCoreError, type CoreError, type GcOptions, type GcReport } from '@dunnage/core';

export const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A registry in memory whose clock stands still until it is told to go on. */
export class Site {
  readonly driver: MemoryDriver;
  readonly builder: RegistryBuilder;
  #now = START;

  constructor(options: StoreOptions = {}) {
    this.driver = createMemoryDriver({ profile: 's3', clock: () => this.#now, ...options });
    this.builder = new RegistryBuilder(this.driver);
  }

  get now(): number {
    return this.#now;
  }

  /** Time goes by, by default enough that nothing is young any more. */
  pass(ms = 2 * HOUR): void {
    this.#now += ms;
    this.driver.settle();
  }

  /** Everything in the storage but our own state. */
  async keys(driver: StorageDriver = this.driver): Promise<string[]> {
    const keys: string[] = [];
    for await (const { objects } of driver.list({ detail: 'keys' })) {
      for (const { key } of objects) keys.push(key);
    }
    return keys.filter((key) => !key.startsWith('dunnage/')).toSorted();
  }

  /** What we keep beside the registry: locks and journals. */
  async state(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { objects } of this.driver.list({ detail: 'keys' })) {
      for (const { key } of objects) if (key.startsWith('dunnage/')) keys.push(key);
    }
    return keys.toSorted();
  }

  /** Collects, by default whatever share would go and with one attempt per request. */
  collect(options: GcOptions = {}, driver: StorageDriver = this.driver): Promise<GcReport> {
    return collect(driver, { ...FAST, ...options });
  }
}

/** No second attempts, and no refusal because much would go. */
export const FAST = { maxDeletePercent: 100, retry: { attempts: 1 } } as const;

/** The error of the collector with which `promise` fails. */
export async function refusal(promise: Promise<unknown>): Promise<CoreError> {
  const error = await failure(promise);
  if (!isCoreError(error)) throw new Error(`not an error of the collector: ${String(error)}`);
  return error;
}

/** Whatever `promise` fails with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  const failed = await promise.then(
    () => ({ error: undefined }),
    (error: unknown) => ({ error }),
  );
  if (failed.error === undefined) throw new Error('it did not fail');
  return failed.error;
}
