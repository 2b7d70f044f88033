import type { Client } from '../client.ts';
import { batchRequest, idOf } from './encode.ts';
import type { Call } from './encode.ts';
import { parseBatch } from './parse.ts';
import type { PartAnswer } from './parse.ts';

/**
 * Sends calls as one request.
 * @returns the answer to each, in the order of the calls; `undefined` where the store gave none.
 * @throws HttpFailure where the batch as a whole failed
 */
export async function askBatch(
  client: Client,
  calls: readonly Call[],
  signal: AbortSignal,
): Promise<(PartAnswer | undefined)[]> {
  const { headers, body } = await client.ask(batchRequest(calls), signal);
  const answers = parseBatch(headers['content-type'] ?? '', body);
  return calls.map((_, position) => answers.get(idOf(position)));
}
