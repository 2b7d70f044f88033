import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorageDriver } from '@dunnage/driver-api';
import { type StorageSection, writeConfig } from './registry-server.ts';
import { RegistrySandbox } from './sandbox.ts';

/** A bucket or container on a server, as a registry's configuration names it. */
export interface Bucket {
  /** The driver's section in config.yml: `s3`, `gcs`, `azure`. */
  readonly section: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What programs need in their environment to reach it. */
  readonly env?: Readonly<Record<string, string>>;
  /** A look into it from here, past all that. */
  readonly look: () => Promise<StorageDriver>;
}

/** A registry's storage in a bucket. */
export class BucketSandbox extends RegistrySandbox {
  readonly #driver: StorageDriver;

  private constructor(
    directory: string,
    config: string,
    driver: StorageDriver,
    env: Bucket['env'],
  ) {
    super(directory, config, env);
    this.#driver = driver;
  }

  static async create({ section, parameters, env, look }: Bucket): Promise<BucketSandbox> {
    const directory = await mkdtemp(join(tmpdir(), 'dunnage-e2e-'));
    const storage: StorageSection = { [section]: parameters };
    const config = await writeConfig(directory, storage);
    return new BucketSandbox(directory, config, await look(), env);
  }

  /** Keys of all objects, with the size and the content's etag. */
  async objects(): Promise<Map<string, string>> {
    const objects = new Map<string, string>();
    for await (const page of this.#driver.list()) {
      for (const { key, size, etag } of page.objects) objects.set(key, `${size} ${etag}`);
    }
    return objects;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.#driver.close();
    await super[Symbol.asyncDispose]();
  }
}
