import type { TokenCredential } from '@azure/identity';

/** How the driver proves who it is. */
export type AzureCredentials =
  /** One of the two keys of the storage account, in Base64. */
  | { readonly type: 'key'; readonly key: string }
  /** A shared access signature, with or without `?` in front. */
  | { readonly type: 'sas'; readonly token: string }
  /** An application of Microsoft Entra ID. */
  | {
      readonly type: 'client-secret';
      readonly tenantId: string;
      readonly clientId: string;
      readonly secret: string;
      /** Where its tokens come from; default: the public cloud. */
      readonly authorityHost?: string | undefined;
    }
  /** Whatever identity is at hand: environment, workload, managed identity, Azure CLI, … */
  | {
      readonly type: 'identity';
      /** Which of several managed identities. */
      readonly clientId?: string | undefined;
      readonly tenantId?: string | undefined;
    }
  /** A credential of `@azure/identity`, or anything else that gives tokens. */
  | { readonly type: 'token'; readonly credential: TokenCredential };

/** Options of `createAzureDriver`. */
export interface AzureOptions {
  /** The container that holds the registry. */
  readonly container: string;
  /** Name of the storage account. Default: taken from `endpoint`. */
  readonly account?: string | undefined;
  /**
   * The blob service. Default: `https://ACCOUNT.blob.core.windows.net`. An emulator has the account in its path:
   * `http://127.0.0.1:10000/devstoreaccount1`.
   */
  readonly endpoint?: string | undefined;
  /** The directory in the container that holds `docker/registry/v2`. Default: the container itself. */
  readonly root?: string | undefined;
  /**
   * Names begin with a nameless directory (`/docker/registry/v2/…`), as the registry's version 2 wrote them.
   * Default: false.
   */
  readonly legacyRoot?: boolean | undefined;
  /** Default: whatever identity is at hand. */
  readonly credentials?: AzureCredentials | undefined;
  /**
   * What becomes of a blob that is to be deleted and has snapshots. `'keep'` (default): it stays, its delete is
   * `locked`. `'delete'`: it goes, and all its snapshots with it.
   */
  readonly snapshots?: 'keep' | 'delete' | undefined;
  /** Sockets at most. Default: 64. */
  readonly concurrency?: number | undefined;
  /** Trusts any certificate. For tests only. */
  readonly skipVerify?: boolean | undefined;
  /**
   * `false`: the driver may write a small object below `dunnage/` to find out what the account does with versions
   * and deletes. Default: true.
   */
  readonly readOnly?: boolean | undefined;
  /** Takes what users should know and what stops nothing. */
  readonly warn?: ((message: string) => void) | undefined;
  /** Content up to this length is sent in one request, in bytes. Default: 8 MiB. */
  readonly singlePutBytes?: number | undefined;
  /** Objects up to this length are copied in one request, in bytes. Default, and most: 256 MiB. */
  readonly singleCopyBytes?: number | undefined;
}
