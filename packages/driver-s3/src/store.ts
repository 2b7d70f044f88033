import { Root, Session } from '@dunnage/driver-kit';
import { Bulk } from './bulk.ts';
import { Client } from './client.ts';
import type { S3Settings } from './config.ts';
import { DRIVER, toStorageError } from './errors.ts';
import { Hidden } from './hidden.ts';
import { Honours } from './honours.ts';
import { Versioning } from './versioning.ts';

/** Longest name of an object, in bytes of UTF-8. */
const MAX_NAME_BYTES = 1024;

/** One opened storage: what all verbs share. */
export class Store {
  readonly settings: S3Settings;
  readonly session: Session;
  readonly client: Client;
  readonly root: Root;
  /** Names that are no keys. */
  readonly hidden: Hidden;
  readonly versioning: Versioning;
  readonly honours: Honours;
  readonly bulk: Bulk;
  readonly maxKeyBytes: number;
  /** The bucket was seen to exist: then a 404 without a word is about the object. */
  bucketSeen = false;

  constructor(settings: S3Settings) {
    const { bucket, root, id } = settings;
    this.settings = settings;
    this.root = new Root(root);
    this.maxKeyBytes = MAX_NAME_BYTES - Buffer.byteLength(root);
    this.session = new Session({
      driver: DRIVER,
      id,
      maxKeyBytes: this.maxKeyBytes,
      toStorageError: (error, op, key) => toStorageError(bucket, error, op, key),
    });
    this.client = new Client(settings);
    this.hidden = new Hidden(settings);
    this.versioning = new Versioning(this.client, settings);
    this.honours = new Honours(this.client, settings);
    this.bulk = new Bulk(settings.deleteLimit);
  }

  /** @throws {StorageError} `UNSUPPORTED` where a version is named and the bucket has none. */
  async requireVersions(
    op: string,
    version: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (version === undefined) return;
    const versioning = await this.versioning.ask(signal);
    this.session.require(op, versioning !== 'none', version, 'versions');
  }

  get bucket(): string {
    return this.settings.bucket;
  }
}
