import type { DeleteOutcome, DeleteRequest, Many, OpOptions } from '@dunnage/driver-api';
import { isStorageError } from '@dunnage/driver-api';
import { inBatches } from '@dunnage/driver-kit';
import type { Operation } from '@dunnage/driver-kit';
import { deleteBulk } from './delete-bulk.ts';
import { deleteOne } from './delete-one.ts';
import { isOneByOne, roundsOf } from './rounds.ts';
import type { Entry } from './rounds.ts';
import type { Store } from './store.ts';

/** Batches of one call in flight. */
const PARALLEL = 4;

export async function* deleteObjects(
  store: Store,
  requests: Many<DeleteRequest>,
  options?: OpOptions,
): AsyncGenerator<DeleteOutcome, void, undefined> {
  using operation = store.session.begin('delete', options);
  const batches = { size: () => store.bulk.limit, parallel: PARALLEL };
  yield* inBatches(operation, requests, batches, async (batch) => {
    try {
      return await deleteBatch(store, operation, batch);
    } catch (error) {
      throw operation.error(error);
    }
  });
}

async function deleteBatch(
  store: Store,
  operation: Operation,
  batch: readonly DeleteRequest[],
): Promise<DeleteOutcome[]> {
  const outcomes: DeleteOutcome[] = [];
  const accepted: DeleteRequest[] = [];
  for (const request of batch) {
    const refused = await refusalOf(store, request, operation.signal);
    if (refused === undefined) accepted.push(request);
    else outcomes.push(refused);
  }
  for (const round of roundsOf(accepted)) {
    const alone = round.filter(isOneByOne(store.bulk));
    const together = round.filter((entry) => !alone.includes(entry));
    const [one, bulk] = await Promise.all([
      Promise.all(
        alone.map(async (entry) => spread(entry, await deleteOne(store, operation, entry.request))),
      ),
      deleteBulk(store, operation, together),
    ]);
    outcomes.push(...one.flat(), ...bulk.flatMap(({ entry, outcome }) => spread(entry, outcome)));
  }
  return outcomes;
}

/** What a store is not asked for, because it would do something else, or nothing. */
async function refusalOf(
  store: Store,
  request: DeleteRequest,
  signal: AbortSignal,
): Promise<DeleteOutcome | undefined> {
  const { session } = store;
  const { key, version, ifMatch } = request;
  try {
    session.checkKey('delete', key);
    await store.requireVersions('delete', version, signal);
    if (ifMatch !== undefined) {
      const { deletes } = await store.honours.ask(signal);
      session.require('delete', deletes, ifMatch, 'ifMatch on deletes');
      // A condition is about the current version only.
      session.require('delete', version === undefined, version, 'ifMatch with a version');
    }
    return undefined;
  } catch (error) {
    const refused = isStorageError(error) && ['INVALID_KEY', 'UNSUPPORTED'].includes(error.code);
    if (!refused) throw error;
    return { request, outcome: 'failed', error };
  }
}

/** The outcome for each of the requests that were the same. */
function spread({ requests }: Entry, outcome: DeleteOutcome): DeleteOutcome[] {
  return requests.map((request) => ({ ...outcome, request }));
}
