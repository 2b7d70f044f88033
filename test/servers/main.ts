/** Starts one of the real servers, says where it is, and runs until Ctrl-C. */
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
  /** A storage as Dunnage is told of it; the bucket has to be created. */
  readonly storage: string;
  /** The variables that give credentials and endpoint to Dunnage and to the vendor's own tools. */
  readonly environment: Readonly<Record<string, string>>;
}

const STARTERS: Readonly<Record<string, (options: StartOptions) => Promise<Notice>>> = {
  ceph: async (options) => s3Notice(await startCeph(options)),
  swift: async (options) => s3Notice(await startSwift(options)),
  versitygw: async (options) => s3Notice(await startVersitygw(options)),
  azurite: async (options) => azureNotice(await startAzurite(options)),
  'fake-gcs': async (options) => gcsNotice(await startFakeGcs(options)),
};

const { values, positionals } = parseArgs({
  options: { port: { type: 'string' }, bind: { type: 'string' } },
  allowPositionals: true,
});
const [name = ''] = positionals;
const start = STARTERS[name];
if (start === undefined || positionals.length !== 1) {
  console.error(
    `usage: node test/servers/main.ts ${Object.keys(STARTERS).join('|')} [--port N] [--bind ADDRESS]`,
  );
  process.exitCode = 2;
} else {
  const port = values.port === undefined ? undefined : Number(values.port);
  console.log(JSON.stringify({ server: name, ...(await start({ port, bind: values.bind })) }));
}

function s3Notice({ url, region, accessKeyId, secretAccessKey }: S3Server): Notice {
  const query = new URLSearchParams({ endpoint: url, region, forcepathstyle: 'true' });
  return {
    url,
    storage: `s3://bucket/?${query.toString()}`,
    environment: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: region,
      AWS_ENDPOINT_URL_S3: url,
    },
  };
}

function gcsNotice({ url, projectId }: GcsServer): Notice {
  const environment = { STORAGE_EMULATOR_HOST: url, GOOGLE_CLOUD_PROJECT: projectId };
  return { url, storage: 'gs://bucket/', environment };
}

function azureNotice({ url, account, connectionString }: AzureServer): Notice {
  return {
    url,
    storage: `azure://${account}/container`,
    environment: { AZURE_STORAGE_CONNECTION_STRING: connectionString },
  };
}
