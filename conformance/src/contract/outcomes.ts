import assert from 'node:assert/strict';
import type {
  Capabilities,
  DeleteOutcome,
  DeleteRequest,
  Many,
  OpOptions,
  StorageDriver,
} from '@dunnage/driver-api';
import { collect } from './expect.ts';

/**
 * Deletes, and checks that each request has exactly one outcome.
 * @returns the outcomes in the order of the requests.
 */
export async function deleteAll(
  driver: StorageDriver,
  requests: readonly DeleteRequest[],
  options?: OpOptions,
): Promise<DeleteOutcome[]> {
  const outcomes = await collect(driver.delete(requests, options));
  assert.equal(outcomes.length, requests.length, 'not one outcome for each request');
  const byRequest = Map.groupBy(outcomes, ({ request }) => identify(request));
  return requests.map((request) => {
    const outcome = byRequest.get(identify(request))?.shift();
    assert.ok(outcome, `no outcome for the request of ${request.key}`);
    return outcome;
  });
}

/** Outcomes may carry a copy of the request: it may have come from another thread. */
function identify({ key, version, ifMatch }: DeleteRequest): string {
  return JSON.stringify([key, version, ifMatch]);
}

/** {@link deleteAll} for one request. */
export async function deleteOne(
  driver: StorageDriver,
  request: DeleteRequest,
): Promise<DeleteOutcome> {
  const [outcome] = await deleteAll(driver, [request]);
  assert.ok(outcome);
  return outcome;
}

/** What the delete of an object that exists may be called, by what the store says of itself. */
export function outcomesOfExisting(can: Capabilities): readonly DeleteOutcome['outcome'][] {
  if (can.versions === 'enabled') return ['marked'];
  if (can.delete.freesSpace === 'immediately') return ['deleted'];
  return ['deleted', 'marked', 'soft-deleted'];
}

/** What the delete of an object that does not exist may be called. */
export function outcomesOfMissing(can: Capabilities): readonly DeleteOutcome['outcome'][] {
  if (can.delete.reportsMissing) return ['missing'];
  return can.versions === 'none' ? ['deleted'] : ['deleted', 'marked'];
}

/** All requests of a stream, as a stream. */
export async function* streamOf<T>(items: Many<T>): AsyncGenerator<T> {
  yield* items;
}
