import { invalidArgument } from '../errors.ts';
import { collectPage } from '../model/page.ts';
import type { Part, Upload } from '../model/upload.ts';
import type { Answer } from '../wire/answer.ts';
import { branch, document, leaf, optionalLeaf } from '../wire/xml-write.ts';
import { checksumElement } from '../checksums.ts';
import { parameter } from './call.ts';
import type { BucketCall, ObjectCall } from './call.ts';
import { limitOf, listParameters } from './list-parameters.ts';
import { listedTime } from './list-objects.ts';
import { findUpload } from './uploads.ts';

/**
 * Uploads by key, then by age. The next markers name the last upload of the page, more or not; a page of
 * common prefixes alone has none, and S3 leaves them empty although more follows.
 */
export function listUploads(call: BucketCall): Answer {
  const { bucket, account } = call;
  const list = listParameters(call, 'max-uploads');
  const { prefix, delimiter, maximum: limit, encode } = list;
  const keyMarker = parameter(call, 'key-marker') ?? '';
  // Without a key it says nothing.
  const idMarker = keyMarker === '' ? '' : (parameter(call, 'upload-id-marker') ?? '');
  if (idMarker !== '' && bucket.upload(keyMarker, idMarker) === undefined) {
    throw invalidArgument('upload-id-marker', idMarker, 'Invalid uploadId marker');
  }
  const page = collectPage(
    bucket.uploads,
    { prefix, delimiter, after: keyMarker, limit },
    (uploads) => uploads,
    (uploads) => {
      const index = uploads.findIndex(({ id }) => id === idMarker);
      return index < 0 ? [] : uploads.slice(index + 1);
    },
  );
  const items = page.entries.filter((entry) => entry.kind === 'item');
  const groups = page.entries.filter((entry) => entry.kind === 'prefix');
  const last = items.at(-1)?.item;
  const body = document(
    'ListMultipartUploadsResult',
    leaf('Bucket', bucket.name),
    leaf('KeyMarker', encode(keyMarker)),
    leaf('UploadIdMarker', idMarker),
    leaf('NextKeyMarker', encode(last?.key ?? '')),
    leaf('NextUploadIdMarker', last?.id ?? ''),
    delimiter === '' ? '' : leaf('Delimiter', encode(delimiter)),
    prefix === '' ? '' : leaf('Prefix', encode(prefix)),
    optionalLeaf('EncodingType', list.encoding),
    leaf('MaxUploads', limit),
    leaf('IsTruncated', page.truncated),
    ...items.map(({ item }) => writeUpload(item, encode, account.owner)),
    ...groups.map(({ name }) => branch('CommonPrefixes', leaf('Prefix', encode(name)))),
  );
  return { status: 200, body };
}

function writeUpload(upload: Upload, encode: (name: string) => string, owner: string): string {
  return branch(
    'Upload',
    leaf('Key', encode(upload.key)),
    leaf('UploadId', upload.id),
    branch('Initiator', leaf('ID', owner)),
    branch('Owner', leaf('ID', owner)),
    leaf('StorageClass', upload.facts.storageClass),
    leaf('Initiated', listedTime(upload.initiatedMs)),
    optionalLeaf('ChecksumAlgorithm', upload.checksum?.algorithm),
    optionalLeaf('ChecksumType', upload.checksum?.type),
  );
}

export function listParts(call: ObjectCall): Answer {
  const { bucket, account } = call;
  const upload = findUpload(call);
  const limit = limitOf(call, 'max-parts');
  const marker = Number(parameter(call, 'part-number-marker') ?? 0);
  const later = Array.from(upload.parts.values())
    .filter(({ number }) => number > marker)
    .sort((a, b) => a.number - b.number);
  const parts = later.slice(0, limit);
  const body = document(
    'ListPartsResult',
    leaf('Bucket', bucket.name),
    leaf('Key', upload.key),
    leaf('UploadId', upload.id),
    branch('Initiator', leaf('ID', account.owner)),
    branch('Owner', leaf('ID', account.owner)),
    leaf('StorageClass', upload.facts.storageClass),
    leaf('PartNumberMarker', marker),
    leaf('NextPartNumberMarker', parts.at(-1)?.number ?? 0),
    leaf('MaxParts', limit),
    leaf('IsTruncated', later.length > parts.length),
    optionalLeaf('ChecksumAlgorithm', upload.checksum?.algorithm),
    optionalLeaf('ChecksumType', upload.checksum?.type),
    ...parts.map((part) => writePart(part, upload)),
  );
  return { status: 200, body };
}

function writePart(part: Part, { checksum }: Upload): string {
  return branch(
    'Part',
    leaf('PartNumber', part.number),
    leaf('LastModified', listedTime(part.modifiedMs)),
    leaf('ETag', `"${part.etag}"`),
    leaf('Size', part.bytes.length),
    checksum === undefined ? '' : optionalLeaf(checksumElement(checksum.algorithm), part.checksum),
  );
}
