import { expectStatus } from './answers.ts';
import { meaningOf } from './meanings.ts';
import type { Refusal } from './refusal.ts';
import type { AzureStore } from './store.ts';

/**
 * Makes sure that a 404 means the object. The service says so in its code; where something in between has lost that,
 * the container is asked for.
 * @throws {Refusal} where it is the container that is missing, or where nobody can tell.
 */
export async function confirmMissing(
  { client }: AzureStore,
  refusal: Refusal,
  signal: AbortSignal,
): Promise<void> {
  if (meaningOf(refusal.status, refusal.code, false).code === 'NOT_FOUND') return;
  if (refusal.code !== '' && refusal.code !== 'ResourceNotFound') throw refusal;
  const query = { restype: 'container' };
  await expectStatus(await client.ask({ method: 'HEAD', query, signal }), 200);
}
