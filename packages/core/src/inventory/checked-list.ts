import {
  compareKeys,
  type ListOptions,
  type ListPage,
  type StorageDriver,
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
  for await (const page of driver.list(options)) {
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

function incomplete(prefix: string, what: string): CoreError {
  return new CoreError({
    code: 'LISTING_INCOMPLETE',
    key: prefix,
    message: `the listing of ${prefix === '' ? 'the storage' : prefix} ${what}`,
    advice:
      'Nothing was deleted, because what is not listed would look unused. Run again; if it stays, the store or its driver has a fault: check the driver with the conformance kit.',
  });
}
