import type { DeleteOutcome, DeleteRequest } from '@dunnage/driver-api';
import type { Operation } from '@dunnage/driver-kit';
import { refusalOf } from './answers.ts';
import type { Answer } from './batch-answer.ts';
import type { Facts } from './facts.ts';
import { quoted } from './info.ts';
import { failedOutcome, outcomeOf } from './outcome.ts';
import { head } from './read.ts';
import type { AzureStore } from './store.ts';

/** Deletes one object by a request of its own. */
export async function deleteOne(
  store: AzureStore,
  facts: Facts,
  operation: Operation,
  request: DeleteRequest,
): Promise<DeleteOutcome> {
  try {
    const answer = await send(store, request, operation.signal);
    if (answer.get('x-ms-error-code') === 'OperationNotAllowedOnRootBlob') {
      return await deleteCurrentVersion(store, facts, operation, request);
    }
    return outcomeOf(store, facts, request, answer);
  } catch (error) {
    operation.check();
    return failedOutcome(request, store.toStorageError(error, 'delete', request.key));
  }
}

async function send(
  { client, config }: AzureStore,
  { key, version, ifMatch }: DeleteRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const withSnapshots = config.snapshots === 'delete' && version === undefined;
  const answer = await client.ask({
    method: 'DELETE',
    name: config.root.nameOf(key),
    query: { versionid: version },
    headers: {
      'if-match': ifMatch === undefined ? undefined : quoted(ifMatch),
      'x-ms-delete-snapshots': withSnapshots ? 'include' : undefined,
    },
    signal,
  });
  const { status, headers } = answer;
  if (status === 202 || status === 200) return { status, get: (name) => headers.get(name) };
  const { code } = await refusalOf(answer);
  return { status, get: (name) => (name === 'x-ms-error-code' ? code : headers.get(name)) };
}

/**
 * The store does not delete the current version by its name. So the object goes first, if that is still its current
 * version, which makes it an older one, and then that.
 */
async function deleteCurrentVersion(
  store: AzureStore,
  facts: Facts,
  operation: Operation,
  request: DeleteRequest,
): Promise<DeleteOutcome> {
  const { key, version, ifMatch } = request;
  const { signal } = operation;
  const found = await head(store, key, version, signal);
  const etag = ifMatch ?? found?.etag;
  if (found === undefined || etag === undefined) return { request, outcome: 'missing' };
  const first = await send(store, { key, ifMatch: etag }, signal);
  if (first.status !== 202) return outcomeOf(store, facts, request, first);
  return outcomeOf(store, facts, request, await send(store, request, signal));
}
