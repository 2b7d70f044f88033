import { isChunked, unframe } from '../auth/chunked.ts';
import { ALGORITHMS, checksumHeader, checksumOf, isChecksum, md5 } from '../checksums.ts';
import type { ChecksumAlgorithm } from '../checksums.ts';
import { S3Fault, invalidRequest, notImplemented } from '../errors.ts';
import { headerOf } from './call.ts';
import type { BucketCall } from './call.ts';

/** A body that is what the client meant. */
export interface Received {
  readonly bytes: Buffer;
  /** The checksum that came with it, which holds. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined;
  /** Whether anything vouched for the bytes: Content-MD5 or a checksum. */
  readonly vouched: boolean;
}

/** @throws what S3 answers when framing, length, Content-MD5 or a checksum do not hold */
export function receive(call: BucketCall): Received {
  const { bytes, trailers } = unwrap(call);
  const contentMd5 = headerOf(call, 'content-md5');
  if (contentMd5 !== undefined && call.bucket.isDirectory) {
    throw new S3Fault('NotImplemented', {
      message: 'This bucket does not support Content Md5 header.',
    });
  }
  if (contentMd5 !== undefined) checkMd5(contentMd5, bytes);
  const checksum = claimedChecksum(call, trailers);
  if (checksum !== undefined && checksumOf(checksum.algorithm, bytes) !== checksum.value) {
    throw new S3Fault('BadDigest', {
      message: `The ${checksum.algorithm} you specified did not match the calculated checksum.`,
    });
  }
  return { bytes, checksum, vouched: contentMd5 !== undefined || checksum !== undefined };
}

function unwrap(call: BucketCall): {
  bytes: Buffer;
  trailers: ReadonlyMap<string, string>;
} {
  const { request, verified, bucket } = call;
  if (isChunked(verified)) {
    if (bucket.has('no-chunked-bodies')) throw notImplemented('Transfer-Encoding');
    return unframe(request, verified);
  }
  if (headerOf(call, 'transfer-encoding') !== undefined) throw notImplemented('Transfer-Encoding');
  if (headerOf(call, 'content-length') === undefined) throw new S3Fault('MissingContentLength');
  return { bytes: request.body, trailers: new Map() };
}

function checkMd5(expected: string, bytes: Buffer): void {
  const digest = Buffer.from(expected, 'base64');
  if (digest.length !== 16 || digest.toString('base64') !== expected) {
    throw new S3Fault('InvalidDigest', { fields: { 'Content-MD5': expected } });
  }
  const calculated = md5(bytes).toString('base64');
  if (calculated === expected) return;
  throw new S3Fault('BadDigest', {
    fields: { ExpectedDigest: digest.toString('hex'), CalculatedDigest: calculated },
  });
}

function claimedChecksum(
  call: BucketCall,
  trailers: ReadonlyMap<string, string>,
): Received['checksum'] {
  const found = ALGORITHMS.flatMap((algorithm) => {
    const name = checksumHeader(algorithm);
    const value = headerOf(call, name) ?? trailers.get(name);
    return value === undefined ? [] : [{ algorithm, value }];
  });
  if (found.length > 1) {
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [checksum] = found;
  const announced = headerOf(call, 'x-amz-sdk-checksum-algorithm');
  if (announced !== undefined) {
    if (!ALGORITHMS.includes(announced.toUpperCase() as ChecksumAlgorithm)) {
      throw invalidRequest('Value for x-amz-sdk-checksum-algorithm header is invalid.');
    }
    if (checksum === undefined) {
      throw invalidRequest(
        'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
      );
    }
    if (checksum.algorithm !== announced.toUpperCase()) {
      throw invalidRequest('Value for x-amz-sdk-checksum-algorithm header is invalid.');
    }
  }
  if (checksum !== undefined && !isChecksum(checksum.algorithm, checksum.value)) {
    throw invalidRequest(`Value for ${checksumHeader(checksum.algorithm)} header is invalid.`);
  }
  return checksum;
}
