import assert from 'node:assert/strict';
import type {
  Key,
  ListedObject,
  ListOptions,
  ListPage,
  Prefix,
  StorageDriver,
} from '@dunnage/driver-api';

/** A whole listing, in the order in which it came. */
export interface Listing {
  readonly pages: readonly ListPage[];
  readonly objects: readonly ListedObject[];
  readonly keys: ReadonlySet<Key>;
  readonly prefixes: readonly Prefix[];
}

/**
 * Reads a listing to its end, and checks what holds for every one: nothing comes twice, everything is
 * below the prefix, `complete` is said once, on the last page, and pages keep to the size asked for.
 */
export async function listAll(driver: StorageDriver, options: ListOptions = {}): Promise<Listing> {
  const { prefix = '', depth = 'recursive', pageSize = Infinity } = options;
  const pages: ListPage[] = [];
  const objects: ListedObject[] = [];
  const keys = new Set<Key>();
  const prefixes = new Set<Prefix>();
  let empty = 0;
  for await (const page of driver.list(options)) {
    assert.equal(pages.at(-1)?.complete ?? false, false, 'a page follows the complete one');
    const length = page.objects.length + page.prefixes.length;
    assert.ok(length <= pageSize, `a page of ${length} entries where ${pageSize} were asked for`);
    empty = length === 0 ? empty + 1 : 0;
    assert.ok(empty < 100, 'the listing goes on with empty pages');
    for (const object of page.objects) {
      assert.ok(object.key.startsWith(prefix), `${object.key} is not below ${prefix}`);
      assert.ok(!keys.has(object.key), `${object.key} is listed twice`);
      if (depth === 'children') assert.ok(!object.key.slice(prefix.length).includes('/'));
      keys.add(object.key);
      objects.push(object);
    }
    for (const child of page.prefixes) {
      assert.ok(!prefixes.has(child), `the prefix ${child} is listed twice`);
      assert.match(child.slice(prefix.length), /^[^/]+\/$/);
      prefixes.add(child);
    }
    pages.push(page);
  }
  assert.equal(pages.at(-1)?.complete, true, 'the listing ends without saying that it is complete');
  if (depth === 'recursive') assert.deepEqual([...prefixes], [], 'prefixes in a recursive listing');
  return { pages, objects, keys, prefixes: [...prefixes] };
}

/** The keys that are listed, sorted the way JavaScript does: for comparisons as sets. */
export async function listedKeys(driver: StorageDriver, options?: ListOptions): Promise<string[]> {
  return [...(await listAll(driver, options)).keys].sort();
}

/** The order of stores: by UTF-8 bytes. An own way to compute it, so as not to trust the driver's. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** `count` keys below `prefix`, named so that their order is their number. */
export function numberedKeys(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(5, '0')}`);
}
