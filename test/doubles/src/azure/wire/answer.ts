import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Fault } from './fault.ts';
import { document, element } from './xml.ts';

type HeaderValues = Readonly<Record<string, string | number | undefined>>;

/** What an operation answers, before the headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly headers?: HeaderValues;
  /** A string is XML without its declaration. */
  readonly body?: string | Buffer;
}

/** An answer with all its headers, as it goes out. */
export interface Rendered {
  readonly status: number;
  readonly reason: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Turns an error into the answer that tells of it. */
export function answerOf(
  fault: Fault,
  call: { method: string; requestId: string },
  now: number,
): Answer {
  const bodiless = call.method === 'HEAD' || fault.status === 304;
  const headers = { ...fault.headers, 'x-ms-error-code': fault.code };
  if (bodiless) return { status: fault.status, headers };
  const message = `${fault.message}\nRequestId:${call.requestId}\nTime:${stampOf(now)}`;
  const detail = Object.entries(fault.detail).map(([name, value]) => element(name, value));
  const body = `<Error>${element('Code', fault.code)}${element('Message', message)}${detail.join('')}</Error>`;
  return { status: fault.status, headers, body };
}

/** What an answer repeats of its request. */
interface Asked {
  readonly requestId: string;
  readonly headers?: ReadonlyMap<string, string>;
  readonly version?: string | undefined;
}

/** Adds what every answer has. `reason` is the message of an error, as the service does. */
export function render(answer: Answer, asked: Asked, reason?: string): Rendered {
  const headers = new Map<string, string>();
  const body = typeof answer.body === 'string' ? document(answer.body) : (answer.body ?? empty);
  if (typeof answer.body === 'string') headers.set('Content-Type', 'application/xml');
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (value !== undefined) headers.set(name, String(value));
  }
  headers.set('Server', 'Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0');
  headers.set('x-ms-request-id', asked.requestId);
  const clientId = asked.headers?.get('x-ms-client-request-id');
  if (clientId !== undefined && clientId.length <= 1024) {
    headers.set('x-ms-client-request-id', clientId);
  }
  if (asked.version !== undefined) headers.set('x-ms-version', asked.version);
  return {
    status: answer.status,
    reason: reason ?? STATUS_CODES[answer.status] ?? '',
    headers,
    body,
  };
}

/** Writes an answer to its socket. Listings and batches are chunked, as the service's are. */
export function send(
  response: ServerResponse,
  rendered: Rendered,
  method: string,
  now: number,
): void {
  response.sendDate = false;
  response.statusCode = rendered.status;
  response.statusMessage = rendered.reason.replaceAll(/[^\t\u0020-\u007e]/gu, ' ');
  for (const [name, value] of rendered.headers) response.setHeader(name, value);
  response.setHeader('Date', new Date(now).toUTCString());
  if (method === 'HEAD' || rendered.status === 304) {
    response.end();
    return;
  }
  const type = rendered.headers.get('Content-Type') ?? '';
  const streamed = rendered.status < 300 && /^(?:application\/xml$|multipart\/mixed;)/u.test(type);
  if (streamed) response.setHeader('Transfer-Encoding', 'chunked');
  else if (!response.hasHeader('Content-Length')) {
    response.setHeader('Content-Length', rendered.body.length);
  }
  response.end(rendered.body);
}

const empty = Buffer.alloc(0);

function stampOf(now: number): string {
  return `${new Date(now).toISOString().slice(0, -1)}0000Z`;
}
