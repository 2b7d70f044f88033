import type { DeleteRequest } from '@dunnage/driver-api';
import { bodyOfAnswer, expectStatus } from './answers.ts';
import { partsOfBatch } from './batch-answer.ts';
import type { Answer } from './batch-answer.ts';
import { conditionsOf } from './write.ts';
import type { AzureStore } from './store.ts';

/**
 * Sends deletes in one request, each signed by itself.
 * @returns the answer to each; `undefined` for those that the store did not mention, or mentioned twice.
 */
export async function sendBatch(
  store: AzureStore,
  requests: readonly DeleteRequest[],
  signal: AbortSignal,
): Promise<readonly (Answer | undefined)[]> {
  const { client, config } = store;
  const batch = client.batch();
  for (const { key, ifMatch } of requests) {
    const url = client.urlOf(store.nameOf(key));
    // The SDK numbers them in this order, and takes a reference to the options.
    await batch.deleteBlob(url, client.credential, {
      ...(ifMatch !== undefined && { conditions: conditionsOf({ ifMatch }) }),
      ...(config.snapshots === 'delete' && { deleteSnapshots: 'include' as const }),
    });
  }
  const answer = await expectStatus(
    await client.ask({
      method: 'POST',
      query: { restype: 'container', comp: 'batch' },
      headers: { 'content-type': batch.getMultiPartContentType() },
      body: batch.getHttpRequestBody(),
      signal,
    }),
    202,
  );
  const text = (await bodyOfAnswer(answer)).toString('latin1');
  return partsOfBatch(text, answer.headers.get('content-type') ?? '', requests.length);
}
