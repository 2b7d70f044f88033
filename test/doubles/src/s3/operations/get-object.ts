import { checksumHeader } from '../checksums.ts';
import { S3Fault, invalidRequest } from '../errors.ts';
import type { Bucket } from '../model/bucket.ts';
import { isArchived } from '../model/version.ts';
import type { ObjectVersion } from '../model/version.ts';
import type { Answer } from '../wire/answer.ts';
import { headerOf, parameter } from './call.ts';
import type { ObjectCall } from './call.ts';
import { checkReadConditions } from './conditions.ts';
import { encryptionHeaders } from './encryption.ts';
import { findObject } from './find.ts';
import { parseRange } from './range.ts';
import type { Range } from './range.ts';

/** GetObject and HeadObject: HEAD says how long the body would be, and sends none. */
export function getObject(call: ObjectCall): Answer {
  const version = findObject(call);
  const { bytes } = version;
  const headers = objectHeaders(call.bucket, version);
  checkReadConditions(call, version, headers);
  if (isArchived(version) && call.request.method === 'GET') {
    const { storageClass } = version;
    throw new S3Fault('InvalidObjectState', { fields: { StorageClass: storageClass } });
  }
  const slice = partSlice(call, version) ?? rangeSlice(call, version);
  const body = slice === undefined ? bytes : bytes.subarray(slice.first, slice.last + 1);
  Object.assign(headers, slice?.headers, { 'content-length': String(body.length) });
  if (headerOf(call, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
    Object.assign(headers, checksumHeaders(version, body.length, slice?.checksum));
  }
  const status = slice === undefined ? 200 : 206;
  return call.request.method === 'HEAD' ? { status, headers } : { status, headers, body };
}

/** What S3 tells of an object. */
function objectHeaders(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  const { retention, legalHold, storageClass } = version;
  const headers: Record<string, string> = {
    ...version.headers,
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.modifiedMs).toUTCString(),
    'accept-ranges': 'bytes',
    ...encryptionHeaders(version),
  };
  if (bucket.versioning !== undefined) headers['x-amz-version-id'] = version.versionId;
  if (storageClass !== 'STANDARD') headers['x-amz-storage-class'] = storageClass;
  if (retention !== undefined) {
    headers['x-amz-object-lock-mode'] = retention.mode;
    headers['x-amz-object-lock-retain-until-date'] = new Date(retention.untilMs).toISOString();
  }
  if (legalHold) headers['x-amz-object-lock-legal-hold'] = 'ON';
  return headers;
}

/** The checksum of what is sent, if S3 has it: for the whole object, or one part of a composite. */
function checksumHeaders(
  { checksum, bytes }: ObjectVersion,
  sent: number,
  ofPart: string | undefined,
): Record<string, string> {
  if (checksum === undefined) return {};
  const value = ofPart ?? (sent === bytes.length ? checksum.value : undefined);
  if (value === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: value, 'x-amz-checksum-type': checksum.type };
}

interface Slice extends Range {
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: string | undefined;
}

function rangeSlice(call: ObjectCall, { bytes }: ObjectVersion): Slice | undefined {
  const text = headerOf(call, 'range');
  const range = text === undefined ? undefined : parseRange(text, bytes.length);
  if (range === undefined) return undefined;
  return { ...range, headers: contentRange(range, bytes.length) };
}

/** The bytes of one part of a multipart upload; what was put whole has one. */
function partSlice(call: ObjectCall, version: ObjectVersion): Slice | undefined {
  const text = parameter(call, 'partNumber');
  if (text === undefined) return undefined;
  if (headerOf(call, 'range') !== undefined) {
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  }
  const { bytes, checksum } = version;
  const parts = version.parts ?? [{ end: bytes.length, checksum: undefined }];
  const part = parts[Number(text) - 1];
  if (part === undefined) {
    throw new S3Fault('InvalidPartNumber', {
      fields: { PartNumberRequested: text, ActualPartCount: String(parts.length) },
    });
  }
  if (bytes.length === 0) return undefined;
  const range = { first: parts[Number(text) - 2]?.end ?? 0, last: part.end - 1 };
  const headers = contentRange(range, bytes.length);
  if (version.parts !== undefined) headers['x-amz-mp-parts-count'] = String(parts.length);
  return {
    ...range,
    headers,
    checksum: checksum?.type === 'COMPOSITE' ? part.checksum : undefined,
  };
}

function contentRange({ first, last }: Range, size: number): Record<string, string> {
  return { 'content-range': `bytes ${first}-${last}/${size}` };
}
