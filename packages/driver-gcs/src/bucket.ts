import type { Key, Prefix } from '@dunnage/driver-api';
import { onceAsked, Session } from '@dunnage/driver-kit';
import { Client } from './client.ts';
import type { GcsConfig } from './config.ts';
import { DRIVER, storageErrors } from './errors.ts';
import { readFeatures } from './features.ts';
import type { Features } from './features.ts';
import { HttpFailure } from './http/failure.ts';
import { Paths } from './paths.ts';
import { readSettings } from './settings.ts';
import type { BucketSettings } from './settings.ts';

/** Longest name of an object, in bytes. */
export const MAX_NAME_BYTES = 1024;

/** An opened bucket: what all verbs of a driver share. */
export class Bucket {
  readonly config: GcsConfig;
  readonly session: Session;
  readonly client: Client;
  readonly paths: Paths;
  /** What is set for the bucket; asked for once. */
  readonly settings: (signal: AbortSignal) => Promise<BucketSettings>;
  /** What the store behind the endpoint can do; found out once. */
  readonly features: (signal: AbortSignal) => Promise<Features>;
  readonly #exists: (signal: AbortSignal) => Promise<void>;
  readonly #pending = new Set<Promise<void>>();
  #hidden = false;

  constructor(config: GcsConfig) {
    this.config = config;
    this.client = new Client(config);
    this.paths = new Paths(config.bucket, config.userProject);
    this.session = new Session({
      driver: DRIVER,
      id: config.id,
      maxKeyBytes: MAX_NAME_BYTES - Buffer.byteLength(config.root.text),
      explainKey: (key) => explainName(config.root.nameOf(key)),
      toStorageError: storageErrors(`the bucket ${config.bucket}`),
    });
    this.settings = onceAsked(async (signal) => readSettings(this, signal));
    this.features = onceAsked(async (signal) => readFeatures(this, signal));
    this.#exists = onceAsked(async (signal) => this.#look(signal));
  }

  /** The name in the bucket. */
  nameOf(key: Key | Prefix): string {
    return this.config.root.nameOf(key);
  }

  /** Notes a name below the root that can't be a key: it is never an object here, and said so once. */
  hide(name: string): void {
    if (this.#hidden) return;
    this.#hidden = true;
    this.config.warn(
      `the bucket ${this.config.bucket} has names that can't be keys, such as ${JSON.stringify(name)}; they are left alone`,
    );
  }

  /** Has {@link close} wait for `work`, which ends by itself and does not fail. */
  waitFor(work: Promise<void>): void {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }

  /** Ends all operations, and then all sockets. */
  async close(): Promise<void> {
    this.session.close();
    await Promise.all(this.#pending);
    await this.client.close();
  }

  /**
   * Whether a failure says that the object, and not the bucket, is missing. Where the store's words don't
   * tell, looks for the bucket; that it exists is remembered.
   */
  async isMissing(error: unknown, signal: AbortSignal): Promise<boolean> {
    if (!(error instanceof HttpFailure) || error.status !== 404) return false;
    if (/no such object/i.test(error.said)) return true;
    if (/bucket/i.test(error.said)) return false;
    await this.#exists(signal);
    return true;
  }

  /** @throws HttpFailure where there is no such bucket */
  async #look(signal: AbortSignal): Promise<void> {
    const path = this.paths.list({ maxResults: 1, fields: 'kind' });
    const { status, headers } = await this.client.ask(
      { method: 'GET', path, accepts: [404] },
      signal,
    );
    if (status !== 404) return;
    throw new HttpFailure(404, 'bucketMissing', 'there is no such bucket', headers);
  }
}

/** Names that Google Cloud Storage refuses. */
function explainName(name: string): string | undefined {
  if (/[\r\n]/.test(name)) return 'Google Cloud Storage takes no line ends in names';
  if (name.startsWith('.well-known/acme-challenge/')) {
    return 'Google Cloud Storage takes no names below ".well-known/acme-challenge/"';
  }
  return undefined;
}
