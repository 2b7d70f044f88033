import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { BlobServiceClient } from '@azure/storage-blob';
import type { AzureServer, GcsServer, S3Server } from './server.ts';

/** A client of the vendor for a server that speaks S3; to be destroyed by the caller. */
export function s3Client(server: Omit<S3Server, keyof AsyncDisposable | 'close'>): S3Client {
  const { url, region, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  return new S3Client({ endpoint: url, region, credentials, forcePathStyle: true });
}

/** Creates an empty bucket. */
export async function createS3Bucket(server: S3Server, name: string): Promise<void> {
  const client = s3Client(server);
  try {
    await client.send(new CreateBucketCommand({ Bucket: name }));
  } finally {
    client.destroy();
  }
}

/** Creates an empty bucket. */
export async function createGcsBucket({ url, projectId }: GcsServer, name: string): Promise<void> {
  const answer = await fetch(`${url}/storage/v1/b?project=${projectId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (!answer.ok) throw new Error(`no bucket: ${answer.status} ${await answer.text()}`);
}

/** Creates an empty container. */
export async function createAzureContainer(server: AzureServer, name: string): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(server.connectionString);
  await service.getContainerClient(name).create();
}
