import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { OpenContext } from '@dunnage/driver-api';
import type { AzureCredentials, AzureOptions } from './options.ts';
import { invalid } from './resolve.ts';

type Env = OpenContext['env'];

/** What a connection string or the environment says of the account. */
export type AccountOptions = Pick<AzureOptions, 'account' | 'endpoint' | 'credentials'>;

/** Which of the credentials at hand to take. */
export type Auth = 'key' | 'sas' | 'identity';

/** Takes a connection string apart, with the SDK's own rules. @throws {StorageError} `CONFIG_INVALID` */
export function fromConnectionString(text: string, where: string): AccountOptions {
  let client: BlobServiceClient;
  try {
    client = BlobServiceClient.fromConnectionString(text);
  } catch {
    // What the SDK says of it may show the key.
    throw invalid(`${where} is not the connection string of a storage account`);
  }
  const url = new URL(client.url);
  const endpoint = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  const account = client.accountName === '' ? undefined : client.accountName;
  const { credential } = client;
  if (credential instanceof StorageSharedKeyCredential) {
    const key = /(?:^|;)\s*AccountKey=([^;]*)/i.exec(text)?.[1]?.trim();
    return { account, endpoint, credentials: { type: 'key', key: key ?? DEVELOPMENT_KEY } };
  }
  return { account, endpoint, credentials: { type: 'sas', token: url.search } };
}

/** The key of every emulator, which is no secret: `UseDevelopmentStorage=true` stands for it. */
const DEVELOPMENT_KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * What the environment adds to what was given: the account, its endpoint, and how to get in.
 * @throws {StorageError} `CONFIG_INVALID` where it is about another account than the one given.
 */
export function fromEnvironment(
  env: Env,
  given: Pick<AzureOptions, 'account' | 'endpoint'>,
  auth: Auth | undefined,
): AccountOptions {
  const text = env['AZURE_STORAGE_CONNECTION_STRING'] ?? '';
  const wanted = auth === undefined || auth === 'key' || auth === 'sas';
  if (text !== '' && wanted) {
    const known = fromConnectionString(text, 'AZURE_STORAGE_CONNECTION_STRING');
    sameAccount(known.account, given.account, 'AZURE_STORAGE_CONNECTION_STRING');
    if (auth === undefined || known.credentials?.type === auth) {
      return { ...known, endpoint: given.endpoint ?? known.endpoint };
    }
  }
  const named = env['AZURE_STORAGE_ACCOUNT'] || undefined;
  const credentials = credentialsFrom(env, auth);
  if (credentials.type === 'key' || credentials.type === 'sas') {
    sameAccount(named, given.account, 'AZURE_STORAGE_ACCOUNT');
  }
  // An endpoint names its account by itself.
  const account = given.account ?? (given.endpoint === undefined ? named : undefined);
  return { account, endpoint: given.endpoint, credentials };
}

function credentialsFrom(env: Env, auth: Auth | undefined): AzureCredentials {
  const key = env['AZURE_STORAGE_KEY'] || undefined;
  const token = env['AZURE_STORAGE_SAS_TOKEN'] || undefined;
  if (key !== undefined && (auth === undefined || auth === 'key')) return { type: 'key', key };
  if (token !== undefined && (auth === undefined || auth === 'sas')) return { type: 'sas', token };
  if (auth === 'key') throw invalid('auth=key needs AZURE_STORAGE_KEY in the environment');
  if (auth === 'sas') throw invalid('auth=sas needs AZURE_STORAGE_SAS_TOKEN in the environment');
  return identityFrom(env);
}

/** The identity that the environment describes, or the one at hand. */
export function identityFrom(env: Env): AzureCredentials {
  const clientId = env['AZURE_CLIENT_ID'] || undefined;
  const tenantId = env['AZURE_TENANT_ID'] || undefined;
  const secret = env['AZURE_CLIENT_SECRET'] || undefined;
  const authorityHost = env['AZURE_AUTHORITY_HOST'] || undefined;
  if (clientId !== undefined && tenantId !== undefined && secret !== undefined) {
    return { type: 'client-secret', tenantId, clientId, secret, authorityHost };
  }
  return { type: 'identity', clientId, tenantId };
}

function sameAccount(known: string | undefined, given: string | undefined, where: string): void {
  if (known === undefined || given === undefined || known === given) return;
  const wrong = `the storage is in the account ${given}, but ${where} is about ${known}`;
  throw invalid(`${wrong}; unset it, or say auth=identity`);
}
