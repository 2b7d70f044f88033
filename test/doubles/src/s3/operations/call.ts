import type { Verified } from '../auth/verify.ts';
import { S3Fault } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { Bucket } from '../model/bucket.ts';
import { header } from '../wire/request.ts';
import type { Answer } from '../wire/answer.ts';
import type { S3Request } from '../wire/request.ts';

/** A request that was let in, and what it is about. */
export interface Call {
  readonly account: Account;
  readonly request: S3Request;
  readonly verified: Verified;
  readonly nowMs: number;
}

export interface BucketCall extends Call {
  readonly bucket: Bucket;
}

export interface ObjectCall extends BucketCall {
  readonly key: string;
}

export type Run<Kind extends Call> = (call: Kind) => Answer;

/** A header of the request. */
export function headerOf(call: Call, name: string): string | undefined {
  return header(call.request, name);
}

/** A parameter of the query. */
export function parameter(call: Call, name: string): string | undefined {
  return call.request.query.get(name) ?? undefined;
}

/** @throws AccessDenied when the bucket's settings refuse an action */
export function authorize(bucket: Bucket, action: string): void {
  if (bucket.denies(action)) throw accessDenied(action, bucket.name);
}

export function accessDenied(action: string, bucket: string): S3Fault {
  return new S3Fault('AccessDenied', {
    message: `User: arn:aws:iam::000000000000:user/double is not authorized to perform: ${action} on resource: "arn:aws:s3:::${bucket}" because no identity-based policy allows the ${action} action`,
  });
}
