import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { S3Fault } from '../errors.ts';
import { errorDocument, leaf } from './xml-write.ts';

/** What an operation answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is a document, bytes are an object. */
  readonly body?: string | Buffer;
  /** Status and white space go out before the document. */
  readonly keepAlive?: boolean;
}

export interface Envelope {
  readonly method: string;
  /** Path of the request, for errors. */
  readonly resource: string;
  /** Milliseconds since the epoch, by the double's clock. */
  readonly nowMs: number;
}

/** Writes an answer as S3 does: documents without a length, objects with one. */
export function send(response: ServerResponse, answer: Answer, envelope: Envelope): void {
  const ids = requestIds();
  const { status, body } = answer;
  const headers: Record<string, string> = {
    ...ids,
    date: new Date(envelope.nowMs).toUTCString(),
    server: 'AmazonS3',
    ...answer.headers,
  };
  if (typeof body === 'string') headers['content-type'] = 'application/xml';
  if (body instanceof Buffer) headers['content-length'] ??= String(body.length);
  if (body === undefined && status !== 204 && status !== 304) headers['content-length'] ??= '0';
  response.writeHead(status, headers);
  if (answer.keepAlive === true && typeof body === 'string') {
    const declaration = body.indexOf('\n') + 1;
    response.write(body.slice(0, declaration));
    response.write('   \n');
    response.end(body.slice(declaration));
    return;
  }
  if (typeof body === 'string') response.write(body);
  response.end(body instanceof Buffer ? body : undefined);
}

export function sendFault(response: ServerResponse, fault: S3Fault, envelope: Envelope): void {
  const ids = requestIds();
  const headers = { ...ids, ...fault.headers };
  if (fault.status === 304) {
    send(response, { status: 304, headers }, envelope);
    return;
  }
  const body = faultDocument(fault, envelope.resource, ids);
  if (envelope.method === 'HEAD') {
    // As S3 does it: typed and chunked, but nothing in it.
    response.writeHead(fault.status, {
      ...headers,
      'content-type': 'application/xml',
      'transfer-encoding': 'chunked',
      date: new Date(envelope.nowMs).toUTCString(),
      server: 'AmazonS3',
    });
    response.end();
    return;
  }
  send(response, { status: fault.status, headers, body }, envelope);
}

interface RequestIds extends Record<string, string> {
  'x-amz-request-id': string;
  'x-amz-id-2': string;
}

export function requestIds(): RequestIds {
  return {
    'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(),
    'x-amz-id-2': randomBytes(56).toString('base64'),
  };
}

/** Errors that have no resource of their own name the path. */
export function faultDocument(fault: S3Fault, resource: string, ids: RequestIds): string {
  const fields = Object.entries(fault.fields);
  if (fields.length === 0) fields.push(['Resource', resource]);
  return errorDocument(
    leaf('Code', fault.code),
    leaf('Message', fault.message),
    ...fields.map(([name, value]) => leaf(name, value)),
    leaf('RequestId', ids['x-amz-request-id']),
    leaf('HostId', ids['x-amz-id-2']),
  );
}
