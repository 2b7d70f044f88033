import type { Readable } from 'node:stream';
import { failureIn, S3Failure } from './failure.ts';
import type { Headers } from './failure.ts';
import { UNREADABLE } from './meanings.ts';

/** Most bytes of a refusal that are read. */
const MOST_OF_ERROR = 64 * 1024;

/** All of a body, or as much as a refusal is worth. */
export async function collect(body: Readable, most = Infinity): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    // Leaving the loop ends the connection.
    if (length >= most) break;
  }
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, length);
}

/** The failure that an answer tells of, which is no success. */
export async function refusal(
  status: number,
  headers: Headers,
  body: Readable,
): Promise<S3Failure> {
  return failureIn(status, headers, (await collect(body, MOST_OF_ERROR)).toString());
}

/** How an answer of a successful request may end. */
const END = /<\/([A-Za-z]+)>\s*$/;

/** Bytes at the end of a document that are looked at. */
const TAIL = 256;

/**
 * Looks whether an XML answer that came with a status of success is whole, and is one. Stores begin some answers
 * before they know how they end, and put an error into the body; proxies cut bodies.
 * @param root name of the root element that is expected.
 * @throws {S3Failure}
 */
export function checkAnswer(status: number, headers: Headers, body: Buffer, root: string): void {
  const tail = body.subarray(Math.max(0, body.length - TAIL)).toString('latin1');
  const end = END.exec(tail)?.[1];
  if (end === root) return;
  if (end === 'Error') throw failureIn(status, headers, body.toString());
  throw unreadable(status, headers, body.length === 0 ? 'it is empty' : 'its end is missing');
}

/** A failure for an answer that does not say what it should. */
export function unreadable(status: number, headers: Headers, why: string): S3Failure {
  return new S3Failure({
    status,
    headers,
    code: 'UnreadableAnswer',
    said: why,
    meaning: UNREADABLE,
  });
}
