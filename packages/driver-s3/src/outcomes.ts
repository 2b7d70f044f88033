import type { DeleteOutcome, DeleteRequest } from '@dunnage/driver-api';
import type { Operation } from '@dunnage/driver-kit';
import { unreadable } from './answer.ts';
import { meaningOfError } from './errors.ts';
import { S3Failure } from './failure.ts';
import { CHANGED, LOCKED } from './meanings.ts';
import { lockedVersion } from './locks.ts';
import type { Store } from './store.ts';

/**
 * What became of an object that the store says it has deleted.
 * @param version the version that the answer names.
 * @param marker the marker that was made instead.
 */
export async function confirmedOutcome(
  store: Store,
  operation: Operation,
  request: DeleteRequest,
  version: string | undefined,
  marker: string | undefined,
): Promise<DeleteOutcome> {
  if (request.version !== undefined) {
    // A store that passes over the version has made a plain delete of it.
    if (version === request.version) return { request, outcome: 'deleted', version };
    const other = unreadable(200, {}, 'it does not confirm the version');
    return failedOutcome(store, operation, request, other);
  }
  if (marker !== undefined) return { request, outcome: 'marked', version: marker };
  return { request, outcome: store.versioning.known === 'enabled' ? 'marked' : 'deleted' };
}

/** What became of an object whose delete was refused, or of which no answer came. */
export async function failedOutcome(
  store: Store,
  operation: Operation,
  request: DeleteRequest,
  error: unknown,
): Promise<DeleteOutcome> {
  const { key } = request;
  const cause = await amended(store, operation, request, error);
  const meaning = meaningOfError(cause);
  const { session } = store;
  if (meaning.code === 'NOT_FOUND') return { request, outcome: 'deleted' };
  const failure = session.toStorageError(cause, 'delete', key);
  if (meaning.lost === true) return { request, outcome: 'unknown', error: failure };
  switch (meaning.code) {
    case 'PRECONDITION_FAILED':
      return { request, outcome: 'precondition-failed', error: failure };
    case 'LOCKED':
      return { request, outcome: 'locked', error: failure };
    case 'PERMISSION_DENIED':
      return { request, outcome: 'denied', error: failure };
    default:
      return { request, outcome: 'failed', error: failure };
  }
}

/** The failure with a meaning that only a look at the request, or at the object, gives it. */
async function amended(
  store: Store,
  { signal }: Operation,
  request: DeleteRequest,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof S3Failure)) return error;
  const { code } = meaningOfError(error);
  // What is gone has no etag that could match.
  if (code === 'NOT_FOUND' && request.ifMatch !== undefined) return error.meaningThat(CHANGED);
  // Some stores deny without a word of the lock that keeps the version.
  const unsaid = code === 'PERMISSION_DENIED' && error.said === undefined;
  if (!unsaid || request.version === undefined) return error;
  const locked = await lockedVersion(store, request.key, request.version, signal);
  return locked ? error.meaningThat(LOCKED) : error;
}
