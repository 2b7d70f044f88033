import {
  StorageError,
  type Capabilities,
  type DeleteOutcome,
  type DeleteRequest,
  type ObjectInfo,
} from '@dunnage/driver-api';
import { exhausted } from './retrier.ts';

/** What is known when a delete's answer was lost. */
export interface LostDelete {
  readonly request: DeleteRequest;
  readonly error: StorageError;
  /** What is there now; `undefined` for nothing. */
  readonly found: ObjectInfo | undefined;
  /** When the delete was sent, at the latest, by the store's clock. */
  readonly sentAt: number;
  readonly capabilities: Capabilities;
}

/**
 * Judges a delete whose answer was lost by what is there now: its outcome, or `'again'` when it certainly did
 * not happen and can be sent once more.
 *
 * An object that is there is not enough for that: the delete may have happened, and somebody put the
 * object back. Even its etag can be the same, where content decides it. Only one that was written before the
 * delete was sent, or a named version, is certainly the one that was meant.
 */
export function judgeLostDelete(lost: LostDelete): DeleteOutcome | 'again' {
  const { request, error, found, sentAt, capabilities } = lost;
  if (found === undefined) return { request, outcome: goneBy(request, capabilities) };
  if (request.version !== undefined) return 'again';
  if (request.ifMatch !== undefined && found.etag !== request.ifMatch) {
    return {
      request,
      outcome: 'precondition-failed',
      error: new StorageError({
        code: 'PRECONDITION_FAILED',
        op: 'delete',
        driver: error.driver,
        key: request.key,
        message: `${request.key} is another object now (etag ${found.etag ?? 'unknown'})`,
        cause: error,
      }),
    };
  }
  if (found.modified + capabilities.modifiedResolutionMs < sentAt) return 'again';
  return {
    request,
    outcome: 'unknown',
    error: exhausted(error, 'what is there now may have been written after the delete was sent'),
  };
}

function goneBy(
  request: DeleteRequest,
  { versions, delete: { freesSpace } }: Capabilities,
): 'deleted' | 'marked' | 'soft-deleted' {
  const marks = versions === 'enabled' || versions === 'suspended';
  if (marks && request.version === undefined) return 'marked';
  return freesSpace === 'after-retention' ? 'soft-deleted' : 'deleted';
}
