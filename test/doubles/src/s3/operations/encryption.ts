import { randomBytes } from 'node:crypto';
import { md5 } from '../checksums.ts';
import { invalidArgument } from '../errors.ts';
import type { Bucket } from '../model/bucket.ts';
import type { Encryption, ObjectVersion } from '../model/version.ts';
import { headerOf } from './call.ts';
import type { BucketCall } from './call.ts';

const METHOD = 'x-amz-server-side-encryption';
const KEY = 'x-amz-server-side-encryption-aws-kms-key-id';
/** Of the key that KMS takes if none is named. */
const DEFAULT_KEY = 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000';

type Encrypted = Pick<ObjectVersion, 'encryption' | 'kmsKeyId'>;

/** How a write is encrypted: as it asks, else as the bucket does. */
export function encryptionOf(call: BucketCall): Encrypted {
  const asked = headerOf(call, METHOD) ?? call.bucket.encryption;
  if (!isEncryption(asked)) {
    throw invalidArgument(METHOD, asked, 'The encryption method specified is not supported');
  }
  return encrypted(asked, headerOf(call, KEY));
}

export function encrypted(encryption: Encryption, kmsKeyId = DEFAULT_KEY): Encrypted {
  return { encryption, kmsKeyId: encryption === 'AES256' ? undefined : kmsKeyId };
}

function isEncryption(text: string): text is Encryption {
  return text === 'AES256' || text === 'aws:kms' || text === 'aws:kms:dsse';
}

/** What answers tell of it. */
export function encryptionHeaders({ encryption, kmsKeyId }: Encrypted): Record<string, string> {
  return kmsKeyId === undefined
    ? { [METHOD]: encryption }
    : { [METHOD]: encryption, [KEY]: kmsKeyId };
}

/** Whether ETags are something else than MD5: with KMS, and in directory buckets. */
export function hasOpaqueEtags(bucket: Bucket, encryption: Encryption): boolean {
  return encryption !== 'AES256' || bucket.isDirectory;
}

/** The ETag of bytes that came whole. */
export function etagOf(bucket: Bucket, encryption: Encryption, bytes: Buffer): string {
  return hasOpaqueEtags(bucket, encryption)
    ? randomBytes(16).toString('hex')
    : md5(bytes).toString('hex');
}
