import { readFile } from 'node:fs/promises';
import type * as Sdk from 'google-auth-library';
import type {
  AuthClient,
  AwsClientOptions,
  IdentityPoolClientOptions,
  PluggableAuthClientOptions,
} from 'google-auth-library';
import { AuthFailure } from './failure.ts';

/** What a key file holds. */
export type Credentials = Readonly<Record<string, unknown>>;

/** Objects, and the settings of buckets: no more is needed. */
const SCOPES = ['https://www.googleapis.com/auth/devstorage.read_write'];

/** @throws AuthFailure `CONFIG_INVALID` */
export async function readKeyfile(path: string): Promise<Credentials> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Credentials;
  } catch (error) {
    throw unusable('the file that "keyfile" names can\'t be read, or is no JSON', error);
  }
}

/**
 * The SDK's client for credentials, or `undefined` for the rare kinds that the SDK has to make out by itself. It
 * warns of every key that it makes out, on the console: it may come from a stranger. These are the user's own.
 * @throws AuthFailure `CONFIG_INVALID`
 */
export async function clientOf(credentials: Credentials): Promise<AuthClient | undefined> {
  const sdk = await import('google-auth-library');
  try {
    switch (credentials['type']) {
      case 'service_account':
      case undefined: {
        const client = new sdk.JWT({ scopes: SCOPES });
        client.fromJSON(credentials);
        return client;
      }
      case 'authorized_user':
        return sdk.UserRefreshClient.fromJSON(credentials);
      case 'external_account':
        return federated(sdk, credentials);
      default:
        return undefined;
    }
  } catch (error) {
    throw unusable('the credentials lack something that a key has, or are no key', error);
  }
}

/** Workload identity federation. */
function federated(sdk: typeof Sdk, credentials: unknown): AuthClient {
  const source = (credentials as { readonly credential_source?: Credentials }).credential_source;
  const client =
    source?.['environment_id'] !== undefined
      ? new sdk.AwsClient(credentials as AwsClientOptions)
      : source?.['executable'] !== undefined
        ? new sdk.PluggableAuthClient(credentials as PluggableAuthClientOptions)
        : new sdk.IdentityPoolClient(credentials as IdentityPoolClientOptions);
  client.scopes = SCOPES;
  return client;
}

function unusable(why: string, cause: unknown): AuthFailure {
  return new AuthFailure({ code: 'CONFIG_INVALID', why }, cause);
}
