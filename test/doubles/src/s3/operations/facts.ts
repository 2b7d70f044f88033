import { S3Fault, invalidArgument, invalidRequest } from '../errors.ts';
import type { Bucket } from '../model/bucket.ts';
import type { ObjectVersion } from '../model/version.ts';
import type { Retention } from '../options.ts';
import { headerOf } from './call.ts';
import type { BucketCall } from './call.ts';
import { encryptionHeaders, encryptionOf } from './encryption.ts';

const KEPT = new Set([
  'cache-control',
  'content-disposition',
  'content-language',
  'expires',
  'x-amz-website-redirect-location',
]);
const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
  'EXPRESS_ONEZONE',
]);

export type Facts = Pick<
  ObjectVersion,
  'headers' | 'storageClass' | 'encryption' | 'kmsKeyId' | 'retention' | 'legalHold'
>;

/** What a write says of the object besides its bytes. */
export function factsOf(call: BucketCall, vouched: boolean): Facts {
  return {
    headers: keptHeaders(call),
    storageClass: storageClassOf(call),
    ...encryptionOf(call),
    ...locksOf(call, vouched),
  };
}

/** The headers that are kept with an object. */
export function keptHeaders(call: BucketCall): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': headerOf(call, 'content-type') ?? 'binary/octet-stream',
  };
  for (const name of Object.keys(call.request.headers)) {
    if (KEPT.has(name) || name.startsWith('x-amz-meta-')) {
      headers[name] = headerOf(call, name) ?? '';
    }
  }
  const encodings = (headerOf(call, 'content-encoding') ?? '')
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== '' && encoding !== 'aws-chunked');
  if (encodings.length > 0) headers['content-encoding'] = encodings.join(',');
  return headers;
}

export function storageClassOf(call: BucketCall): string {
  const fallback = call.bucket.isDirectory ? 'EXPRESS_ONEZONE' : 'STANDARD';
  const asked = headerOf(call, 'x-amz-storage-class') ?? fallback;
  if (STORAGE_CLASSES.has(asked)) return asked;
  throw new S3Fault('InvalidStorageClass', { fields: { StorageClassRequested: asked } });
}

/** Locks that the request asks for, or else the bucket's default. */
export function locksOf(
  call: BucketCall,
  vouched: boolean,
): Pick<ObjectVersion, 'retention' | 'legalHold'> {
  const { bucket } = call;
  const retention = askedRetention(call) ?? defaultRetention(bucket, call.nowMs);
  const hold = headerOf(call, 'x-amz-object-lock-legal-hold');
  if (retention === undefined && hold === undefined) {
    return { retention: undefined, legalHold: false };
  }
  if (!bucket.hasLocks) throw invalidRequest('Bucket is missing Object Lock Configuration');
  if (!vouched) {
    throw invalidRequest(
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
  }
  return { retention, legalHold: hold === 'ON' };
}

function askedRetention(call: BucketCall): Retention | undefined {
  const modeHeader = 'x-amz-object-lock-mode';
  const untilHeader = 'x-amz-object-lock-retain-until-date';
  const mode = headerOf(call, modeHeader);
  const until = headerOf(call, untilHeader);
  if (mode === undefined && until === undefined) return undefined;
  if (mode === undefined || until === undefined) {
    throw invalidArgument(
      mode === undefined ? untilHeader : modeHeader,
      undefined,
      `${untilHeader} and ${modeHeader} must both be supplied`,
    );
  }
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') {
    throw invalidArgument(modeHeader, mode, 'Unknown wormMode directive.');
  }
  const untilMs = Date.parse(until);
  if (!(untilMs > call.nowMs)) {
    throw invalidArgument(untilHeader, until, 'The retain until date must be in the future!');
  }
  return { mode, untilMs };
}

function defaultRetention(bucket: Bucket, nowMs: number): Retention | undefined {
  const { objectLock } = bucket.settings;
  if (typeof objectLock !== 'object') return undefined;
  return { mode: objectLock.mode, untilMs: nowMs + objectLock.days * 86_400_000 };
}

/** Headers with which S3 answers a write. */
export function writtenHeaders(
  bucket: Bucket,
  version: Pick<ObjectVersion, 'encryption' | 'kmsKeyId' | 'versionId'>,
): Record<string, string> {
  const headers = encryptionHeaders(version);
  // What is written while versioning is suspended has the version `null`, of which answers to writes say nothing.
  if (bucket.versioning === 'Enabled') headers['x-amz-version-id'] = version.versionId;
  return headers;
}
