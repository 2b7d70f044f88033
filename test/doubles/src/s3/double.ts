import type { IncomingMessage, ServerResponse } from 'node:http';
import { selfSigned } from '../shared/certificate.ts';
import { readBody, startServer } from '../shared/server.ts';
import type { RunningServer } from '../shared/server.ts';
import { S3Fault } from './errors.ts';
import { S3Bucket } from './handle.ts';
import { Account } from './model/account.ts';
import type { S3BucketSettings, S3Credentials, S3DoubleOptions } from './options.ts';
import { operationOf, serve } from './serve.ts';
import { send, sendFault } from './wire/answer.ts';
import { parseRequest } from './wire/request.ts';
import type { S3Request } from './wire/request.ts';

/** A running double of S3. */
export interface S3Double extends RunningServer {
  readonly region: string;
  /** PEM of the certificate, with `tls`. */
  readonly certificate: string | undefined;
  /** Those that are accepted. Assign others to replace them while it runs. */
  credentials: S3Credentials;
  /** The bucket of a name, made with these settings if there is none. */
  container(name: string, settings?: S3BucketSettings): S3Bucket;
}

/**
 * Starts a double on loopback, without buckets.
 *
 * It does not have: ACLs (their headers are ignored), tags, policies, lifecycles, notifications, keys
 * that clients bring (refused), presigned URLs and anonymous access (refused), MFA, GetObjectAttributes,
 * more than one account. What Amazon documents nowhere and nobody is known to have recorded, such as
 * the status with which directory buckets refuse an operation, is a guess.
 */
export async function startS3Double(options: S3DoubleOptions = {}): Promise<S3Double> {
  const { region = 'us-east-1', clock = Date.now, credentials = DEFAULT_CREDENTIALS } = options;
  const account = new Account(region, clock, credentials);
  const certificate = options.tls === true ? selfSigned() : undefined;
  const server = await startServer(
    (message, response) => handle(message, response, account, options),
    certificate,
  );
  return {
    ...server,
    region,
    certificate: certificate?.cert,
    get credentials() {
      return account.credentials;
    },
    set credentials(others: S3Credentials) {
      account.credentials = others;
    },
    container(name, settings = {}) {
      return new S3Bucket(account.buckets.get(name) ?? account.create(name, settings), account);
    },
  };
}

const DEFAULT_CREDENTIALS: S3Credentials = {
  accessKeyId: 'AKIADOUBLEDOUBLE0000',
  secretAccessKey: 'a-secret-that-only-tests-know-0000000000',
};

async function handle(
  message: IncomingMessage,
  response: ServerResponse,
  account: Account,
  { onRequest }: S3DoubleOptions,
): Promise<void> {
  const body = await readBody(message);
  const envelope = {
    method: message.method ?? 'GET',
    resource: (message.url ?? '/').replace(/\?.*$/, ''),
    nowMs: account.clock(),
  };
  try {
    const request = parseRequest(message, body);
    tell(request, onRequest);
    send(response, serve(request, account), envelope);
  } catch (error) {
    if (!(error instanceof S3Fault)) throw error;
    sendFault(response, error, envelope);
  }
}

function tell(request: S3Request, onRequest: S3DoubleOptions['onRequest']): void {
  const { method, path, query, headers, bucket, key } = request;
  onRequest?.({ method, path, query, headers, bucket, key, operation: operationOf(request) });
}
