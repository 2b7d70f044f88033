import { setMaxListeners } from 'node:events';
import { isStorageError } from '@dunnage/driver-api';
import type { DeleteOutcome, DeleteRequest, Many, OpOptions } from '@dunnage/driver-api';
import { inBatches } from '@dunnage/driver-kit';
import type { Operation } from '@dunnage/driver-kit';
import { sendBatch } from './batch.ts';
import { BATCH } from './limits.ts';
import { deleteOne } from './delete-one.ts';
import type { Facts } from './facts.ts';
import { failedOutcome, outcomeOf } from './outcome.ts';
import { head } from './read.ts';
import { Refusal } from './refusal.ts';
import type { AzureStore } from './store.ts';

/** Batches in flight; a batch is 256 deletes for the account's budget of requests. */
const BATCHES_AT_ONCE = 4;
/** Requests in flight where there are no batches. */
const SINGLES_AT_ONCE = 32;

export async function* deleteObjects(
  store: AzureStore,
  requests: Many<DeleteRequest>,
  options: OpOptions = {},
): AsyncGenerator<DeleteOutcome, void, undefined> {
  using operation = store.session.begin('delete', options);
  // Each request in flight listens to it.
  setMaxListeners(0, operation.signal);
  yield* inBatches(operation, requests, { size: () => BATCH, parallel: BATCHES_AT_ONCE }, (batch) =>
    deleteBatch(store, operation, options, batch),
  );
}

async function deleteBatch(
  store: AzureStore,
  operation: Operation,
  options: OpOptions,
  batch: readonly DeleteRequest[],
): Promise<DeleteOutcome[]> {
  const facts = await store.facts(options);
  const outcomes: DeleteOutcome[] = [];
  const singly: DeleteRequest[] = [];
  let together: DeleteRequest[] = [];
  for (const request of batch) {
    const refused = refusedBefore(store, facts, request);
    if (refused !== undefined) outcomes.push(refused);
    else if (goesAlone(facts, request)) singly.push(request);
    else together.push(request);
  }
  while (together.length > 0) {
    // The store carries out a batch in any order, so that of two deletes of one object either may find it.
    const [first, again] = apart(together);
    if (first.length === 1 || !store.batches) singly.push(...first);
    else outcomes.push(...(await deleteTogether(store, facts, operation, first)));
    together = again;
  }
  const chains = Map.groupBy(singly, ({ key }) => key);
  outcomes.push(...(await deleteSingly(store, facts, operation, [...chains.values()])));
  return outcomes;
}

/** Requests that can't be honoured fail without being sent. */
function refusedBefore(
  { session }: AzureStore,
  facts: Facts,
  request: DeleteRequest,
): DeleteOutcome | undefined {
  try {
    session.checkKey('delete', request.key);
    session.require('delete', facts.versions !== 'none', request.version, 'versions');
    return undefined;
  } catch (error) {
    if (!isStorageError(error)) throw error;
    return { request, outcome: 'failed', error };
  }
}

/** Versions want more than one request; a directory that is taken for an object must be told from one first. */
function goesAlone({ hierarchical }: Facts, { version, ifMatch }: DeleteRequest): boolean {
  return version !== undefined || (hierarchical && ifMatch === undefined);
}

/** The first request for each key, and the others. */
function apart(
  requests: readonly DeleteRequest[],
): readonly [first: DeleteRequest[], again: DeleteRequest[]] {
  const seen = new Set<string>();
  const first: DeleteRequest[] = [];
  const again: DeleteRequest[] = [];
  for (const request of requests) {
    (seen.has(request.key) ? again : first).push(request);
    seen.add(request.key);
  }
  return [first, again];
}

async function deleteTogether(
  store: AzureStore,
  facts: Facts,
  operation: Operation,
  requests: readonly DeleteRequest[],
): Promise<DeleteOutcome[]> {
  try {
    const answers = await sendBatch(store, requests, operation.signal);
    return requests.map((request, index) => outcomeOf(store, facts, request, answers[index]));
  } catch (error) {
    operation.check();
    if (isBatchRefused(error)) {
      store.batches = false;
      return deleteSingly(
        store,
        facts,
        operation,
        requests.map((request) => [request]),
      );
    }
    return requests.map((request) =>
      failedOutcome(request, store.toStorageError(error, 'delete', request.key)),
    );
  }
}

/** The account, or what it lets these credentials do, has deletes but no batches of them. */
function isBatchRefused(error: unknown): boolean {
  const refusal = Refusal.of(error);
  if (refusal === undefined) return false;
  if (refusal.code === 'ContainerNotFound' || refusal.code === 'AuthenticationFailed') return false;
  return [400, 403, 404, 405, 409, 501].includes(refusal.status);
}

/** Chains of deletes, several at a time; those of one chain follow one another. */
async function deleteSingly(
  store: AzureStore,
  facts: Facts,
  operation: Operation,
  chains: readonly (readonly DeleteRequest[])[],
): Promise<DeleteOutcome[]> {
  const outcomes: DeleteOutcome[] = [];
  const queue = chains.values();
  const worker = async (): Promise<void> => {
    for (const chain of queue) {
      for (const request of chain) {
        operation.check();
        outcomes.push(await deleteGuarded(store, facts, operation, request));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(SINGLES_AT_ONCE, chains.length) }, worker));
  return outcomes;
}

/** How often an object that others keep changing is looked at again before its delete is given up. */
const LOOKS = 3;

/** Where directories are entries, an object is deleted only as the object that it was just before. */
async function deleteGuarded(
  store: AzureStore,
  facts: Facts,
  operation: Operation,
  request: DeleteRequest,
): Promise<DeleteOutcome> {
  if (!facts.hierarchical || request.ifMatch !== undefined || request.version !== undefined) {
    return deleteOne(store, facts, operation, request);
  }
  let outcome: DeleteOutcome = { request, outcome: 'missing' };
  for (let look = 0; look < LOOKS; look++) {
    let ifMatch: string | undefined;
    try {
      ifMatch = (await head(store, request.key, undefined, operation.signal))?.etag;
    } catch (error) {
      operation.check();
      return failedOutcome(request, store.toStorageError(error, 'delete', request.key));
    }
    if (ifMatch === undefined) return { request, outcome: 'missing' };
    outcome = { ...(await deleteOne(store, facts, operation, { ...request, ifMatch })), request };
    if (outcome.outcome !== 'precondition-failed') break;
  }
  return outcome;
}
