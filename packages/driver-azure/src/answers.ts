import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { Refusal } from './refusal.ts';

/** Of an error's body at most this much is looked at. */
const MOST_OF_AN_ERROR = 16 * 1024;

/**
 * Lets an answer with one of these statuses pass.
 * @throws {Refusal} for any other, after its body was taken off the socket.
 */
export async function expectStatus(
  answer: PipelineResponse,
  ...statuses: readonly number[]
): Promise<PipelineResponse> {
  if (statuses.includes(answer.status)) return answer;
  throw await refusalOf(answer);
}

/** The refusal in an answer: its code is in a header, or, where something in between lost that, in the body. */
export async function refusalOf(answer: PipelineResponse): Promise<Refusal> {
  const text = (await bodyOfAnswer(answer, MOST_OF_AN_ERROR)).toString();
  return new Refusal(answer.status, answer.headers, /<Code>([A-Za-z0-9]+)<\/Code>/.exec(text)?.[1]);
}

/** The whole body of an answer; of one that is longer than `limit`, as much as had come by then. */
export async function bodyOfAnswer(
  answer: PipelineResponse,
  limit: number = Infinity,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunksOf(answer)) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > limit) break;
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
}

/** The chunks of an answer's body; leaving early frees the socket. */
export function chunksOf(answer: PipelineResponse): AsyncIterable<Buffer> {
  return (answer.readableStreamBody ?? NOTHING) as AsyncIterable<Buffer>;
}

const NOTHING: AsyncIterable<Buffer> = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
};
