import {
  compareKeys,
  isStorageError,
  type ErrorCode,
  type ListOptions,
  type ListPage,
  type StorageDriver,
  type StorageError,
} from '@dunnage/driver-api';
import { CoreError } from '../errors.ts';

/**
 * A listing that is whole or fails. What a listing leaves out would look unreferenced, so a collector believes none
 * that ends without its end marker, repeats a cursor or directory, leaves its prefix or goes backwards.
 * @throws {CoreError} `LISTING_INCOMPLETE`.
 */
export async function* checkedList(
  driver: StorageDriver,
  ordered: boolean,
  options: ListOptions,
): AsyncGenerator<ListPage> {
  const prefix = options.prefix ?? '';
  let last = options.startAfter ?? '';
  let cursor = options.cursor;
  let complete = false;
  const directories = new Set<string>();
  for await (const page of pagesOf(driver, options)) {
    if (complete) throw incomplete(prefix, 'went on after its last page');
    for (const { key } of page.objects) {
      if (!key.startsWith(prefix)) throw incomplete(prefix, `returned ${key}, which is outside`);
      if (!ordered) continue;
      if (compareKeys(key, last) <= 0) {
        throw incomplete(
          prefix,
          `returned ${key} after ${last}: it repeats itself or has no order`,
        );
      }
      last = key;
    }
    for (const directory of page.prefixes) {
      const end = directory.indexOf('/', prefix.length);
      if (!directory.startsWith(prefix) || end !== directory.length - 1) {
        throw incomplete(prefix, `returned ${directory}, which is not directly below`);
      }
      if (directories.has(directory)) throw incomplete(prefix, `returned ${directory} twice`);
      directories.add(directory);
    }
    if (!page.complete && page.cursor !== undefined && page.cursor === cursor) {
      throw incomplete(prefix, 'gave the same cursor twice');
    }
    cursor = page.cursor;
    complete = page.complete;
    yield page;
  }
  if (!complete) throw incomplete(prefix, 'ended without saying that it was complete');
}

/** Errors after which no listing would do better: they are about the storage, and say so best themselves. */
const OF_THE_STORAGE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ABORTED',
  'CLOSED',
  'CONFIG_INVALID',
  'CONTAINER_NOT_FOUND',
  'UNAUTHENTICATED',
]);

async function* pagesOf(driver: StorageDriver, options: ListOptions): AsyncGenerator<ListPage> {
  try {
    yield* driver.list(options);
  } catch (error) {
    if (!isStorageError(error) || OF_THE_STORAGE.has(error.code)) throw error;
    throw incomplete(options.prefix ?? '', `failed: ${error.message}`, error);
  }
}

function incomplete(prefix: string, what: string, cause?: StorageError): CoreError {
  return new CoreError({
    code: 'LISTING_INCOMPLETE',
    key: prefix,
    message: `the listing of ${prefix === '' ? 'the storage' : prefix} ${what}`,
    advice: `Nothing was deleted, because what is not listed would look unused. ${remedy(cause)}`,
    cause,
  });
}

function remedy(cause: StorageError | undefined): string {
  if (cause === undefined) {
    return 'Run again; if it stays, the store or its driver has a fault: check the driver with the conformance kit.';
  }
  return cause.code === 'PERMISSION_DENIED'
    ? 'Make all of it readable for this user, and run again.'
    : 'Run again.';
}
