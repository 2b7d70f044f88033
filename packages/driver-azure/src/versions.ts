import { ROOT } from '@dunnage/driver-api';
import type { ListOptions, ListPage, VersionInfo } from '@dunnage/driver-api';
import { checksumsOf, etagAndVersion, isDirectory } from './info.ts';
import { pagesOf } from './list.ts';
import type { AzureStore } from './store.ts';

/** All versions: keys in byte order, of each key the oldest first. Deletes leave no marker here, only no latest one. */
export async function* versionsOf(
  store: AzureStore,
  options: ListOptions = {},
): AsyncGenerator<ListPage<VersionInfo>, void, undefined> {
  const { prefix = ROOT } = options;
  const children = options.depth === 'children';
  store.session.require(
    'versionsOf',
    !children,
    children,
    'listing versions directory by directory',
  );
  const pages = { op: 'versionsOf', prefix, include: ['versions'] };
  for await (const { page, cursor } of pagesOf(store, pages, options)) {
    const objects: VersionInfo[] = [];
    for (const blob of page.blobs) {
      const key = isDirectory(blob.type, blob.folderMark) ? undefined : store.keyOf(blob.name);
      if (key === undefined) continue;
      objects.push({
        ...{ key, size: blob.size, modified: blob.modified },
        ...etagAndVersion(blob.etag, undefined),
        ...checksumsOf(blob.md5),
        // One that was written before the account kept versions has no name of its own.
        version: blob.version ?? '',
        latest: blob.isCurrent || blob.version === undefined,
        deleteMarker: false,
      });
    }
    if (cursor === undefined) yield { objects, prefixes: [], complete: true };
    else if (objects.length > 0) yield { objects, prefixes: [], complete: false, cursor };
  }
}
