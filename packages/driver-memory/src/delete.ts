import { isStorageError, unsupported } from '@dunnage/driver-api';
import type { DeleteOutcome, DeleteRequest, Many, OpOptions, Prefix } from '@dunnage/driver-api';
import { inBatches, pull } from '@dunnage/driver-kit';
import { DRIVER, preconditionFailed } from './errors.ts';
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
  using operation = session.begin('delete', options);
  const batches = { size: () => batchMax, parallel: 1 };
  yield* inBatches(operation, requests, batches, async (batch) =>
    deleteBatch(session, batch, options),
  );
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
  using operation = session.begin('pruneEmptyDirectories', options);
  for await (const prefix of pull(operation, prefixes)) {
    session.checkPrefix(prefix);
    session.enter('pruneEmptyDirectories', options);
    if (session.store.removeDirectory(prefix)) yield prefix;
  }
}
