import type { ListOptions, ListPage, VersionInfo } from '@dunnage/driver-api';
import { compareKeys, ROOT } from '@dunnage/driver-api';
import { checkListOptions, decodeCursor, encodeCursor, Progress } from '@dunnage/driver-kit';
import { MAX_PAGE } from './limits.ts';
import type { Store } from './store.ts';
import { fetchVersions } from './version-page.ts';
import type { VersionPlace } from './version-page.ts';

/** All versions and delete markers below a prefix, by their keys, the newest of each first. */
export async function* versionsOf(
  store: Store,
  options: ListOptions = {},
): AsyncGenerator<ListPage<VersionInfo>, void, undefined> {
  const { session } = store;
  const { prefix = ROOT, depth } = options;
  const can = { startAfter: true, resumableCursor: true, maxPageSize: MAX_PAGE };
  const query = {
    prefix: store.root.nameOf(prefix),
    size: checkListOptions(session, 'versionsOf', options, can),
    children: depth === 'children',
  };
  using operation = session.begin('versionsOf', options, prefix);
  let from = beginning(store, options);
  // The versions of one key may go on over several pages: only the place has to be another.
  const progress = new Progress(session.driver, prefix, false).from(textOf(from));
  try {
    const versioning = await store.versioning.ask(operation.signal);
    session.require('versionsOf', versioning !== 'none', true, 'versions');
    for (let more = true; more;) {
      operation.check();
      const page = await fetchVersions(store, query, from, operation.signal);
      more = page.truncated;
      from = more ? page.next : undefined;
      progress.check({
        ...{ first: undefined, last: undefined, token: textOf(from) },
        truncated: more,
      });
      yield {
        objects: page.objects,
        prefixes: page.prefixes,
        ...(from !== undefined && { cursor: encodeCursor(prefix, from.name, from.version) }),
        complete: !more,
      };
    }
  } catch (error) {
    throw operation.error(error);
  }
}

/** Where the listing begins: at a cursor, behind a key, or nowhere in particular. */
function beginning(store: Store, options: ListOptions): VersionPlace | undefined {
  const { prefix = ROOT, cursor, startAfter } = options;
  if (cursor !== undefined) {
    const parts = decodeCursor(store.session.driver, 'versionsOf', cursor, prefix, 2);
    const [name = '', version = ''] = parts;
    return { name, version };
  }
  if (startAfter === undefined || compareKeys(startAfter, prefix) < 0) return undefined;
  return { name: store.root.nameOf(startAfter), version: '' };
}

function textOf(place: VersionPlace | undefined): string | undefined {
  return place === undefined ? undefined : `${place.name}\0${place.version}`;
}
