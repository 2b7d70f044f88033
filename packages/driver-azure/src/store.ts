import type { Key, ObjectInfo, OpOptions, Prefix } from '@dunnage/driver-api';
import { onceAsked, Session } from '@dunnage/driver-kit';
import type { Root } from '@dunnage/driver-kit';
import { AzureClient } from './client.ts';
import type { AzureConfig } from './config/index.ts';
import { DRIVER, storageErrors } from './errors.ts';
import type { ToStorageError } from './errors.ts';
import { askFacts } from './facts.ts';
import type { Facts } from './facts.ts';
import { explainName, MAX_NAME } from './names.ts';

/** One opened driver: what all its verbs share. */
export class AzureStore {
  readonly config: AzureConfig;
  readonly client: AzureClient;
  readonly session: Session;
  readonly root: Root;
  readonly toStorageError: ToStorageError;
  /** What the account does with versions and deletes; asked for once. */
  readonly facts: (options?: OpOptions) => Promise<Facts>;
  /** The same, where it has been asked for. */
  known: Facts | undefined;
  /** Deletes go in batches until the account refuses one. */
  batches = true;
  #toldOfHidden = false;

  constructor(config: AzureConfig) {
    this.config = config;
    this.client = new AzureClient(config);
    this.root = config.root;
    this.toStorageError = storageErrors(`the container ${config.container} of ${config.account}`);
    this.session = new Session({
      driver: DRIVER,
      id: config.id,
      maxKeyBytes: MAX_NAME - config.root.text.length,
      explainKey: (key) => explainName(this.root.nameOf(key)),
      toStorageError: this.toStorageError,
    });
    this.facts = onceAsked(async (options) => (this.known = await askFacts(this, options)));
  }

  nameOf(key: Key | Prefix): string {
    return this.root.nameOf(key);
  }

  /** The key of a name in the container; a name that can't be one stays hidden, and the user hears of the first. */
  keyOf(name: string): Key | undefined {
    const key = this.root.keyOf(name);
    if (key === undefined && !this.#toldOfHidden) {
      this.#toldOfHidden = true;
      this.config.warn(
        `the container ${this.config.container} has blobs whose names no registry gives, such as ${JSON.stringify(name)}; they are left alone`,
      );
    }
    return key;
  }

  /** @throws {StorageError} `UNSUPPORTED` where a version is given and the account has none. */
  async checkVersion(op: string, version: string | undefined, options?: OpOptions): Promise<void> {
    if (version === undefined) return;
    this.session.require(op, (await this.facts(options)).versions !== 'none', version, 'versions');
  }

  close(): void {
    this.session.close();
    this.client.close();
  }
}

/** What a verb throws for an object that is not there. */
export function missing(store: AzureStore, op: string, key: Key, version?: string): Error {
  const what = version === undefined ? 'object' : `version ${version} of the object`;
  return store.session.error('NOT_FOUND', op, `there is no ${what} ${JSON.stringify(key)}`, key);
}

/** An object's info, of which nothing that matters is missing. */
export function complete(store: AzureStore, op: string, info: ObjectInfo): ObjectInfo {
  if (Number.isSafeInteger(info.size) && !Number.isNaN(info.modified)) return info;
  const message = `the store did not tell the size and time of ${JSON.stringify(info.key)}`;
  throw store.session.error('INTERNAL', op, message, info.key);
}
