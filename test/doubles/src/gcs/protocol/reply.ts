import { Buffer } from 'node:buffer';
import { GcsError } from '../errors.ts';
import type { Call, Reply } from './call.ts';

export function jsonReply(
  value: object,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const body = Buffer.from(JSON.stringify(value));
  return {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
    body,
  };
}

/** An answer that says all by its status and headers. */
export function emptyReply(status: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers, body: Buffer.alloc(0) };
}

/** The answer that an error makes. Errors of the double itself go on. */
export function errorReply(error: unknown, call: Call): Reply {
  if (!(error instanceof GcsError)) throw error;
  const { status, headers, message } = error;
  if (status === 304) return emptyReply(304, headers);
  // Who asks for an object's bytes gets text, not JSON, where it fails.
  const type = error.plain ? 'text/plain; charset=utf-8' : 'text/html; charset=UTF-8';
  if (error.plain || call.query.get('alt') === 'media') {
    return { status, headers: { 'content-type': type, ...headers }, body: Buffer.from(message) };
  }
  return jsonReply(error.toJSON(), status, headers);
}
