import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import type {
  DeleteObjectsCommandOutput,
  ObjectIdentifier,
  _Error as S3Error,
} from '@aws-sdk/client-s3';
import type { DeleteOutcome } from '@dunnage/driver-api';
import type { Operation } from '@dunnage/driver-kit';
import { unreadable } from './answer.ts';
import { deleteOne } from './delete-one.ts';
import { meaningOfError } from './errors.ts';
import { quoted } from './facts.ts';
import { S3Failure } from './failure.ts';
import { confirmedOutcome, failedOutcome } from './outcomes.ts';
import type { Entry } from './rounds.ts';
import type { Store } from './store.ts';

export interface Settled {
  readonly entry: Entry;
  readonly outcome: DeleteOutcome;
}

/**
 * Deletes objects with one request, or with several where the store does not take so many.
 * @param outer what is asked for, and no piece of it.
 */
export async function deleteBulk(
  store: Store,
  operation: Operation,
  entries: readonly Entry[],
  outer = true,
): Promise<Settled[]> {
  if (entries.length === 0) return [];
  try {
    const answer = await send(store, entries, operation.signal);
    store.bulk.taken(entries.length);
    return await settle(store, operation, entries, answer);
  } catch (error) {
    operation.check();
    if (!(error instanceof S3Failure)) return allFailed(store, operation, entries, error);
    if (error.code === 'MalformedXML' && entries.length > 1) {
      return inSmaller(store, operation, entries, outer);
    }
    if (error.code === 'NotImplemented' || error.status === 405) {
      store.bulk.none();
      return oneByOne(store, operation, entries);
    }
    // Refused in an answer that had begun well: what was deleted before that is not told.
    const cause =
      error.status === 200 ? error.meaningThat({ ...meaningOfError(error), lost: true }) : error;
    return allFailed(store, operation, entries, cause);
  }
}

async function send(
  store: Store,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<DeleteObjectsCommandOutput> {
  const objects = entries.map(({ request: { key, version, ifMatch } }): ObjectIdentifier => ({
    Key: store.root.nameOf(key),
    ...(version !== undefined && { VersionId: version }),
    ...(ifMatch !== undefined && { ETag: quoted(ifMatch) }),
  }));
  // Not quiet: that an object is not named among the errors is no proof that it is gone.
  const command = new DeleteObjectsCommand({
    Bucket: store.bucket,
    Delete: { Objects: objects, Quiet: false },
  });
  return store.client.run(signal, (sdk, given) => sdk.send(command, given));
}

async function settle(
  store: Store,
  operation: Operation,
  entries: readonly Entry[],
  { Deleted = [], Errors = [] }: DeleteObjectsCommandOutput,
): Promise<Settled[]> {
  const deleted = new Map(Deleted.map((each) => [each.Key, each]));
  const errors = new Map(Errors.map((each) => [each.Key, each]));
  const settled = entries.map(async (entry): Promise<Settled> => {
    const { request } = entry;
    const name = store.root.nameOf(request.key);
    const error = errors.get(name);
    const confirmed = deleted.get(name);
    if (error !== undefined) {
      const failure = failureOfKey(error);
      return { entry, outcome: await failedOutcome(store, operation, request, failure) };
    }
    if (confirmed === undefined) {
      const silent = unreadable(200, {}, 'it says nothing of this object');
      return { entry, outcome: await failedOutcome(store, operation, request, silent) };
    }
    const { VersionId, DeleteMarker, DeleteMarkerVersionId } = confirmed;
    const marker = DeleteMarker === true ? (DeleteMarkerVersionId ?? 'null') : undefined;
    return { entry, outcome: await confirmedOutcome(store, operation, request, VersionId, marker) };
  });
  return Promise.all(settled);
}

/** Directory buckets put the status in front of the code. */
function failureOfKey({ Code: code, Message: said }: S3Error): S3Failure {
  const status = /^\d{3}(?= )/.exec(code ?? '')?.[0];
  return new S3Failure({ code, said, ...(status !== undefined && { status: Number(status) }) });
}

async function inSmaller(
  store: Store,
  operation: Operation,
  entries: readonly Entry[],
  outer: boolean,
): Promise<Settled[]> {
  const size = store.bulk.less(entries.length);
  const settled: Settled[] = [];
  for (let start = 0; start < entries.length; start += size) {
    const piece = entries.slice(start, start + size);
    settled.push(...(await deleteBulk(store, operation, piece, false)));
  }
  // Only now, when all pieces are through, is the largest known that was taken.
  if (outer) store.bulk.refused(entries.length);
  return settled;
}

async function oneByOne(
  store: Store,
  operation: Operation,
  entries: readonly Entry[],
): Promise<Settled[]> {
  return Promise.all(
    entries.map(async (entry) => ({
      entry,
      outcome: await deleteOne(store, operation, entry.request),
    })),
  );
}

async function allFailed(
  store: Store,
  operation: Operation,
  entries: readonly Entry[],
  error: unknown,
): Promise<Settled[]> {
  return Promise.all(
    entries.map(async (entry) => ({
      entry,
      outcome: await failedOutcome(store, operation, entry.request, error),
    })),
  );
}
