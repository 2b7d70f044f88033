import { createHash } from 'node:crypto';
import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/protocols';
import type { BuildMiddleware } from '@smithy/types';

/** Headers by which the SDK sends checksums that only newer stores know. */
const NEWER = /^x-amz-(?:checksum-|sdk-checksum-algorithm$)/i;

/**
 * Puts `Content-MD5` in the place of newer checksums: every store checks it, and some demand it for bulk deletes,
 * for which the SDK sends another one in any case.
 */
export const contentMd5: BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> =
  (next) => async (args) => {
    const { request } = args;
    if (!HttpRequest.isInstance(request) || !hasBytes(request.body)) return next(args);
    const kept = Object.entries(request.headers).filter(([name]) => !NEWER.test(name));
    request.headers = {
      ...Object.fromEntries(kept),
      'content-md5': createHash('md5').update(request.body).digest('base64'),
    };
    return next(args);
  };

function hasBytes(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}
