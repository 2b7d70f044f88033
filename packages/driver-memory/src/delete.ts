import { isStorageError, unsupported } from '@dunnage/driver-api';
import type { DeleteOutcome, DeleteRequest, Many, OpOptions, Prefix } from '@dunnage/driver-api';
import { DRIVER, preconditionFailed } from './errors.ts';
import { pull } from './pull.ts';
import type { Session } from './session.ts';

/**
 * Deletes in batches, as the imitated store does: a batch is carried out as a whole before its first
 * outcome comes back, and outcomes come in another order than the requests, because they may.
 */
export async function* deleteObjects(
  session: Session,
  requests: Many<DeleteRequest>,
  options: OpOptions = {},
): AsyncGenerator<DeleteOutcome, void, undefined> {
  const { batchMax } = session.store.profile.capabilities.delete;
  let batch: DeleteRequest[] = [];
  for await (const request of pull(session, 'delete', requests, options)) {
    batch.push(request);
    if (batch.length < batchMax) continue;
    yield* deleteBatch(session, batch, options);
    batch = [];
  }
  if (batch.length > 0) yield* deleteBatch(session, batch, options);
}

function deleteBatch(
  session: Session,
  batch: readonly DeleteRequest[],
  options: OpOptions,
): DeleteOutcome[] {
  session.enter('delete', options);
  return batch.map((request) => deleteOne(session, request)).reverse();
}

function deleteOne(session: Session, request: DeleteRequest): DeleteOutcome {
  const { profile } = session.store;
  try {
    session.checkKey('delete', request.key);
  } catch (error) {
    if (!isStorageError(error)) throw error;
    return { request, outcome: 'failed', error };
  }
  const lacking = [
    ...(request.ifMatch !== undefined && !profile.capabilities.delete.ifMatch ? ['ifMatch'] : []),
    ...(request.version !== undefined && !profile.versioned ? ['versions'] : []),
  ];
  if (lacking.length > 0) {
    const name = `${DRIVER} (${profile.name})`;
    const error = unsupported(name, 'delete', `${lacking.join(' and ')} on delete`);
    return { request, outcome: 'failed', error };
  }
  const removal = session.store.remove(request.key, request);
  if (removal.outcome !== 'precondition-failed') return { request, ...removal };
  return { request, outcome: removal.outcome, error: preconditionFailed('delete', request.key) };
}

export async function* pruneEmptyDirectories(
  session: Session,
  prefixes: Many<Prefix>,
  options: OpOptions = {},
): AsyncGenerator<Prefix, void, undefined> {
  for await (const prefix of pull(session, 'pruneEmptyDirectories', prefixes, options)) {
    session.checkPrefix(prefix);
    session.enter('pruneEmptyDirectories', options);
    if (session.store.removeDirectory(prefix)) yield prefix;
  }
}
