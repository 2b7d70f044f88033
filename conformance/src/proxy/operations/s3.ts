import { isIP } from 'node:net';
import type { Asked, Operation } from './operation.ts';

const BUCKET_SETTINGS = [
  ...['accelerate', 'acl', 'analytics', 'cors', 'encryption', 'intelligent-tiering', 'inventory'],
  ...['lifecycle', 'location', 'logging', 'metrics', 'notification', 'object-lock', 'policy'],
  ...['ownershipControls', 'policyStatus', 'publicAccessBlock', 'replication', 'requestPayment'],
  ...['session', 'tagging', 'versioning', 'website'],
];
const OBJECT_SETTINGS = [
  ...['acl', 'attributes', 'legal-hold', 'restore', 'retention', 'select', 'tagging', 'torrent'],
];

/** What a request asks of S3. Buckets are in the path, or in the name of a host below `localhost`. */
export function s3Operation(asked: Asked): Operation {
  const { bucket, key } = addressOf(asked);
  if (bucket === '') return asked.method === 'GET' ? 'list-buckets' : 'other';
  return key === '' ? ofBucket(asked) : ofObject(asked);
}

function addressOf({ rawPath, headers }: Asked): { bucket: string; key: string } {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  const path = rawPath.slice(1);
  if (isIP(host) === 0 && host.endsWith('.localhost')) return { bucket: host, key: path };
  const slash = path.indexOf('/');
  return slash < 0
    ? { bucket: path, key: '' }
    : { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

function ofBucket({ method, query }: Asked): Operation {
  if (method === 'POST' && query.has('delete')) return 'bulk-delete';
  if (method !== 'GET') return 'bucket';
  if (query.has('uploads')) return 'list-uploads';
  if (query.has('versions')) return 'list-versions';
  return BUCKET_SETTINGS.some((name) => query.has(name)) ? 'bucket' : 'list';
}

function ofObject({ method, query, headers }: Asked): Operation {
  if (OBJECT_SETTINGS.some((name) => query.has(name))) return 'object';
  const ofUpload = query.has('uploadId');
  switch (method) {
    case 'GET':
      return ofUpload ? 'list-parts' : 'get';
    case 'HEAD':
      return 'head';
    case 'DELETE':
      return ofUpload ? 'multipart-abort' : 'delete';
    case 'POST':
      if (query.has('uploads')) return 'multipart-create';
      return ofUpload ? 'multipart-complete' : 'other';
    case 'PUT': {
      const copies = headers['x-amz-copy-source'] !== undefined;
      if (ofUpload) return copies ? 'multipart-copy' : 'multipart-part';
      return copies ? 'copy' : 'put';
    }
    default:
      return 'other';
  }
}
