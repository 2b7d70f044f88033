import { makeParents } from '../state/history.ts';
import type { Answer } from '../wire/answer.ts';
import { Fault, badHeader } from '../wire/fault.ts';
import { blobName, containerOf, entryOf } from './context.ts';
import type { Context } from './context.ts';
import { deletionId } from './list-xml.ts';
import { missingHeader } from './put.ts';

/**
 * Undelete Blob: the blob and all its soft-deleted snapshots and versions come back. Where the current state was
 * a version, it stays an older one.
 */
export function undelete(context: Context): Answer {
  const container = containerOf(context);
  if (container.hns) return undeletePath(context);
  const entry = entryOf(context, container);
  if (entry === undefined || (entry.current === undefined && entry.past.length === 0)) {
    throw new Fault('BlobNotFound');
  }
  const base = entry.past.find(
    ({ deleted, snapshot, versionId }) =>
      deleted !== undefined && snapshot === undefined && versionId === undefined,
  );
  for (const blob of entry.past) blob.deleted = undefined;
  if (base !== undefined) {
    entry.current = base;
    entry.past = entry.past.filter((blob) => blob !== base);
  }
  return { status: 200 };
}

/** In a hierarchical namespace a name can have been deleted more than once: the deletion has to be named. */
function undeletePath(context: Context): Answer {
  const { account, call, now } = context;
  const source = call.headers.get('x-ms-undelete-source');
  if (source === undefined) throw missingHeader('x-ms-undelete-source');
  const [path = '', query = ''] = source.split('?');
  const id = new URLSearchParams(query).get('deletionid');
  if (id === null) throw badHeader('x-ms-undelete-source', source);
  const container = containerOf(context);
  const name = decodeURIComponent(path);
  const from = container.entry(name);
  const blob = from?.past.find((state) => state.deleted !== undefined && deletionId(state) === id);
  if (from === undefined || blob?.deleted === undefined || blob.deleted.until <= now) {
    throw new Fault('BlobNotFound');
  }
  const to = container.obtain(blobName(context));
  if (to.current !== undefined) throw new Fault('BlobAlreadyExists');
  from.past = from.past.filter((state) => state !== blob);
  blob.deleted = undefined;
  to.current = blob;
  makeParents(account, container, to.name);
  container.tidy(from);
  return { status: 200 };
}
