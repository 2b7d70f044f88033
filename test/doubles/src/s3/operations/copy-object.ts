import { ALGORITHMS, checksumElement, checksumOf } from '../checksums.ts';
import type { Checksum, ChecksumAlgorithm } from '../checksums.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import type { Bucket } from '../model/bucket.ts';
import type { ObjectVersion } from '../model/version.ts';
import type { Answer } from '../wire/answer.ts';
import { document, leaf } from '../wire/xml-write.ts';
import { headerOf } from './call.ts';
import type { ObjectCall } from './call.ts';
import { checkWriteConditions } from './conditions.ts';
import { checkCopySize, findSource, sourceHeaders } from './copy-source.ts';
import type { CopySource } from './copy-source.ts';
import { encryptionOf, etagOf } from './encryption.ts';
import { keptHeaders, locksOf, storageClassOf, writtenHeaders } from './facts.ts';
import { listedTime } from './list-objects.ts';

/** What makes a copy of an object onto itself differ from it. */
const CHANGES = [
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
  'x-amz-server-side-encryption',
];

export function copyObject(call: ObjectCall): Answer {
  const { bucket, key, nowMs } = call;
  const source = findSource(call);
  const replace = directive(call) === 'REPLACE';
  checkCopySize(bucket, source.version.bytes.length);
  checkSelfCopy(call, source, replace);
  checkWriteConditions(call);
  const { bytes } = source.version;
  const encryption = encryptionOf(call);
  const checksum = copiedChecksum(call, source.version);
  const copy: ObjectVersion = {
    kind: 'object',
    versionId: bucket.nextVersionId(),
    bytes,
    // A copy is one piece, whatever its source was: its ETag is an MD5 again.
    etag: etagOf(bucket, encryption.encryption, bytes),
    modifiedMs: nowMs,
    headers: replace ? keptHeaders(call) : source.version.headers,
    storageClass: storageClassOf(call),
    ...encryption,
    checksum,
    parts: undefined,
    ...locksOf(call, true),
  };
  bucket.add(key, copy);
  return {
    status: 200,
    headers: { ...copiedHeaders(bucket, copy), ...sourceHeaders(source) },
    keepAlive: bucket.settings.keepAlive ?? false,
    body: document(
      'CopyObjectResult',
      leaf('LastModified', listedTime(nowMs)),
      leaf('ETag', `"${copy.etag}"`),
      leaf(checksumElement(checksum.algorithm), checksum.value),
      leaf('ChecksumType', checksum.type),
    ),
  };
}

/** Copies tell of the version `null`, which other writes do not. */
function copiedHeaders(bucket: Bucket, copy: ObjectVersion): Record<string, string> {
  const version = bucket.versioning === 'Suspended' ? { 'x-amz-version-id': copy.versionId } : {};
  return { ...writtenHeaders(bucket, copy), ...version };
}

function directive(call: ObjectCall): 'COPY' | 'REPLACE' {
  const name = 'x-amz-metadata-directive';
  const value = headerOf(call, name) ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw invalidArgument(name, value, 'Unknown metadata directive.');
}

function checkSelfCopy(call: ObjectCall, source: CopySource, replace: boolean): void {
  // A version that is named may be brought back.
  const same = source.bucket === call.bucket && source.key === call.key && !source.named;
  const changes = CHANGES.some((name) => headerOf(call, name) !== undefined);
  if (!same || replace || changes) return;
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

/** By the algorithm that is asked for, else that of the source; over the whole object, even if the source's was not. */
function copiedChecksum(call: ObjectCall, { bytes, checksum }: ObjectVersion): Checksum {
  const name = 'x-amz-checksum-algorithm';
  const asked = headerOf(call, name)?.toUpperCase() as ChecksumAlgorithm | undefined;
  if (asked !== undefined && !ALGORITHMS.includes(asked)) {
    throw invalidRequest(
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${ALGORITHMS.join(', ')}]`,
    );
  }
  const algorithm = asked ?? checksum?.algorithm ?? 'CRC64NVME';
  return { algorithm, type: 'FULL_OBJECT', value: checksumOf(algorithm, bytes) };
}
