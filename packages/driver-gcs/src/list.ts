import { ROOT } from '@dunnage/driver-api';
import type { ListedObject, ListOptions, ListPage, Prefix } from '@dunnage/driver-api';
import { checkListOptions, decodeCursor, encodeCursor, Progress } from '@dunnage/driver-kit';
import type { Bucket } from './bucket.ts';
import { LIST } from './capabilities.ts';
import { DRIVER } from './errors.ts';
import { readPage, spanOf } from './pages.ts';
import type { Page } from './pages.ts';
import { infoOf, LISTED_FIELDS } from './resource.ts';
import { startOf } from './start-after.ts';

/** Pages of a listing, in the order of UTF-8 bytes. */
export async function* list(
  bucket: Bucket,
  options: ListOptions = {},
): AsyncGenerator<ListPage, void, undefined> {
  const { session } = bucket;
  const maxResults = checkListOptions(session, 'list', options, LIST);
  const { prefix = ROOT, depth, detail, cursor } = options;
  let token = cursor === undefined ? undefined : decodeCursor(DRIVER, 'list', cursor, prefix, 1)[0];
  using operation = session.begin('list', options, prefix);
  const progress = new Progress(DRIVER, prefix, true).from(token);
  try {
    const start = await startOf(bucket, options, operation.signal);
    const query = {
      ...{ prefix: bucket.nameOf(prefix), maxResults, startOffset: start.offset },
      fields: `items(${detail === 'keys' ? 'name' : LISTED_FIELDS}),prefixes`,
      ...(depth === 'children' && { delimiter: '/' }),
    };
    do {
      operation.check();
      const page = await readPage(bucket, { ...query, pageToken: token }, operation.signal);
      progress.check({ ...spanOf(page), token: page.next });
      const objects = objectsOf(bucket, page, detail, start.without);
      const shown = { objects, prefixes: prefixesOf(bucket, page, start.without) };
      token = page.next;
      yield token === undefined
        ? { ...shown, complete: true }
        : { ...shown, complete: false, cursor: encodeCursor(prefix, token) };
    } while (token !== undefined);
  } catch (error) {
    throw operation.error(error);
  }
}

function objectsOf(
  bucket: Bucket,
  { items }: Page,
  detail: ListOptions['detail'],
  without: string | undefined,
): ListedObject[] {
  const { root } = bucket.config;
  const objects: ListedObject[] = [];
  for (const item of items) {
    if (item.name === without) continue;
    const key = root.keyOf(item.name);
    if (key === undefined) bucket.hide(item.name);
    else objects.push(detail === 'keys' ? { key } : infoOf(key, item));
  }
  return objects;
}

function prefixesOf(bucket: Bucket, { prefixes }: Page, without: string | undefined): Prefix[] {
  const { root } = bucket.config;
  const shown: Prefix[] = [];
  for (const name of prefixes) {
    if (name === without) continue;
    const prefix = root.prefixOf(name);
    if (prefix === undefined) bucket.hide(name);
    else shown.push(prefix);
  }
  return shown;
}
