import type { Asked, Operation } from './operation.ts';
import { s3Operation } from './s3.ts';

/** What a request asks of Google Cloud Storage. Its XML interface is S3's. */
export function gcsOperation(asked: Asked): Operation {
  const { rawPath } = asked;
  if (rawPath.startsWith('/batch/')) return 'bulk-delete';
  if (rawPath === '/token' || rawPath.includes('/oauth2/')) return 'auth';
  if (/^(\/resumable)?\/upload\//.test(rawPath) || asked.query.has('upload_id')) {
    return ofUpload(asked);
  }
  if (rawPath.startsWith('/download/')) return asked.method === 'HEAD' ? 'head' : 'get';
  const [, bucket, object, name] =
    /^\/storage\/v1\/b(?:\/([^/]+))?(?:\/(o)(?:\/(.+))?)?/.exec(rawPath) ?? [];
  if (!rawPath.startsWith('/storage/')) return s3Operation(asked);
  if (bucket === undefined) return asked.method === 'GET' ? 'list-buckets' : 'bucket';
  if (object === undefined) return 'bucket';
  return name === undefined ? ofObjects(asked) : ofObject(asked, name);
}

function ofUpload({ method, query }: Asked): Operation {
  if (method === 'DELETE') return 'multipart-abort';
  if (query.has('upload_id')) return 'multipart-part';
  return query.get('uploadType') === 'resumable' ? 'multipart-create' : 'put';
}

function ofObjects({ method, query }: Asked): Operation {
  if (method !== 'GET') return 'other';
  const all = query.get('versions') === 'true' || query.get('softDeleted') === 'true';
  return all ? 'list-versions' : 'list';
}

function ofObject({ method, query }: Asked, name: string): Operation {
  switch (method) {
    case 'GET':
      return query.get('alt') === 'media' ? 'get' : 'head';
    case 'HEAD':
      return 'head';
    case 'DELETE':
      return 'delete';
    case 'POST':
      // A slash within a name is encoded.
      return /\/(rewriteTo|copyTo|moveTo|compose)(\/|$)/.test(name) ? 'copy' : 'object';
    case 'PATCH':
    case 'PUT':
      return 'object';
    default:
      return 'other';
  }
}
