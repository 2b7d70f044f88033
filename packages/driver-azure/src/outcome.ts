import type { DeleteOutcome, DeleteRequest, StorageError } from '@dunnage/driver-api';
import type { Answer } from './batch-answer.ts';
import type { Facts } from './facts.ts';
import { Refusal } from './refusal.ts';
import type { AzureStore } from './store.ts';

/** What became of a delete, by what the store says of it. */
export function outcomeOf(
  store: AzureStore,
  facts: Facts,
  request: DeleteRequest,
  answer: Answer | undefined,
): DeleteOutcome {
  if (answer === undefined) {
    const message = `the store did not say what became of ${JSON.stringify(request.key)}`;
    const error = store.session.error('UNAVAILABLE', 'delete', message, request.key);
    return { request, outcome: 'unknown', error };
  }
  if (answer.status === 202 || answer.status === 200) {
    return { request, outcome: kept(facts, request, answer) };
  }
  const refusal = new Refusal(answer.status, answer);
  return failedOutcome(request, store.toStorageError(refusal, 'delete', request.key));
}

function kept(
  { versions, softDelete }: Facts,
  { version }: DeleteRequest,
  answer: Answer,
): 'deleted' | 'marked' | 'soft-deleted' {
  if (versions === 'enabled' && version === undefined) return 'marked';
  const permanent = answer.get('x-ms-delete-type-permanent');
  if (permanent === 'false') return 'soft-deleted';
  return permanent === undefined && softDelete === true ? 'soft-deleted' : 'deleted';
}

/** The outcome that an error of a delete is. */
export function failedOutcome(request: DeleteRequest, error: StorageError): DeleteOutcome {
  switch (error.code) {
    case 'NOT_FOUND':
      return { request, outcome: 'missing' };
    case 'PRECONDITION_FAILED':
      return { request, outcome: 'precondition-failed', error };
    case 'LOCKED':
      return { request, outcome: 'locked', error };
    case 'PERMISSION_DENIED':
    case 'UNAUTHENTICATED':
      return { request, outcome: 'denied', error };
    default:
      return { request, outcome: error.applied === 'unknown' ? 'unknown' : 'failed', error };
  }
}
