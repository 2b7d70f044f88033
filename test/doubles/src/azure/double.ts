import { randomBytes } from 'node:crypto';
import { selfSigned } from '../shared/certificate.ts';
import { startServer } from '../shared/server.ts';
import { containerHandle } from './handle.ts';
import type { AzureDouble, AzureDoubleOptions } from './options.ts';
import { serve } from './serve.ts';
import { Account } from './state/account.ts';

/**
 * Starts a server that speaks the Blob service's REST protocol as the service does, soft delete, versions,
 * immutability and hierarchical namespaces included. Everything is kept in memory.
 */
export async function startAzureDouble(options: AzureDoubleOptions = {}): Promise<AzureDouble> {
  if (options.hns === true && options.versioning === true) {
    throw new RangeError('A hierarchical namespace has no versioning.');
  }
  const key = options.key ?? randomBytes(64).toString('base64');
  const account = new Account({
    name: options.account ?? 'dunnagedouble',
    key: Buffer.from(key, 'base64'),
    token: options.token,
    hns: options.hns ?? false,
    versioning: options.versioning ?? false,
    softDeleteDays: options.softDeleteDays ?? 0,
    clock: options.clock ?? Date.now,
    pendingCopyAnswers: options.pendingCopyAnswers ?? 0,
    sparsePages: options.sparsePages ?? false,
  });
  const certificate = options.tls === true ? selfSigned() : undefined;
  const server = await startServer(
    (request, response) => serve(account, options.onRequest, request, response),
    certificate,
  );
  account.endpoint = `${server.url}/${account.name}`;
  return {
    ...server,
    account: account.name,
    key,
    endpoint: account.endpoint,
    connectionString: `DefaultEndpointsProtocol=${certificate === undefined ? 'http' : 'https'};AccountName=${account.name};AccountKey=${key};BlobEndpoint=${account.endpoint};`,
    certificate: certificate?.cert,
    container: (name, settings) => containerHandle(account, name, settings),
    configure: ({ versioning, softDeleteDays }) => {
      account.versioning = versioning ?? account.versioning;
      account.softDeleteDays = softDeleteDays ?? account.softDeleteDays;
    },
  };
}
