import type { ListedObject, ListOptions, ListPage, StorageDriver } from '@dunnage/driver-api';
import type { MemoryDriver, ProfileName } from '@dunnage/driver-memory';

/** A driver with one thing wrong, and the check that has to notice. */
export interface Mutant {
  /** What it does wrong. */
  readonly name: string;
  /** Id of the check that catches it; others may, too. */
  readonly caughtBy: string;
  /** What it is made from. Default: `'s3'`. */
  readonly profile?: ProfileName;
  spoil(driver: MemoryDriver): StorageDriver;
}

/** Changes each page of a listing on its own. */
export function changePages(
  driver: StorageDriver,
  change: (page: ListPage, options: ListOptions) => ListPage,
): StorageDriver['list'] {
  return async function* (options = {}) {
    for await (const page of driver.list(options)) yield change(page, options);
  };
}

/** Changes each listed object on its own. */
export function changeListed(
  driver: StorageDriver,
  change: (object: ListedObject) => ListedObject,
): StorageDriver['list'] {
  return changePages(driver, (page) => ({ ...page, objects: page.objects.map(change) }));
}

/** Lists everything, lets `change` do what it wants, and cuts it into pages again. */
export function changeWhole(
  driver: StorageDriver,
  change: (objects: ListedObject[], options: ListOptions) => ListedObject[],
): StorageDriver['list'] {
  return async function* (options = {}) {
    const { pageSize = 1000, ...rest } = options;
    const objects: ListedObject[] = [];
    const prefixes: ListPage['prefixes'][number][] = [];
    for await (const page of driver.list(rest)) {
      objects.push(...page.objects);
      prefixes.push(...page.prefixes);
    }
    const changed = change(objects, options);
    if (options.depth === 'children') {
      yield { objects: changed, prefixes, complete: true };
      return;
    }
    for (let at = 0; at === 0 || at < changed.length; at += pageSize) {
      const complete = at + pageSize >= changed.length;
      yield { objects: changed.slice(at, at + pageSize), prefixes: [], complete };
    }
  };
}
