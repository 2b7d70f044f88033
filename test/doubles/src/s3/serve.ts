import { verify } from './auth/verify.ts';
import type { Verified } from './auth/verify.ts';
import { S3Fault, notImplemented } from './errors.ts';
import type { Account } from './model/account.ts';
import type { Bucket } from './model/bucket.ts';
import { createBucket, listBuckets } from './operations/buckets.ts';
import { authorize } from './operations/call.ts';
import type { Call } from './operations/call.ts';
import { checkKey } from './operations/key.ts';
import { actionOf, findOperation } from './operations/operation.ts';
import type { Operation } from './operations/operation.ts';
import { BUCKET_OPERATIONS, OBJECT_OPERATIONS } from './operations/table.ts';
import type { Answer } from './wire/answer.ts';
import type { S3Request } from './wire/request.ts';

/** What AWS calls the operation that a request asks for. */
export function operationOf(request: S3Request): string | undefined {
  const { method, bucket, key } = request;
  if (bucket === undefined) return method === 'GET' ? 'ListBuckets' : undefined;
  if (isCreation(request)) return 'CreateBucket';
  const operations: readonly Operation<unknown>[] =
    key === undefined ? BUCKET_OPERATIONS : OBJECT_OPERATIONS;
  return findOperation(operations, request)?.name;
}

/** Answers a request. @throws S3Fault */
export function serve(request: S3Request, account: Account): Answer {
  const verified = verify(request, account);
  const call = { account, request, verified, nowMs: account.clock() };
  if (request.bucket === undefined) {
    checkRegion(verified, account.region);
    if (request.method !== 'GET') throw new S3Fault('MethodNotAllowed');
    return listBuckets(call);
  }
  return serveBucket(call, request.bucket);
}

function serveBucket(call: Call, name: string): Answer {
  const { account, request, verified } = call;
  const { key } = request;
  const bucket = account.buckets.get(name);
  if (isCreation(request)) {
    checkRegion(verified, account.region);
    return createBucket(call, name);
  }
  if (bucket === undefined) {
    checkRegion(verified, account.region);
    throw new S3Fault('NoSuchBucket', { fields: { BucketName: name } });
  }
  checkService(bucket, verified);
  checkBucketRegion(bucket, call);
  if (key === undefined) {
    return admit(findOperation(BUCKET_OPERATIONS, request), bucket, request).run({
      ...call,
      bucket,
    });
  }
  checkKey(key);
  const operation = admit(findOperation(OBJECT_OPERATIONS, request), bucket, request);
  return operation.run({ ...call, bucket, key });
}

/** Keys that clients bring are what the double does not have. */
const CUSTOMER_KEYS = 'server-side-encryption-customer';

/** @throws MethodNotAllowed, NotImplemented or AccessDenied */
function admit<Run>(
  operation: Operation<Run> | undefined,
  bucket: Bucket,
  { method, key, query, headers }: S3Request,
): Operation<Run> {
  if (operation !== undefined && bucket.isDirectory && operation.traits.general === true) {
    throw new S3Fault('NotSupported');
  }
  if (operation === undefined) {
    throw new S3Fault('MethodNotAllowed', {
      fields: { Method: method, ResourceType: key === undefined ? 'BUCKET' : 'OBJECT' },
    });
  }
  const unknown = Object.keys(headers).find((name) => name.includes(CUSTOMER_KEYS));
  if (unknown !== undefined) throw notImplemented(unknown);
  const action = actionOf(operation, query.has('versionId'));
  if (action !== undefined) authorize(bucket, action);
  return operation;
}

function isCreation({ method, bucket, key, query }: S3Request): boolean {
  return (
    method === 'PUT' &&
    bucket !== undefined &&
    key === undefined &&
    query.size <= (query.has('x-id') ? 1 : 0)
  );
}

/**
 * One address stands for the endpoints of all regions; which one a client means shows in its signature.
 * @throws PermanentRedirect when it means the endpoint's own region but the bucket lives elsewhere,
 * AuthorizationHeaderMalformed when it means a third one
 */
function checkBucketRegion(bucket: Bucket, { account, request, verified }: Call): void {
  const { region } = bucket.settings;
  if (verified.region === region) return;
  const headers = { 'x-amz-bucket-region': region };
  if (verified.region !== account.region) checkRegion(verified, region, headers);
  throw redirect(bucket, request, headers);
}

function redirect(
  { name, settings }: Bucket,
  { headers: { host = '' }, path }: S3Request,
  headers: Readonly<Record<string, string>>,
): S3Fault {
  const fields = { Endpoint: `${name}.s3.${settings.region}.amazonaws.com`, Bucket: name };
  if (settings.redirect === 'opt-in') {
    const message = `The ${settings.region} location constraint is incompatible for the region specific endpoint this request was sent to.`;
    return new S3Fault('IllegalLocationConstraintException', { message, headers });
  }
  if (settings.redirect !== 'temporary')
    return new S3Fault('PermanentRedirect', { fields, headers });
  // To the double again: nobody is to be sent to the real service.
  const location = `http://${host}${path}`;
  return new S3Fault('TemporaryRedirect', { fields, headers: { ...headers, location } });
}

/** @throws AuthorizationHeaderMalformed when the request was signed for another service */
function checkService(bucket: Bucket, { service }: Verified): void {
  const expected = bucket.isDirectory ? 's3express' : 's3';
  if (service === expected) return;
  throw new S3Fault('AuthorizationHeaderMalformed', {
    message: `The authorization header is malformed; incorrect service "${service}". This endpoint belongs to "${expected}".`,
  });
}

function checkRegion(
  { region }: Verified,
  expected: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (region === expected) return;
  throw new S3Fault('AuthorizationHeaderMalformed', {
    message: `The authorization header is malformed; the region '${region}' is wrong; expecting '${expected}'`,
    fields: { Region: expected },
    headers,
  });
}
