import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Double } from '@dunnage/doubles/s3';

/** The vendor's client, as it comes, aimed at a double. */
export function clientOf(double: S3Double, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: double.url,
    region: double.region,
    credentials: double.credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    ...config,
  });
}

/** What the SDK says of a request that fails: `404 NoSuchKey`. */
export async function failureOf(request: Promise<unknown>): Promise<string> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    return `${error.$metadata.httpStatusCode} ${error.name}`;
  }
  return 'none';
}
