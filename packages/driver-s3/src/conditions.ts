import type { PutOptions } from '@dunnage/driver-api';
import type { ObjectCannedACL, PutObjectCommandInput, StorageClass } from '@aws-sdk/client-s3';
import type { S3Settings } from './config.ts';
import { quoted } from './facts.ts';
import { S3Failure } from './failure.ts';
import { CHANGED, EXISTS } from './meanings.ts';
import type { Store } from './store.ts';

/** What a write asks of the object that is there before, as this store understands it. */
export async function conditionsOf(
  { honours }: Store,
  { ifAbsent, ifMatch }: PutOptions,
  signal: AbortSignal,
): Promise<Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch'>> {
  if (ifAbsent === true) return { IfNoneMatch: '*' };
  if (ifMatch === undefined) return {};
  const { bare } = await honours.ask(signal);
  return { IfMatch: bare ? ifMatch : quoted(ifMatch) };
}

/** What a failed condition means depends on what was asked. */
export function conditional(error: unknown, { ifAbsent, ifMatch }: PutOptions): unknown {
  if (!(error instanceof S3Failure)) return error;
  if (ifAbsent === true && error.status === 412) return error.meaningThat(EXISTS);
  // Amazon calls it missing, others a failed condition.
  if (ifMatch !== undefined && error.code === 'NoSuchKey') return error.meaningThat(CHANGED);
  return error;
}

/** How objects are to be stored: class, encryption and access, where configured. */
export function storedAs(
  settings: S3Settings,
): Pick<
  PutObjectCommandInput,
  'ACL' | 'ContentType' | 'SSEKMSKeyId' | 'ServerSideEncryption' | 'StorageClass'
> {
  const { acl, sse, kmsKeyId, storageClass } = settings;
  return {
    ContentType: 'application/octet-stream',
    ...(acl !== undefined && { ACL: acl as ObjectCannedACL }),
    ...(sse !== undefined && { ServerSideEncryption: sse }),
    ...(kmsKeyId !== undefined && { SSEKMSKeyId: kmsKeyId }),
    ...(storageClass !== undefined && { StorageClass: storageClass as StorageClass }),
  };
}
