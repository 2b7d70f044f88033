import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { GcsError } from './errors.ts';
import type { Call, Reply } from './protocol/call.ts';
import { parseMultipart, parsePart } from './protocol/multipart.ts';
import type { Part } from './protocol/multipart.ts';

const MAX_CALLS = 100;
const MAX_BYTES = 10 * 1024 * 1024;

export function isBatch(call: Call): boolean {
  return call.method === 'POST' && call.path === '/batch/storage/v1';
}

/**
 * Runs the calls of a batch, each with an answer of its own, in the order of the request.
 * @throws GcsError 400 when the batch as a whole is not fit
 */
export function runBatch(call: Call, run: (call: Call) => Reply): Reply {
  if (call.body.length > MAX_BYTES) throw unfit('The batch request is too large.');
  const parts = parseMultipart(call.body, call.headers['content-type'] ?? '');
  if (parts.length > MAX_CALLS) {
    throw unfit(`The batch request should not contain more than ${MAX_CALLS} calls.`);
  }
  const boundary = `batch_${randomUUID()}`;
  // Parsed before the first is run: a broken batch does nothing.
  const calls = parts.map((part) => callIn(part, call));
  const answers = calls.map((inner, index) => answerPart(boundary, parts[index], run(inner)));
  return {
    status: 200,
    headers: { 'content-type': `multipart/mixed; boundary=${boundary}` },
    body: Buffer.concat([...answers, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** A part is an HTTP request: a line, headers, a body. */
function callIn(part: Part, outer: Call): Call {
  if (!/^application\/http\b/i.test(part.headers.get('content-type') ?? '')) {
    throw unfit('Each part of a batch has to be application/http.');
  }
  const end = part.body.indexOf('\n');
  const line = part.body.toString('utf8', 0, end === -1 ? undefined : end).trim();
  const [, method, target] = /^([A-Z]+) (\S+)(?: HTTP\/1\.[01])?$/.exec(line) ?? [];
  if (method === undefined || target === undefined) throw unfit('Failed to parse batch request.');
  const inner = parsePart(end === -1 ? Buffer.alloc(0) : part.body.subarray(end + 1));
  const [path = '', query = ''] = pathIn(target).split(/\?(.*)/s);
  const length = Number(inner.headers.get('content-length') ?? inner.body.length);
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: { ...inherited(outer.headers), ...Object.fromEntries(inner.headers) },
    body: inner.body.subarray(0, length),
    base: outer.base,
  };
}

/** Paths are asked for; whole addresses come in as well. */
function pathIn(target: string): string {
  return target.replace(/^https?:\/\/[^/]+/, '');
}

/** Headers of the batch are those of its calls too, but for what says how the batch itself came. */
function inherited(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(?:content-|host$|connection$)/.test(name)),
  );
}

function answerPart(boundary: string, part: Part | undefined, reply: Reply): Buffer {
  const { status, headers, body } = reply;
  const id = part?.headers.get('content-id');
  const head = [
    `--${boundary}`,
    'Content-Type: application/http',
    ...(id === undefined ? [] : [`Content-ID: ${responseId(id)}`]),
    '',
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(status === 204 ? [] : [`content-length: ${body.length}`]),
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(head.join('\r\n')), body, Buffer.from('\r\n')]);
}

/** `<id>` becomes `<response-id>`. */
function responseId(id: string): string {
  return id.startsWith('<') ? `<response-${id.slice(1)}` : `response-${id}`;
}

function unfit(message: string): GcsError {
  return new GcsError(400, 'badRequest', message);
}
