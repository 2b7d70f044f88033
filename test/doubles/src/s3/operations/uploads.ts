import { ALGORITHMS, checksumElement, checksumHeader, checksumOf } from '../checksums.ts';
import type { ChecksumAlgorithm, ChecksumType } from '../checksums.ts';
import { S3Fault, invalidArgument, invalidRequest } from '../errors.ts';
import type { ChosenChecksum, Part, Upload } from '../model/upload.ts';
import type { Answer } from '../wire/answer.ts';
import { document, leaf, optionalLeaf } from '../wire/xml-write.ts';
import { headerOf, parameter } from './call.ts';
import type { ObjectCall } from './call.ts';
import { checkCopySize, findSource, sourceHeaders } from './copy-source.ts';
import { parseCopyRange } from './copy-range.ts';
import { encryptionHeaders, etagOf } from './encryption.ts';
import { factsOf } from './facts.ts';
import { listedTime } from './list-objects.ts';
import { receive } from './receive.ts';

export function createUpload(call: ObjectCall): Answer {
  const { bucket, key, nowMs } = call;
  const checksum = chosenChecksum(call);
  const upload: Upload = {
    id: bucket.ids.upload(),
    key,
    initiatedMs: nowMs,
    initiatedAt: bucket.changes,
    facts: factsOf(call, true),
    checksum,
    parts: new Map(),
  };
  bucket.addUpload(upload);
  const headers = encryptionHeaders(upload.facts);
  if (checksum !== undefined) {
    headers['x-amz-checksum-algorithm'] = checksum.algorithm;
    headers['x-amz-checksum-type'] = checksum.type;
  }
  return {
    status: 200,
    headers,
    body: document(
      'InitiateMultipartUploadResult',
      leaf('Bucket', bucket.name),
      leaf('Key', key),
      leaf('UploadId', upload.id),
    ),
  };
}

function chosenChecksum(call: ObjectCall): ChosenChecksum | undefined {
  const algorithm = headerOf(call, 'x-amz-checksum-algorithm')?.toUpperCase();
  const type = headerOf(call, 'x-amz-checksum-type')?.toUpperCase();
  if (algorithm === undefined) {
    if (type === undefined) return undefined;
    throw invalidRequest(
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  if (!isAlgorithm(algorithm)) {
    throw invalidRequest(
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${ALGORITHMS.join(', ')}]`,
    );
  }
  const usual = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const chosen = (type ?? usual) as ChecksumType;
  const impossible =
    chosen === 'COMPOSITE' ? algorithm === 'CRC64NVME' : algorithm.startsWith('SHA');
  if (!impossible) return { algorithm, type: chosen };
  throw invalidRequest(
    `The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  );
}

function isAlgorithm(text: string): text is ChecksumAlgorithm {
  return ALGORITHMS.includes(text as ChecksumAlgorithm);
}

export function uploadPart(call: ObjectCall): Answer {
  const upload = findUpload(call);
  const number = partNumber(call);
  const { bytes, checksum } = receive(call);
  const chosen = upload.checksum?.algorithm;
  if (chosen !== undefined && checksum !== undefined && checksum.algorithm !== chosen) {
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${chosen.toLowerCase()}, actual checksum Type: ${checksum.algorithm.toLowerCase()}`,
    );
  }
  const part = storePart(call, upload, number, bytes);
  const algorithm = chosen ?? checksum?.algorithm;
  const value = part.checksum ?? checksum?.value;
  const headers: Record<string, string> = {
    etag: `"${part.etag}"`,
    ...encryptionHeaders(upload.facts),
  };
  if (algorithm !== undefined && value !== undefined) headers[checksumHeader(algorithm)] = value;
  return { status: 200, headers };
}

export function uploadPartCopy(call: ObjectCall): Answer {
  const upload = findUpload(call);
  const number = partNumber(call);
  const source = findSource(call);
  const range = parseCopyRange(call, source.version.bytes.length);
  const bytes =
    range === undefined
      ? source.version.bytes
      : source.version.bytes.subarray(range.first, range.last + 1);
  checkCopySize(call.bucket, bytes.length);
  const part = storePart(call, upload, number, bytes);
  const chosen = upload.checksum?.algorithm;
  return {
    status: 200,
    headers: {
      ...encryptionHeaders(upload.facts),
      ...sourceHeaders(source),
    },
    body: document(
      'CopyPartResult',
      leaf('LastModified', listedTime(part.modifiedMs)),
      leaf('ETag', `"${part.etag}"`),
      chosen === undefined ? '' : optionalLeaf(checksumElement(chosen), part.checksum),
    ),
  };
}

function storePart(
  { bucket, nowMs }: ObjectCall,
  upload: Upload,
  number: number,
  bytes: Buffer,
): Part {
  const chosen = upload.checksum?.algorithm;
  const part: Part = {
    number,
    bytes,
    etag: etagOf(bucket, upload.facts.encryption, bytes),
    modifiedMs: nowMs,
    checksum: chosen === undefined ? undefined : checksumOf(chosen, bytes),
  };
  upload.parts.set(number, part);
  return part;
}

export function abortUpload(call: ObjectCall): Answer {
  call.bucket.removeUpload(findUpload(call));
  return { status: 204 };
}

/** @throws NoSuchUpload, also when the key is another one's */
export function findUpload(call: ObjectCall): Upload {
  const id = parameter(call, 'uploadId') ?? '';
  const upload = call.bucket.upload(call.key, id);
  if (upload === undefined) throw new S3Fault('NoSuchUpload', { fields: { UploadId: id } });
  return upload;
}

function partNumber(call: ObjectCall): number {
  const text = parameter(call, 'partNumber') ?? '';
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 10_000) return number;
  throw invalidArgument(
    'partNumber',
    text,
    'Part number must be an integer between 1 and 10000, inclusive',
  );
}
