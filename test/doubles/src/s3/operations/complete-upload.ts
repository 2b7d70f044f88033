import { randomBytes } from 'node:crypto';
import { checksumElement, checksumOf, compositeChecksum, md5 } from '../checksums.ts';
import type { Checksum } from '../checksums.ts';
import { S3Fault, invalidRequest } from '../errors.ts';
import type { Part, Upload } from '../model/upload.ts';
import type { ObjectVersion } from '../model/version.ts';
import { faultDocument, requestIds } from '../wire/answer.ts';
import type { Answer } from '../wire/answer.ts';
import { document, leaf } from '../wire/xml-write.ts';
import { headerOf } from './call.ts';
import type { ObjectCall } from './call.ts';
import { checkClaimedChecksum, chosenParts } from './chosen-parts.ts';
import { checkWriteConditions } from './conditions.ts';
import { hasOpaqueEtags } from './encryption.ts';
import { writtenHeaders } from './facts.ts';
import { findUpload } from './uploads.ts';

/** Joins parts. Where that takes long, S3 answers 200 before it knows: then a failure is a document. */
export function completeUpload(call: ObjectCall): Answer {
  const upload = findUpload(call);
  if (call.bucket.settings.keepAlive !== true) return complete(call, upload);
  try {
    return { ...complete(call, upload), keepAlive: true };
  } catch (error) {
    if (!(error instanceof S3Fault)) throw error;
    const body = faultDocument(error, call.request.path, requestIds());
    return { status: 200, body, keepAlive: true };
  }
}

function complete(call: ObjectCall, upload: Upload): Answer {
  const { bucket, key } = call;
  const parts = chosenParts(call, upload);
  checkPartSizes(parts, bucket.minPartSize);
  checkConflicts(call, upload);
  const bytes = Buffer.concat(parts.map((part) => part.bytes));
  const size = headerOf(call, 'x-amz-mp-object-size');
  if (size !== undefined && Number(size) !== bytes.length) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${size} does not match what was computed: ${bytes.length}`,
    );
  }
  const checksum = joinedChecksum(upload, parts, bytes);
  checkClaimedChecksum(call, upload, checksum);
  const version: ObjectVersion = {
    kind: 'object',
    versionId: bucket.nextVersionId(),
    bytes,
    etag: joinedEtag(call, upload, parts),
    // The day it was begun, not the day it was done.
    modifiedMs: upload.initiatedMs,
    checksum,
    parts: partEnds(parts),
    ...upload.facts,
  };
  bucket.add(key, version);
  bucket.removeUpload(upload);
  return {
    status: 200,
    headers: writtenHeaders(bucket, version),
    body: document(
      'CompleteMultipartUploadResult',
      leaf('Location', `http://${headerOf(call, 'host') ?? ''}${call.request.path}`),
      leaf('Bucket', bucket.name),
      leaf('Key', key),
      leaf('ETag', `"${version.etag}"`),
      leaf(checksumElement(checksum.algorithm), checksum.value),
      leaf('ChecksumType', checksum.type),
    ),
  };
}

function checkPartSizes(parts: readonly Part[], minimum: number): void {
  const small = parts.slice(0, -1).find((part) => part.bytes.length < minimum);
  if (small === undefined) return;
  throw new S3Fault('EntityTooSmall', {
    fields: {
      ProposedSize: String(small.bytes.length),
      MinSizeAllowed: String(minimum),
      PartNumber: String(small.number),
      ETag: small.etag,
    },
  });
}

/** A condition has to hold all the time that the upload took, not only at its end. */
function checkConflicts(call: ObjectCall, upload: Upload): void {
  checkWriteConditions(call);
  const condition = ['If-Match', 'If-None-Match'].find(
    (name) => headerOf(call, name.toLowerCase()) !== undefined,
  );
  if (condition === undefined || call.bucket.changedAt(call.key) <= upload.initiatedAt) return;
  throw new S3Fault('ConditionalRequestConflict', {
    fields: { Condition: condition, Key: call.key },
  });
}

function joinedEtag({ bucket }: ObjectCall, upload: Upload, parts: readonly Part[]): string {
  const opaque = hasOpaqueEtags(bucket, upload.facts.encryption);
  const joined = md5(Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex'))));
  return `${(opaque ? randomBytes(16) : joined).toString('hex')}-${parts.length}`;
}

function joinedChecksum(upload: Upload, parts: readonly Part[], bytes: Buffer): Checksum {
  const { algorithm, type } = upload.checksum ?? { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' };
  const value =
    type === 'COMPOSITE'
      ? compositeChecksum(
          algorithm,
          parts.map((part) => part.checksum ?? ''),
        )
      : checksumOf(algorithm, bytes);
  return { algorithm, type, value };
}

function partEnds(parts: readonly Part[]): ObjectVersion['parts'] {
  let end = 0;
  return parts.map(({ bytes, checksum }) => {
    end += bytes.length;
    return { end, checksum };
  });
}
