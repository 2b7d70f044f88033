import type { Account } from '../state/account.ts';
import type { Blob, Entry } from '../state/blob.ts';
import type { Container } from '../state/container.ts';
import { expire } from '../state/history.ts';
import type { Answer } from '../wire/answer.ts';
import type { Call } from '../wire/call.ts';
import { Fault, badQuery } from '../wire/fault.ts';
import { storedName } from './names.ts';

/** What an operation works on. */
export interface Context {
  readonly account: Account;
  readonly call: Call;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether the caller proved to be the owner of the account, and not only the holder of a SAS. */
  readonly owner: boolean;
}

export type Run = (context: Context) => Answer;

/** The container of a request. @throws Fault `ContainerNotFound`. */
export function containerOf({ account, call }: Context): Container {
  return account.container(call.container);
}

/** The name of the blob of a request, as it is stored. */
export function blobName({ account, call }: Context): string {
  const name = storedName(call.blob ?? '', account.hns);
  // Directories have no slash at the end of their names.
  if (name === '' || (account.hns && name.endsWith('/'))) throw new Fault('InvalidUri');
  return name;
}

/** What is stored under the name of a request, without what is no longer kept. */
export function entryOf(
  context: Context,
  container = containerOf(context),
  name = blobName(context),
): Entry | undefined {
  const entry = container.entry(name);
  if (entry !== undefined) expire(entry, context.now);
  return entry;
}

/** A blob that a request names, and where it is. */
export interface Found {
  readonly container: Container;
  readonly entry: Entry;
  readonly blob: Blob;
}

/**
 * The current state of a blob that is to be changed.
 * @throws Fault `BlobNotFound`, or `ConditionNotMet` when a certain state was to be changed.
 */
export function current(context: Context): Found {
  const found = find(context);
  if (found instanceof Fault) throw context.call.headers.has('if-match') ? unmet() : found;
  return found;
}

function find(context: Context): Found | Fault {
  const container = containerOf(context);
  const entry = entryOf(context, container);
  if (entry?.current === undefined) return notFound(entry, (blob) => blob.snapshot === undefined);
  return { container, entry, blob: entry.current };
}

function unmet(): Fault {
  return new Fault('ConditionNotMet');
}

/** The state that a read names by `snapshot` or `versionid`, else the current one. */
export function named(context: Context): Found {
  const { call } = context;
  const snapshot = call.query.get('snapshot');
  const version = call.query.get('versionid');
  if (snapshot === undefined && version === undefined) {
    const found = find(context);
    // A read says that nothing is there, whatever its conditions.
    if (found instanceof Fault) throw found;
    return found;
  }
  if (snapshot !== undefined && version !== undefined) {
    throw badQuery('versionid', version, 'Snapshot and version id can not be given together.');
  }
  for (const [name, stamp] of [
    ['snapshot', snapshot],
    ['versionid', version],
  ] as const) {
    if (stamp !== undefined && Number.isNaN(Date.parse(stamp))) throw badQuery(name, stamp);
  }
  const container = containerOf(context);
  const entry = entryOf(context, container);
  if (entry === undefined) throw new Fault('BlobNotFound');
  const fits = (blob: Blob): boolean =>
    snapshot === undefined
      ? blob.versionId === version && blob.snapshot === undefined
      : blob.snapshot === snapshot;
  if (snapshot === undefined && entry.current !== undefined && fits(entry.current)) {
    return { container, entry, blob: entry.current };
  }
  const blob = entry.past.find((state) => fits(state) && state.deleted === undefined);
  if (blob === undefined) throw notFound(entry, fits);
  return { container, entry, blob };
}

/** Says of a blob that was soft-deleted that it was. */
function notFound(entry: Entry | undefined, fits: (blob: Blob) => boolean): Fault {
  const deleted = entry?.past.some((blob) => blob.deleted !== undefined && fits(blob)) === true;
  return new Fault('BlobNotFound', deleted ? { headers: { 'x-ms-is-soft-deleted': 'true' } } : {});
}

/** Seconds since 1970 as headers write them. */
export function httpDate(time: number): string {
  return new Date(time).toUTCString();
}
