import type { Answer } from '../wire/answer.ts';
import { Fault, badHeader, badQuery } from '../wire/fault.ts';
import { retire, retirePast } from '../state/history.ts';
import type { Entry } from '../state/blob.ts';
import type { Container } from '../state/container.ts';
import { checkWrite } from './conditions.ts';
import { containerOf, current, entryOf, named } from './context.ts';
import type { Context, Found } from './context.ts';
import { guard, guardProtection } from './guard.ts';

/** Delete Blob: the base, its snapshots, one snapshot or one version. */
export function deleteBlob(context: Context): Answer {
  const { call } = context;
  const snapshots = call.headers.get('x-ms-delete-snapshots');
  if (snapshots !== undefined && snapshots !== 'include' && snapshots !== 'only') {
    throw badHeader('x-ms-delete-snapshots', snapshots);
  }
  if (call.query.has('deletetype')) throw badQuery('deletetype', call.query.get('deletetype'));
  if (call.query.has('snapshot') || call.query.has('versionid'))
    return deletePast(context, snapshots);
  const uncommitted = deleteUncommitted(context);
  if (uncommitted !== undefined) return uncommitted;
  const found = current(context);
  if (found.blob.directory) return deleteDirectory(context, found);
  checkWrite(call, found.blob);
  const kept = found.entry.past.filter((blob) => blob.snapshot !== undefined && !blob.deleted);
  if (kept.length > 0 && snapshots === undefined) throw new Fault('SnapshotsPresent');
  if (snapshots !== 'only') guard(context, found, 'delete');
  for (const blob of kept) guardProtection(context, { ...found, blob }, 'delete');
  const goneSnapshots = kept.map((blob) => retirePast(context.account, found.entry, blob));
  const gone =
    snapshots === 'only' ? goneSnapshots.every(Boolean) : retire(context.account, found.entry);
  found.container.tidy(found.entry);
  return accepted(gone);
}

/** Blocks of which no blob was made yet go for good. */
function deleteUncommitted(context: Context): Answer | undefined {
  const container = containerOf(context);
  const entry = entryOf(context, container);
  if (entry === undefined || entry.current !== undefined || entry.staged.size === 0)
    return undefined;
  checkWrite(context.call, undefined);
  entry.staged.clear();
  container.tidy(entry);
  return accepted(true);
}

function deletePast(context: Context, snapshots: string | undefined): Answer {
  const { account, call } = context;
  const version = call.query.get('versionid');
  if (snapshots !== undefined) {
    if (version === undefined) throw badHeader('x-ms-delete-snapshots', snapshots);
    throw badQuery(
      'versionid',
      version,
      'This operation is only allowed on the root blob. Version id should not be provided.',
    );
  }
  const { container, entry, blob } = named(context);
  if (blob === entry.current) throw new Fault('OperationNotAllowedOnRootBlob');
  checkWrite(call, blob);
  guardProtection(context, { container, blob }, 'delete');
  const gone = retirePast(account, entry, blob);
  container.tidy(entry);
  return accepted(gone);
}

/**
 * A directory goes when it is empty. Clients of accounts with soft delete report that the Blob API refuses
 * directories altogether, which is not documented; there it does here.
 */
function deleteDirectory(context: Context, found: Found): Answer {
  checkWrite(context.call, found.blob);
  guard(context, found, 'delete');
  if (context.account.softDeleteDays > 0) throw new Fault('OperationNotSupportedOnDirectory');
  if (found.container.holds(found.entry.name)) throw new Fault('DirectoryIsNotEmpty');
  return accepted(removeBase(context, found.container, found.entry));
}

function removeBase({ account }: Context, container: Container, entry: Entry): boolean {
  const gone = retire(account, entry);
  container.tidy(entry);
  return gone;
}

function accepted(gone: boolean): Answer {
  return { status: 202, headers: { 'x-ms-delete-type-permanent': String(gone) } };
}
