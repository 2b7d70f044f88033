import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import {
  type Asked,
  type Operation,
  operationOf,
  type Protocol,
  protocolOf,
} from './operations/index.ts';

/** A request, as rules see it. */
export interface ProxiedRequest {
  /** From 1, in the order in which the proxy was asked. */
  readonly number: number;
  readonly protocol: Protocol;
  readonly operation: Operation;
  readonly method: string;
  /** Decoded, without the query; as sent where it cannot be decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
}

/** Describes what came in as number `number`. */
export function describe(
  message: IncomingMessage,
  number: number,
  protocol: Protocol | undefined,
): ProxiedRequest {
  const { method = '', url = '/', headers } = message;
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  const asked: Asked = { method, rawPath, query, headers };
  const spoken = protocol ?? protocolOf(asked);
  return {
    number,
    protocol: spoken,
    operation: operationOf(spoken, asked),
    method,
    path: decoded(rawPath),
    query,
    headers,
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
