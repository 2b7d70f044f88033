import type { DeleteOutcome, DeleteRequest, ErrorCode, StorageError } from '@dunnage/driver-api';
import type { BucketSettings } from './settings.ts';

/** What became of an object that the store says it has deleted. */
export function goneOutcome(
  request: DeleteRequest,
  { versions, softDelete }: BucketSettings,
): DeleteOutcome {
  // No marker is made: the live generation has become a noncurrent one.
  if (versions === 'enabled' && request.version === undefined) {
    return { request, outcome: 'marked' };
  }
  // The store does not say which generation it was; who named one knows.
  const version = request.version ?? request.ifMatch;
  const outcome = softDelete === 'on' ? 'soft-deleted' : 'deleted';
  return { request, outcome, ...(version !== undefined && { version }) };
}

const BY_CODE: Partial<Record<ErrorCode, 'precondition-failed' | 'locked' | 'denied'>> = {
  PRECONDITION_FAILED: 'precondition-failed',
  LOCKED: 'locked',
  PERMISSION_DENIED: 'denied',
  UNAUTHENTICATED: 'denied',
};

/** What became of a request that ended with an error. */
export function failedOutcome(request: DeleteRequest, error: StorageError): DeleteOutcome {
  const outcome = error.applied === 'unknown' ? 'unknown' : (BY_CODE[error.code] ?? 'failed');
  return { request, outcome, error };
}
