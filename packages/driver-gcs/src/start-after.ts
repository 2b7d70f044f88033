import { ROOT } from '@dunnage/driver-api';
import type { ListOptions } from '@dunnage/driver-api';
import type { Bucket } from './bucket.ts';
import { readPage } from './pages.ts';

/** Where in the bucket a listing begins. */
export interface Start {
  /** The first name that can come. */
  readonly offset: string | undefined;
  /** A name, or prefix, that the store may give but the caller did not ask for. */
  readonly without: string | undefined;
}

/**
 * Where a listing after `startAfter` begins: the store's offset is inclusive. A listing of children that begins
 * within a directory begins with that directory, if there is anything in it that comes after.
 */
export async function startOf(
  bucket: Bucket,
  { startAfter, prefix = ROOT, depth }: ListOptions,
  signal: AbortSignal,
): Promise<Start> {
  if (startAfter === undefined) return { offset: undefined, without: undefined };
  const offset = bucket.nameOf(startAfter);
  const slash = startAfter.startsWith(prefix) ? startAfter.indexOf('/', prefix.length) : -1;
  if (depth !== 'children' || slash < 0) return { offset, without: offset };
  const directory = offset.slice(0, offset.length - startAfter.length + slash + 1);
  const query = { prefix: directory, startOffset: offset, maxResults: 2, fields: 'items(name)' };
  const { items } = await readPage(bucket, query, signal);
  const more = items.some(({ name }) => name !== offset);
  return { offset: directory, without: more ? undefined : directory };
}
