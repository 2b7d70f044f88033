import { checksumHeader } from '../checksums.ts';
import { S3Fault, invalidRequest } from '../errors.ts';
import type { Bucket } from '../model/bucket.ts';
import type { ObjectVersion } from '../model/version.ts';
import type { Answer } from '../wire/answer.ts';
import { headerOf, parameter } from './call.ts';
import type { ObjectCall } from './call.ts';
import { checkReadConditions } from './conditions.ts';
import { findObject } from './find.ts';
import { parseRange } from './range.ts';
import type { Range } from './range.ts';

export function getObject(call: ObjectCall): Answer {
  const version = findObject(call);
  const { bytes } = version;
  const headers = objectHeaders(call.bucket, version);
  checkReadConditions(call, version, headers);
  const range = partRange(call, version, headers) ?? askedRange(call, version);
  if (range === undefined) {
    if (headerOf(call, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
      Object.assign(headers, checksumHeaders(version));
    }
    return answer(call, 200, headers, bytes);
  }
  headers['content-range'] = `bytes ${range.first}-${range.last}/${bytes.length}`;
  return answer(call, 206, headers, bytes.subarray(range.first, range.last + 1));
}

/** HEAD says how long the body would be, and sends none. */
function answer(
  call: ObjectCall,
  status: number,
  headers: Record<string, string>,
  body: Buffer,
): Answer {
  headers['content-length'] = String(body.length);
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
    'x-amz-server-side-encryption': version.encryption,
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

function checksumHeaders({ checksum }: ObjectVersion): Record<string, string> {
  if (checksum === undefined) return {};
  return {
    [checksumHeader(checksum.algorithm)]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  };
}

function askedRange(call: ObjectCall, version: ObjectVersion): Range | undefined {
  const text = headerOf(call, 'range');
  return text === undefined ? undefined : parseRange(text, version.bytes.length);
}

/** The bytes of one part of a multipart upload. */
function partRange(
  call: ObjectCall,
  { partEnds, bytes }: ObjectVersion,
  headers: Record<string, string>,
): Range | undefined {
  const text = parameter(call, 'partNumber');
  if (text === undefined) return undefined;
  if (headerOf(call, 'range') !== undefined) {
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  }
  const ends = partEnds ?? [bytes.length];
  const end = ends[Number(text) - 1];
  if (end === undefined) {
    throw new S3Fault('InvalidPartNumber', {
      fields: { PartNumberRequested: text, ActualPartCount: String(ends.length) },
    });
  }
  if (partEnds !== undefined) headers['x-amz-mp-parts-count'] = String(partEnds.length);
  if (bytes.length === 0) return undefined;
  return { first: ends[Number(text) - 2] ?? 0, last: end - 1 };
}
