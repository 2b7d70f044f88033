import type { TokenCredential } from '@azure/identity';
import { AnonymousCredential, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { AzureConfig, AzureCredentials } from './config/index.ts';

/** What the SDK signs requests with. A SAS signs by being part of each URL. */
export type SdkCredential = StorageSharedKeyCredential | AnonymousCredential | TokenCredential;

/** The SDK's form of the configured credentials; loads no identity library yet. */
export function sdkCredential({ account, credentials }: AzureConfig): SdkCredential {
  if (credentials.type === 'key') return new StorageSharedKeyCredential(account, credentials.key);
  if (credentials.type === 'sas') return new AnonymousCredential();
  if (credentials.type === 'token') return credentials.credential;
  return whenAsked(() =>
    credentials.type === 'identity' ? atHand(credentials) : application(credentials),
  );
}

type Of<Type extends AzureCredentials['type']> = Extract<AzureCredentials, { type: Type }>;

async function application({
  tenantId,
  clientId,
  secret,
  authorityHost,
}: Of<'client-secret'>): Promise<TokenCredential> {
  const { ClientSecretCredential } = await import('@azure/identity');
  const options = authorityHost === undefined ? {} : { authorityHost };
  return new ClientSecretCredential(tenantId, clientId, secret, options);
}

async function atHand({ clientId, tenantId }: Of<'identity'>): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential({
    ...(clientId !== undefined && {
      managedIdentityClientId: clientId,
      workloadIdentityClientId: clientId,
    }),
    ...(tenantId !== undefined && { tenantId }),
  });
}

/** A credential that is made, and its library loaded, when the first token is asked for. */
function whenAsked(make: () => Promise<TokenCredential>): TokenCredential {
  let made: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, options) {
      made ??= make();
      return (await made).getToken(scopes, options);
    },
  };
}
