import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { readBody, startServer } from '../shared/server.ts';
import type { RunningServer } from '../shared/server.ts';
import { authorize } from './authorization.ts';
import { isBatch, runBatch } from './batch.ts';
import { Container } from './container.ts';
import type { Call, Reply } from './protocol/call.ts';
import { IdempotencyTokens } from './idempotency.ts';
import { errorReply } from './protocol/reply.ts';
import { Router } from './router.ts';
import { PLAIN_BUCKET } from './store/bucket-settings.ts';
import type { BucketSettings } from './store/bucket-settings.ts';
import { Service } from './store/service.ts';
import { isXml, runXml, xmlErrorReply } from './xml/api.ts';

/** How a double is set up. */
export interface GcsDoubleOptions {
  /** The bearer token that requests have to bring. Default: none is asked for. */
  readonly token?: string;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: () => number;
  /** What the caller may do, as `storage.objects.list`. Default: everything. */
  readonly permissions?: readonly string[];
  /** Bytes that one rewrite call copies; a plain copy of more is refused. Default: no limit. */
  readonly rewriteBytesPerCall?: number;
  /** Told of each HTTP request; a batch is one. */
  readonly onRequest?: (request: GcsRequest) => void;
}

/** A request as it came. */
export interface GcsRequest {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** A running double of Google Cloud Storage. */
export interface GcsDouble extends RunningServer {
  /** Makes a bucket; what is not said of it is off, soft delete too. */
  container(name: string, settings?: Partial<BucketSettings>): Container;
}

/**
 * Starts a double of Google Cloud Storage on loopback: buckets and objects of the JSON API with uploads of
 * all three kinds, batches, and the XML API's deletion of many objects.
 *
 * It answers 501 for what it does not cover: folders, globs, and the rest of the XML API. There are no
 * access control lists, keys of customers, notifications, or lifecycle rules in it.
 *
 * Where the documentation is silent and no observation was found, it takes the answer that is harder to
 * deal with: the XML API has an error `NoSuchKey` for an object that is not there, a batch of more than
 * 100 calls is refused as a whole.
 */
export async function startGcsDouble(options: GcsDoubleOptions = {}): Promise<GcsDouble> {
  const {
    clock = Date.now,
    onRequest,
    token,
    permissions,
    rewriteBytesPerCall = Infinity,
  } = options;
  const service = new Service({ clock, permissions, rewriteBytesPerCall });
  const tokens = new IdempotencyTokens(clock);
  const router = new Router(service);
  const answer = (call: Call): Reply => {
    const xml = isXml(call);
    try {
      // Each call of a batch can bring a bearer of its own.
      if (isBatch(call)) return runBatch(call, answer);
      authorize(call, token);
      return xml ? runXml(service, call) : tokens.run(call, () => router.run(call));
    } catch (error) {
      return xml ? xmlErrorReply(error) : errorReply(error, call);
    }
  };
  const server = await startServer(async (request, response) => {
    const call = await callOf(request);
    onRequest?.({ method: call.method, path: call.path, query: call.query, headers: call.headers });
    send(answer(call), response);
  });
  return {
    ...server,
    container: (name, settings) =>
      new Container(service, service.createBucket(name, { ...PLAIN_BUCKET, ...settings })),
  };
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const { method = 'GET', url = '/', headers } = request;
  // Not `URL`: that would take dots in names for steps up.
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  const base = `http://${headers.host ?? 'localhost'}`;
  return { method, path, query, headers, body: await readBody(request), base };
}

function send({ status, headers, body }: Reply, response: ServerResponse): void {
  response.writeHead(status, {
    'x-guploader-uploadid': randomUUID(),
    ...headers,
    ...(status === 204 || status === 304 ? {} : { 'content-length': body.length }),
  });
  response.end(body);
}
