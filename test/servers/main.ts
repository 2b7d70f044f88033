/** Starts one of the real servers, says where it is, and runs until Ctrl-C. Creates the bucket that it is told of. */
import { parseArgs } from 'node:util';
import { startAzurite } from './azurite.ts';
import { startCeph } from './ceph.ts';
import { startFakeGcs } from './fake-gcs.ts';
import type { AzureServer, GcsServer, S3Server, StartOptions } from './server.ts';
import { startSwift } from './swift.ts';
import { startVersitygw } from './versitygw.ts';

/** What is told of a server that runs. */
interface Notice {
  readonly url: string;
  /** The storage as Dunnage is told of it. */
  readonly storage: string;
  /** The variables that give credentials and endpoint to Dunnage and to the vendor's own tools. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How to start a server, and with which bucket or container. */
interface Wanted extends StartOptions {
  readonly bucket: string | undefined;
}

// Buckets are created with the vendors' SDKs, which a container with nothing but Node has not.
const STARTERS: Readonly<Record<string, (wanted: Wanted) => Promise<Notice>>> = {
  ceph: async (wanted) => s3Notice(await startCeph(wanted), wanted),
  swift: async (wanted) => s3Notice(await startSwift(wanted), wanted),
  versitygw: async (wanted) => s3Notice(await startVersitygw(wanted), wanted),
  azurite: async (wanted) => azureNotice(await startAzurite(wanted), wanted),
  'fake-gcs': async (wanted) => gcsNotice(await startFakeGcs(wanted), wanted),
};

const { values, positionals } = parseArgs({
  options: { port: { type: 'string' }, bind: { type: 'string' }, bucket: { type: 'string' } },
  allowPositionals: true,
});
const [name = ''] = positionals;
const start = STARTERS[name];
if (start === undefined || positionals.length !== 1) {
  console.error(
    `usage: node test/servers/main.ts ${Object.keys(STARTERS).join('|')} [--port N] [--bind ADDRESS] [--bucket NAME]`,
  );
  process.exitCode = 2;
} else {
  const port = values.port === undefined ? undefined : Number(values.port);
  console.log(
    JSON.stringify({ server: name, ...(await start({ ...values, port, bucket: values.bucket })) }),
  );
}

async function s3Notice(server: S3Server, { bucket }: Wanted): Promise<Notice> {
  const { url, region, accessKeyId, secretAccessKey } = server;
  if (bucket !== undefined) {
    const { createS3Bucket } = await import('./buckets.ts');
    await createS3Bucket(server, bucket);
  }
  const query = new URLSearchParams({ endpoint: url, region, pathStyle: 'true' });
  return {
    url,
    storage: `s3://${bucket ?? 'BUCKET'}/?${query.toString()}`,
    environment: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: region,
      AWS_ENDPOINT_URL_S3: url,
    },
  };
}

async function gcsNotice(server: GcsServer, { bucket }: Wanted): Promise<Notice> {
  const { url, projectId } = server;
  if (bucket !== undefined) {
    const { createGcsBucket } = await import('./buckets.ts');
    await createGcsBucket(server, bucket);
  }
  const environment = { STORAGE_EMULATOR_HOST: url, GOOGLE_CLOUD_PROJECT: projectId };
  return { url, storage: `gs://${bucket ?? 'BUCKET'}/`, environment };
}

async function azureNotice(server: AzureServer, { bucket }: Wanted): Promise<Notice> {
  const { url, account, connectionString } = server;
  if (bucket !== undefined) {
    const { createAzureContainer } = await import('./buckets.ts');
    await createAzureContainer(server, bucket);
  }
  return {
    url,
    storage: `azblob://${bucket ?? 'CONTAINER'}/?account=${account}`,
    environment: { AZURE_STORAGE_CONNECTION_STRING: connectionString },
  };
}
