import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Fault } from './fault.ts';

/** One request, be it of its own or a part of a batch. */
export interface Call {
  readonly method: string;
  /** Date of the protocol's version; a part of a batch has that of the batch. */
  readonly version: string | undefined;
  /** As sent: what a signature covers. */
  readonly path: string;
  /** Undefined when the request asks for the whole service. */
  readonly container: string | undefined;
  readonly blob: string | undefined;
  /** Names in lower case. */
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Names as sent, without `x-ms-meta-`: the service keeps their case. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly requestId: string;
  readonly secure: boolean;
  readonly remoteAddress: string;
}

interface Raw {
  readonly method: string;
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly secure: boolean;
  readonly remoteAddress: string;
}

/** Reads a request of its own. */
export function callOf(request: IncomingMessage, body: Buffer, account: string): Call {
  return readCall(
    {
      method: request.method ?? 'GET',
      target: request.url ?? '/',
      rawHeaders: request.rawHeaders,
      body,
      secure: 'encrypted' in request.socket,
      remoteAddress: request.socket.remoteAddress ?? '',
    },
    account,
  );
}

/**
 * Finds out what a request is about. `whole` is the batch that it is a part of.
 * @throws Fault when its address is no address of the service.
 */
export function readCall(raw: Raw, account: string, whole?: Call): Call {
  const headers = new Map<string, string>();
  const metadata = new Map<string, string>();
  for (let index = 0; index + 1 < raw.rawHeaders.length; index += 2) {
    const name = raw.rawHeaders[index] ?? '';
    const value = raw.rawHeaders[index + 1] ?? '';
    const lower = name.toLowerCase();
    headers.set(lower, headers.has(lower) ? `${headers.get(lower)},${value}` : value);
    if (lower.startsWith('x-ms-meta-')) metadata.set(name.slice('x-ms-meta-'.length), value);
  }
  const mark = raw.target.indexOf('?');
  const path = mark < 0 ? raw.target : raw.target.slice(0, mark);
  const query = queryOf(mark < 0 ? '' : raw.target.slice(mark + 1));
  const host = (whole?.headers ?? headers).get('host') ?? '';
  return {
    method: raw.method,
    version: whole?.version ?? headers.get('x-ms-version') ?? query.get('sv'),
    path,
    ...resourceOf(path, host.startsWith(`${account}.`) ? undefined : account),
    query,
    headers,
    metadata,
    body: raw.body,
    requestId: requestId(),
    secure: raw.secure,
    remoteAddress: raw.remoteAddress,
  };
}

function resourceOf(
  path: string,
  account: string | undefined,
): { container: string | undefined; blob: string | undefined } {
  let rest = path.slice(1);
  if (account !== undefined) {
    if (rest !== account && !rest.startsWith(`${account}/`)) {
      throw new Fault('InvalidUri', { message: 'The account in the path is not the one served.' });
    }
    rest = rest.slice(account.length + 1);
  }
  const slash = rest.indexOf('/');
  const container = decode(slash < 0 ? rest : rest.slice(0, slash));
  // The service takes a backslash for a slash.
  const blob = slash < 0 ? '' : decode(rest.slice(slash + 1)).replaceAll('\\', '/');
  return {
    container: container === '' ? undefined : container,
    blob: blob === '' ? undefined : blob,
  };
}

function queryOf(text: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals)).toLowerCase();
    query.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1)));
  }
  return query;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Fault('InvalidUri');
  }
}

/** Looks like the service's own: a UUID that ends in zeros. */
export function requestId(): string {
  return `${randomUUID().slice(0, -8)}00000000`;
}
