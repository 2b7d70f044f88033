import { startFaultProxy, type FaultProxy } from '@dunnage/conformance/proxy';
import { startAzureDouble } from '@dunnage/doubles/azure';
import { startGcsDouble } from '@dunnage/doubles/gcs';
import { startS3Double } from '@dunnage/doubles/s3';
import type { DriverModule, StorageDriver } from '@dunnage/driver-api';
import * as azure from '@dunnage/driver-azure';
import * as gcs from '@dunnage/driver-gcs';
import * as s3 from '@dunnage/driver-s3';

/** A store whose requests are counted. */
export interface CountedStore extends AsyncDisposable {
  /** For dry runs, and for runs that delete: as the command line opens it for either. */
  readonly drivers: { readonly reading: StorageDriver; readonly deleting: StorageDriver };
  readonly proxy: FaultProxy;
  /** Writes an object without a request. */
  put(name: string, bytes: Uint8Array, modifiedMs: number): void;
}

/** A store, and what its protocol allows. */
export interface StoreUnderCount {
  readonly name: string;
  readonly start: () => Promise<CountedStore>;
  readonly keysPerPage: number;
  readonly keysPerDelete: number;
}

const BUCKET = 'images';

export const STORES: readonly StoreUnderCount[] = [
  { name: 's3', start: startS3, keysPerPage: 1000, keysPerDelete: 1000 },
  { name: 'gcs', start: startGcs, keysPerPage: 1000, keysPerDelete: 100 },
  { name: 'azure', start: startAzure, keysPerPage: 5000, keysPerDelete: 256 },
];

async function startS3(): Promise<CountedStore> {
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const double = await startS3Double({ credentials });
  const bucket = double.container(BUCKET);
  const proxy = await startFaultProxy({ target: double.url });
  const drivers = await open(
    s3,
    `s3://${BUCKET}?region=us-east-1&pathStyle=true&endpoint=${encodeURIComponent(proxy.url)}`,
    {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  );
  return counted(drivers, proxy, double, (name, bytes, modifiedMs) => {
    bucket.put(name, bytes, { modifiedMs });
  });
}

async function startGcs(): Promise<CountedStore> {
  const double = await startGcsDouble();
  const bucket = double.container(BUCKET);
  const proxy = await startFaultProxy({ target: double.url });
  const drivers = await open(gcs, `gs://${BUCKET}`, { STORAGE_EMULATOR_HOST: proxy.url });
  return counted(drivers, proxy, double, (name, bytes, modifiedMs) => {
    bucket.put(name, bytes);
    bucket.touch(name, modifiedMs);
  });
}

async function startAzure(): Promise<CountedStore> {
  const double = await startAzureDouble();
  const container = double.container(BUCKET);
  const proxy = await startFaultProxy({ target: double.endpoint });
  const endpoint = encodeURIComponent(proxy.url);
  const drivers = await open(
    azure,
    `azblob://${BUCKET}?account=${double.account}&endpoint=${endpoint}`,
    { AZURE_STORAGE_KEY: double.key },
  );
  return counted(drivers, proxy, double, (name, bytes, modified) => {
    container.put(name, bytes, { modified });
  });
}

async function open(
  module: DriverModule,
  url: string,
  env: Readonly<Record<string, string>>,
): Promise<CountedStore['drivers']> {
  const warn = (message: string): void => {
    throw new Error(`unexpected warning: ${message}`);
  };
  const source = { from: 'url', url } as const;
  return {
    reading: await module.open(source, { env, warn, readOnly: true }),
    deleting: await module.open(source, { env, warn, readOnly: false }),
  };
}

function counted(
  drivers: CountedStore['drivers'],
  proxy: FaultProxy,
  double: AsyncDisposable,
  put: CountedStore['put'],
): CountedStore {
  return {
    ...{ drivers, proxy, put },
    async [Symbol.asyncDispose]() {
      await drivers.reading.close();
      await drivers.deleting.close();
      await proxy.close();
      await double[Symbol.asyncDispose]();
    },
  };
}
