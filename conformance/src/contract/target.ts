import type { StorageDriver } from '@dunnage/driver-api';

/** The driver to be checked, and how a storage is made for each check. */
export interface ContractTarget {
  /**
   * Opens the storage that `token` names: an empty one when the token is new, the same one when it was
   * opened before (also while the other driver is still open).
   */
  open(token: string): Promise<StorageDriver>;
  /** How long a check waits for what must end by itself, in milliseconds. Default: 5000. */
  readonly patienceMs?: number;
  /** How long one check may take, in milliseconds. Default: 60,000. */
  readonly limitMs?: number;
}
