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

/** A registry's tree of its own, on disk, with the configuration that names it. */
export class Sandbox implements AsyncDisposable {
  /** The registry's `rootdirectory`. */
  readonly root: string;
  readonly config: string;
  readonly #directory: string;

  private constructor(directory: string, root: string, config: string) {
    this.#directory = directory;
    this.root = root;
    this.config = config;
  }

  /** An empty tree, or a copy of `from`, times and all. */
  static async create(from?: string): Promise<Sandbox> {
    const directory = await mkdtemp(join(tmpdir(), 'dunnage-e2e-'));
    const root = join(directory, 'tree');
    if (from !== undefined) await succeed('cp', ['-a', from, root]);
    return new Sandbox(directory, root, await writeConfig(directory, root));
  }

  /** Collects with Dunnage, by the registry's own configuration. */
  async collect(...flags: string[]): Promise<Told> {
    return await dunnage(['gc', '--config', this.config, '--min-age', '0s', '--yes', ...flags]);
  }

  /** Collects with the registry's own collector. */
  async collectWith(build: RegistryBuild, ...flags: string[]): Promise<Ended> {
    const args = ['garbage-collect', ...flags, this.config];
    return await run(build.program, args, { env: REGISTRY_ENV });
  }

  /** Serves the tree while `use` runs. */
  async serve<T>(
    build: RegistryBuild,
    use: (client: RegistryClient, address: string) => Promise<T>,
  ): Promise<T> {
    await using server = await RegistryServer.start(build, this.config);
    return await use(new RegistryClient(server.address), server.address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}
