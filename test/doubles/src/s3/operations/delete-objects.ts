import { S3Fault, invalidRequest } from '../errors.ts';
import type { Bucket } from '../model/bucket.ts';
import type { Answer } from '../wire/answer.ts';
import { childOf, malformed, readXml, textOf } from '../wire/xml-read.ts';
import type { Element } from '../wire/xml-read.ts';
import { branch, document, leaf, optionalLeaf } from '../wire/xml-write.ts';
import { accessDenied, headerOf } from './call.ts';
import type { BucketCall } from './call.ts';
import { checkDeleteConditions } from './delete-conditions.ts';
import type { DeleteConditions } from './delete-conditions.ts';
import { removeObject } from './delete-object.ts';
import { isVersionId } from './find.ts';
import { checkKey } from './key.ts';
import { receive } from './receive.ts';

interface Wanted {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly conditions: DeleteConditions;
}

export function deleteObjects(call: BucketCall): Answer {
  const { bytes, vouched } = receive(call);
  const needsMd5 = call.bucket.has('delete-needs-md5');
  if (needsMd5 ? headerOf(call, 'content-md5') === undefined : !vouched) {
    throw invalidRequest('Missing required header for this request: Content-MD5');
  }
  const root = readXml(bytes, 'Delete');
  const objects = root.children
    .filter(({ name }) => name === 'Object')
    .map((element) => wanted(element, call.bucket.isDirectory));
  if (objects.length === 0 || objects.length > call.bucket.deleteLimit) throw malformed();
  const quiet = textOf(root, 'Quiet')?.trim() === 'true';
  const outcomes = objects.map((object) => deleteOne(call, object, quiet));
  return { status: 200, body: document('DeleteResult', ...outcomes) };
}

function wanted(element: Element, isDirectory: boolean): Wanted {
  const key = childOf(element, 'Key')?.text;
  if (key === undefined || key === '') throw malformed();
  const conditions = {
    etag: textOf(element, 'ETag'),
    size: textOf(element, 'Size'),
    modified: textOf(element, 'LastModifiedTime'),
  };
  // Other buckets know no such elements.
  if (!isDirectory && (conditions.size ?? conditions.modified) !== undefined) throw malformed();
  return { key, versionId: textOf(element, 'VersionId'), conditions };
}

/** One outcome, written; quiet answers tell failures only. */
function deleteOne(
  call: BucketCall,
  { key, versionId, conditions }: Wanted,
  quiet: boolean,
): string {
  const { bucket } = call;
  try {
    checkKey(key);
    const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
    if (bucket.denies(action)) throw accessDenied(action, bucket.name);
    if (versionId !== undefined && !isVersionId(bucket, versionId)) {
      throw new S3Fault('NoSuchVersion');
    }
    checkDeleteConditions(bucket, key, conditions, versionId);
    const { marker } = removeObject(call, key, versionId);
    if (quiet) return '';
    return branch(
      'Deleted',
      leaf('Key', key),
      optionalLeaf('VersionId', versionId),
      ...(marker === undefined
        ? []
        : [leaf('DeleteMarker', true), leaf('DeleteMarkerVersionId', marker.versionId)]),
    );
  } catch (error) {
    if (!(error instanceof S3Fault)) throw error;
    return branch(
      'Error',
      leaf('Key', key),
      optionalLeaf('VersionId', versionId),
      leaf('Code', codeOf(error, bucket)),
      leaf('Message', error.message),
    );
  }
}

/** Directory buckets put the status into the code of this one failure. */
function codeOf({ code }: S3Fault, bucket: Bucket): string {
  return bucket.isDirectory && code === 'PreconditionFailed' ? '412 Precondition Failed' : code;
}
