import type { Asked, Operation } from './operation.ts';

/** What a request asks of Azure Blob Storage. */
export function azureOperation(asked: Asked): Operation {
  const { method, query } = asked;
  const comp = query.get('comp');
  if (comp === 'batch') return 'bulk-delete';
  switch (query.get('restype')) {
    case 'container':
      return comp === 'list' && method === 'GET' ? 'list' : 'bucket';
    case 'service':
    case 'account':
      return 'bucket';
    default:
      return comp === 'list' ? 'list-buckets' : ofBlob(asked, comp);
  }
}

function ofBlob({ method, headers }: Asked, comp: string | null): Operation {
  const copies = headers['x-ms-copy-source'] !== undefined;
  switch (comp) {
    case 'block':
      return copies ? 'multipart-copy' : 'multipart-part';
    case 'blocklist':
      return method === 'GET' ? 'list-parts' : 'multipart-complete';
    case 'appendblock':
    case 'page':
      return 'put';
    case null:
      break;
    default:
      return 'object';
  }
  switch (method) {
    case 'GET':
      return 'get';
    case 'HEAD':
      return 'head';
    case 'DELETE':
      return 'delete';
    case 'PUT':
      return copies ? 'copy' : 'put';
    default:
      return 'other';
  }
}
