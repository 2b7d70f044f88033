import { randomBytes } from 'node:crypto';
import type { Answer } from '../wire/answer.ts';
import { branch, document, leaf } from '../wire/xml-write.ts';
import { S3Fault } from '../errors.ts';
import type { BucketCall } from './call.ts';

const SESSION_MS = 5 * 60_000;

/** Gives out credentials with which clients of directory buckets sign from then on. */
export function createSession({ account, bucket, nowMs }: BucketCall): Answer {
  if (!bucket.isDirectory) throw new S3Fault('MethodNotAllowed');
  const credentials = {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(60).toString('base64'),
    expiresMs: nowMs + SESSION_MS,
  };
  account.sessions.set(credentials.accessKeyId, { bucket: bucket.name, credentials });
  return {
    status: 200,
    headers: { 'x-amz-server-side-encryption': bucket.encryption },
    body: document(
      'CreateSessionResult',
      branch(
        'Credentials',
        leaf('AccessKeyId', credentials.accessKeyId),
        leaf('SecretAccessKey', credentials.secretAccessKey),
        leaf('SessionToken', credentials.sessionToken),
        leaf('Expiration', new Date(credentials.expiresMs).toISOString()),
      ),
    ),
  };
}
