import { ROOT } from '@dunnage/driver-api';
import type { ListOptions, ListPage, VersionInfo } from '@dunnage/driver-api';
import { checkListOptions, decodeCursor, encodeCursor, Progress } from '@dunnage/driver-kit';
import type { Bucket } from './bucket.ts';
import { LIST } from './capabilities.ts';
import { DRIVER } from './errors.ts';
import { readPage } from './pages.ts';
import type { NamedResource, Page } from './pages.ts';
import { INFO_FIELDS, infoOf } from './resource.ts';

/**
 * The live object of each key and its noncurrent generations, oldest first. There are no delete markers: a key
 * without a live object has been deleted.
 */
export async function* versionsOf(
  bucket: Bucket,
  options: ListOptions = {},
): AsyncGenerator<ListPage<VersionInfo>, void, undefined> {
  const { session } = bucket;
  const maxResults = checkListOptions(session, 'versionsOf', options, LIST);
  const { prefix = ROOT, depth, startAfter, cursor } = options;
  session.require('versionsOf', depth !== 'children', depth, 'listing the versions of children');
  let token =
    cursor === undefined ? undefined : decodeCursor(DRIVER, 'versionsOf', cursor, prefix, 1)[0];
  using operation = session.begin('versionsOf', options, prefix);
  const progress = new Progress(DRIVER, prefix, true).from(token);
  const startOffset = startAfter === undefined ? undefined : bucket.nameOf(startAfter);
  const query = {
    ...{ prefix: bucket.nameOf(prefix), maxResults, startOffset, versions: true },
    fields: `items(${INFO_FIELDS},timeDeleted)`,
  };
  try {
    do {
      operation.check();
      const page = await readPage(bucket, { ...query, pageToken: token }, operation.signal);
      progress.check({ ...spanOf(page), token: page.next });
      const objects = versionsIn(bucket, page, startOffset);
      token = page.next;
      yield token === undefined
        ? { objects, prefixes: [], complete: true }
        : { objects, prefixes: [], complete: false, cursor: encodeCursor(prefix, token) };
    } while (token !== undefined);
  } catch (error) {
    throw operation.error(error);
  }
}

/** Places in the order of a listing: one name comes once per generation, and names have no NUL. */
function spanOf({ items }: Page): { first: string | undefined; last: string | undefined } {
  const placeOf = (item: NamedResource | undefined): string | undefined =>
    item && `${item.name}\0${String(item.generation).padStart(20, '0')}`;
  return { first: placeOf(items[0]), last: placeOf(items.at(-1)) };
}

function versionsIn(bucket: Bucket, { items }: Page, without: string | undefined): VersionInfo[] {
  const versions: VersionInfo[] = [];
  for (const item of items) {
    if (item.name === without) continue;
    const key = bucket.config.root.keyOf(item.name);
    if (key === undefined) {
      bucket.hide(item.name);
      continue;
    }
    const latest = item.timeDeleted === undefined;
    versions.push({ ...infoOf(key, item), latest, deleteMarker: false });
  }
  return versions;
}
