import type {
  DeleteOutcome,
  DeleteRequest,
  ErrorCode,
  Many,
  OpOptions,
  Prefix,
  StorageError,
} from '@dunnage/driver-api';
import type { Client } from './client.ts';
import { unpackError } from './errors.ts';

type Refusal = Extract<DeleteOutcome, { readonly error: StorageError }>['outcome'];

/** Outcomes that have a name of their own; other errors are `'failed'`. */
const OUTCOMES: Partial<Record<ErrorCode, Refusal>> = {
  PRECONDITION_FAILED: 'precondition-failed',
  PERMISSION_DENIED: 'denied',
  READ_ONLY: 'denied',
};

export async function* deleteObjects(
  client: Client,
  requests: Many<DeleteRequest>,
  { signal }: OpOptions = {},
): AsyncGenerator<DeleteOutcome, void, undefined> {
  for await (const { request, result } of client.bulk<DeleteRequest, null>(
    { kind: 'delete' },
    requests,
    ({ key, ifMatch, version }) => ({ name: key, ifMatch, version }),
    signal,
  )) {
    if (result.status === 'ok') yield { request, outcome: 'deleted' };
    else if (result.status === 'missing') yield { request, outcome: 'missing' };
    else {
      const error = unpackError(result.error);
      yield { request, outcome: outcomeOf(error), error };
    }
  }
}

function outcomeOf(error: StorageError): Refusal {
  return error.applied === 'unknown' ? 'unknown' : (OUTCOMES[error.code] ?? 'failed');
}

export async function* pruneEmptyDirectories(
  client: Client,
  prefixes: Many<Prefix>,
  { signal }: OpOptions = {},
): AsyncGenerator<Prefix, void, undefined> {
  for await (const { request, result } of client.bulk<Prefix, null>(
    { kind: 'prune' },
    prefixes,
    (name) => ({ name }),
    signal,
  )) {
    if (result.status === 'failed') throw unpackError(result.error);
    if (result.status === 'ok') yield request;
  }
}
