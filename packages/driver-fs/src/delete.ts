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
import type { Result } from './steps/jobs.ts';

interface Pruning {
  readonly request: Prefix;
  readonly result: Result<null>;
}

type Refusal = Extract<DeleteOutcome, { readonly error: StorageError }>['outcome'];

/** Outcomes that have a name of their own; other errors are `'failed'`. */
const OUTCOMES: Partial<Record<ErrorCode, Refusal>> = {
  PRECONDITION_FAILED: 'precondition-failed',
  PERMISSION_DENIED: 'denied',
  READ_ONLY: 'denied',
};

export function deleteObjects(
  client: Client,
  requests: Many<DeleteRequest>,
  { signal }: OpOptions = {},
): AsyncIterable<DeleteOutcome> {
  return client.bulk<DeleteRequest, null, DeleteOutcome>({
    job: { kind: 'delete' },
    ...{ requests, signal },
    itemOf: ({ key, ifMatch, version }) => ({ name: key, ifMatch, version }),
    outcomeOf(request, result) {
      if (result.status === 'ok') return { request, outcome: 'deleted' };
      if (result.status === 'missing') return { request, outcome: 'missing' };
      const error = unpackError(result.error);
      return { request, outcome: outcomeOf(error), error };
    },
  });
}

function outcomeOf(error: StorageError): Refusal {
  return error.applied === 'unknown' ? 'unknown' : (OUTCOMES[error.code] ?? 'failed');
}

export async function* pruneEmptyDirectories(
  client: Client,
  prefixes: Many<Prefix>,
  { signal }: OpOptions = {},
): AsyncGenerator<Prefix, void, undefined> {
  const outcomes = client.bulk<Prefix, null, Pruning>({
    job: { kind: 'prune' },
    ...{ requests: prefixes, signal },
    itemOf: (prefix) => prefix,
    outcomeOf: (request, result) => ({ request, result }),
  });
  for await (const { request, result } of outcomes) {
    if (result.status === 'failed') throw unpackError(result.error);
    if (result.status === 'ok') yield request;
  }
}
