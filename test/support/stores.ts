import type { DriverModule, OpenContext } from '@dunnage/driver-api';
import { startAzurite } from '../servers/azurite.ts';
import { startCeph } from '../servers/ceph.ts';
import { startFakeGcs } from '../servers/fake-gcs.ts';
import type { AzureServer, GcsServer, S3Server } from '../servers/server.ts';
import type { Bucket } from './bucket.ts';
import { Google } from './google.ts';

/** A server that a registry and Dunnage both reach, with buckets as they are asked for. */
export interface BucketServer extends AsyncDisposable {
  /** A new, empty bucket, as the registry's configuration names it. */
  bucket(): Promise<Bucket>;
}

/** Puts something in front of a server: takes its address, gives the one that clients are to use. */
export type Front = (url: string) => Promise<string>;

const nothingInFront: Front = async (url) => url;

let made = 0;
const nextName = (): string => `registry-${++made}`;
/** The registry's data is not at the top of the bucket, so a root that is lost on the way shows. */
const ROOT = 'some/where';

const context: OpenContext = { env: {}, warn: () => undefined };

/** A bucket which this process reaches by the registry's own parameters. */
function asConfigured(
  section: string,
  parameters: Readonly<Record<string, unknown>>,
  open: DriverModule['open'],
): Bucket {
  const look = () => open({ from: 'registry-config', name: section, parameters }, context);
  return { section, parameters, look };
}

/** Ceph's S3 gateway. */
export async function cephBuckets(front: Front = nothingInFront): Promise<BucketServer> {
  const server = await startCeph();
  const regionendpoint = await front(server.url);
  return { ...server, bucket: () => s3Bucket(server, regionendpoint) };
}

async function s3Bucket(server: S3Server, regionendpoint: string): Promise<Bucket> {
  const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
  const { open } = await import('@dunnage/driver-s3');
  const { url, region, accessKeyId, secretAccessKey } = server;
  const client = new S3Client({
    ...{ endpoint: url, region, forcePathStyle: true },
    credentials: { accessKeyId, secretAccessKey },
  });
  const bucket = nextName();
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  const parameters = {
    ...{ accesskey: accessKeyId, secretkey: secretAccessKey, region, bucket },
    ...{ regionendpoint, secure: false, v4auth: true, forcepathstyle: true },
    rootdirectory: `/${ROOT}`,
  };
  return asConfigured('s3', parameters, open);
}

/** Azurite. */
export async function azuriteBuckets(front: Front = nothingInFront): Promise<BucketServer> {
  const server = await startAzurite();
  const serviceurl = await front(server.url);
  return { ...server, bucket: () => azureContainer(server, serviceurl) };
}

async function azureContainer(server: AzureServer, serviceurl: string): Promise<Bucket> {
  const { BlobServiceClient } = await import('@azure/storage-blob');
  const { open } = await import('@dunnage/driver-azure');
  const service = BlobServiceClient.fromConnectionString(server.connectionString);
  const container = nextName();
  await service.getContainerClient(container).create();
  const parameters = {
    ...{ accountname: server.account, accountkey: server.accountKey, container },
    ...{ serviceurl, credentials: { type: 'shared_key' }, rootdirectory: ROOT },
  };
  return asConfigured('azure', parameters, open);
}

/** fake-gcs-server, where programs take it for Google. */
export async function gcsBuckets(front: Front = nothingInFront): Promise<BucketServer> {
  const server = await startFakeGcs();
  const google = await Google.start(await front(server.url));
  return {
    bucket: () => gcsBucket(server, google),
    async [Symbol.asyncDispose]() {
      await google[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

async function gcsBucket(server: GcsServer, { env, keyFile }: Google): Promise<Bucket> {
  const { open } = await import('@dunnage/driver-gcs');
  const bucket = nextName();
  const created = await fetch(`${server.url}/storage/v1/b?project=${server.projectId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: bucket }),
  });
  if (!created.ok) throw new Error(`no bucket: ${created.status} ${await created.text()}`);
  const source = { from: 'url', url: `gs://${bucket}/${ROOT}` } as const;
  return {
    section: 'gcs',
    parameters: { bucket, keyfile: keyFile, rootdirectory: ROOT },
    env,
    look: () => open(source, { ...context, env: { STORAGE_EMULATOR_HOST: server.url } }),
  };
}
