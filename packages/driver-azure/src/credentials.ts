import type { TokenCredential } from '@azure/identity';
import { AnonymousCredential, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { AzureConfig } from './config/index.ts';

/** What the SDK signs requests with. A SAS signs by being part of each URL. */
export type SdkCredential = StorageSharedKeyCredential | AnonymousCredential | TokenCredential;

/** The SDK's form of the configured credentials; loads no identity library yet. */
export function sdkCredential({ account, credentials }: AzureConfig): SdkCredential {
  switch (credentials.type) {
    case 'key':
      return new StorageSharedKeyCredential(account, credentials.key);
    case 'sas':
      return new AnonymousCredential();
    case 'token':
      return credentials.credential;
    case 'client-secret': {
      const { tenantId, clientId, secret, authorityHost } = credentials;
      return whenAsked(async () => {
        const { ClientSecretCredential } = await import('@azure/identity');
        const options = authorityHost === undefined ? {} : { authorityHost };
        return new ClientSecretCredential(tenantId, clientId, secret, options);
      });
    }
    case 'identity': {
      const { clientId, tenantId } = credentials;
      return whenAsked(async () => {
        const { DefaultAzureCredential } = await import('@azure/identity');
        return new DefaultAzureCredential({
          ...(clientId !== undefined && {
            managedIdentityClientId: clientId,
            workloadIdentityClientId: clientId,
          }),
          ...(tenantId !== undefined && { tenantId }),
        });
      });
    }
  }
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
