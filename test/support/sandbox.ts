import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  REGISTRY_ENV,
  type RegistryBuild,
  RegistryServer,
  writeConfig,
} from './registry-server.ts';
import { RegistryClient } from './registry-client.ts';
import { type Ended, run, succeed } from './run.ts';
import { dunnage, type Told } from './dunnage.ts';

/** A registry's storage of its own, with the configuration that names it. */
export abstract class RegistrySandbox implements AsyncDisposable {
  readonly config: string;
  readonly #directory: string;
  readonly #env: NodeJS.ProcessEnv;

  /**
   * @param directory is removed in the end; `config` lies in it.
   * @param env what the registry and Dunnage need besides the configuration.
   */
  protected constructor(directory: string, config: string, env: NodeJS.ProcessEnv = {}) {
    this.#directory = directory;
    this.config = config;
    this.#env = env;
  }

  /** Collects with Dunnage, by the registry's own configuration. */
  async collect(...flags: string[]): Promise<Told> {
    const args = ['gc', '--config', this.config, '--min-age', '0s', '--yes', ...flags];
    return await dunnage(args, [], this.#env);
  }

  /** Collects with the registry's own collector. */
  async collectWith(build: RegistryBuild, ...flags: string[]): Promise<Ended> {
    const args = ['garbage-collect', ...flags, this.config];
    return await run(build.program, args, { env: { ...REGISTRY_ENV, ...this.#env } });
  }

  /** Serves the storage while `use` runs. */
  async serve<T>(
    build: RegistryBuild,
    use: (client: RegistryClient, address: string) => Promise<T>,
  ): Promise<T> {
    await using server = await RegistryServer.start(build, this.config, this.#env);
    return await use(new RegistryClient(server.address), server.address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** A registry's tree on disk. */
export class Sandbox extends RegistrySandbox {
  /** The registry's `rootdirectory`. */
  readonly root: string;

  private constructor(directory: string, config: string, root: string) {
    super(directory, config);
    this.root = root;
  }

  /** An empty tree, or a copy of `from`, times and all. */
  static async create(from?: string): Promise<Sandbox> {
    const directory = await mkdtemp(join(tmpdir(), 'dunnage-e2e-'));
    const root = join(directory, 'tree');
    if (from !== undefined) await succeed('cp', ['-a', from, root]);
    const config = await writeConfig(directory, { filesystem: { rootdirectory: root } });
    return new Sandbox(directory, config, root);
  }
}
