import { GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import type { Capabilities } from '@dunnage/driver-api';
import type { Client } from './client.ts';
import type { S3Settings } from './config.ts';
import { meaningOfError } from './errors.ts';

/** Whether the bucket keeps versions: asked once, when it is first needed. */
export class Versioning {
  readonly #client: Client;
  readonly #settings: S3Settings;
  #none: (() => void) | undefined;
  /** What is known by now. */
  known: Capabilities['versions'] | undefined;

  constructor(client: Client, settings: S3Settings) {
    this.#client = client;
    this.#settings = settings;
    if (settings.directory) this.known = 'none';
  }

  async ask(signal: AbortSignal): Promise<Capabilities['versions']> {
    this.known ??= await this.#ask(signal);
    if (this.known === 'none') this.#none?.();
    return this.known;
  }

  /** Calls `none` when it is known that the bucket keeps no versions. */
  whenNone(none: () => void): void {
    this.#none = none;
    if (this.known === 'none') none();
  }

  async #ask(signal: AbortSignal): Promise<Capabilities['versions']> {
    const Bucket = this.#settings.bucket;
    try {
      const { Status } = await this.#client.run(signal, (sdk, options) =>
        sdk.send(new GetBucketVersioningCommand({ Bucket }), options),
      );
      if (Status === 'Enabled') return 'enabled';
      return Status === 'Suspended' ? 'suspended' : 'none';
    } catch (error) {
      const { code } = meaningOfError(error);
      if (code === 'UNSUPPORTED') return 'none';
      if (code === 'PERMISSION_DENIED') return 'unknown';
      throw error;
    }
  }
}
