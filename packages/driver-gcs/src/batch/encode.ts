import { randomUUID } from 'node:crypto';
import type { Request } from '../client.ts';
import { BATCH_PATH } from '../paths.ts';

/** Calls in a batch at most: Google's limit. */
export const MOST_CALLS = 100;

/** One call of a batch. It has no body and no headers of its own: those of the batch count for it. */
export interface Call {
  readonly method: 'GET' | 'DELETE';
  readonly path: string;
}

/** What the answers to the calls are called, by their position. */
export const idOf = (position: number): string => `call-${position}`;

/** The request that carries `calls`, each as a request in a part of its own. */
export function batchRequest(calls: readonly Call[]): Request {
  const boundary = `batch_${randomUUID()}`;
  const parts = calls.map(
    ({ method, path }, position) =>
      `--${boundary}\r\nContent-Type: application/http\r\nContent-ID: <${idOf(position)}>\r\n\r\n` +
      `${method} ${path} HTTP/1.1\r\n\r\n`,
  );
  return {
    method: 'POST',
    path: BATCH_PATH,
    headers: { 'content-type': `multipart/mixed; boundary=${boundary}` },
    body: [Buffer.from(`${parts.join('\r\n')}\r\n--${boundary}--\r\n`)],
  };
}
