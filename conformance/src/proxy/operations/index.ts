import { azureOperation } from './azure.ts';
import { gcsOperation } from './gcs.ts';
import type { Asked, Operation, Protocol } from './operation.ts';
import { s3Operation } from './s3.ts';

export type { Asked, Operation, Protocol } from './operation.ts';

const CLASSIFIERS = { s3: s3Operation, gcs: gcsOperation, azure: azureOperation };

/** What a request asks of a store that speaks `protocol`. */
export function operationOf(protocol: Protocol, asked: Asked): Operation {
  return CLASSIFIERS[protocol](asked);
}

/** The protocol that a request looks like; S3 when nothing tells. */
export function protocolOf({ rawPath, query, headers }: Asked): Protocol {
  if (headers['x-ms-version'] !== undefined || (query.has('sv') && query.has('sig'))) {
    return 'azure';
  }
  const isJson = /^\/((resumable\/)?upload|download|batch)?\/?storage\/v1(\/|$)/.test(rawPath);
  const isGoogle = isJson || query.has('upload_id') || 'x-goog-api-client' in headers;
  return isGoogle ? 'gcs' : 's3';
}
