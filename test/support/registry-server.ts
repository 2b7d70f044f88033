import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A build of the reference registry. */
export interface RegistryBuild {
  readonly name: 'registry 2.8' | 'registry 3';
  readonly program: string;
}

/** Debian's. */
export const REGISTRY_2: RegistryBuild = { name: 'registry 2.8', program: 'docker-registry' };

/** Debian's build fails to start when it sees the first; the second keeps version 3 from tracing. */
export const REGISTRY_ENV: NodeJS.ProcessEnv = {
  ...process.env,
  AWS_CA_BUNDLE: '',
  OTEL_TRACES_EXPORTER: 'none',
};

/** The part of a registry's configuration that names its storage: `{ filesystem: { rootdirectory: … } }`. */
export type StorageSection = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Writes the registry's configuration for a storage into `directory` and returns its path. There
 * is no descriptor cache: what the server answers is what the storage holds.
 */
export async function writeConfig(directory: string, storage: StorageSection): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'config.yml');
  const lines = [
    'version: 0.1',
    'log: { level: info }',
    'storage:',
    // JSON is YAML.
    ...Object.entries(storage).map(([name, values]) => `  ${name}: ${JSON.stringify(values)}`),
    '  delete: { enabled: true }',
    '  redirect: { disable: true }',
    'http: { addr: "127.0.0.1:0" }',
    // Version 3 would refuse BuildKit's caches, whose indexes list layers.
    'validation: { manifests: { indexes: { platforms: none } } }',
  ];
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

/** A registry that serves on loopback until it is disposed of. */
export class RegistryServer implements AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly address: string;
  readonly #process: ChildProcess;

  private constructor(address: string, child: ChildProcess) {
    this.address = address;
    this.#process = child;
  }

  /** Starts `build` on a configuration; ready when this resolves. */
  static async start(
    build: RegistryBuild,
    config: string,
    env: NodeJS.ProcessEnv = {},
  ): Promise<RegistryServer> {
    const child = spawn(build.program, ['serve', config], {
      env: { ...REGISTRY_ENV, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said: string[] = [];
    for await (const line of createInterface(child.stderr)) {
      said.push(line);
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (address === undefined) continue;
      // What it says from now on is not needed, but must not fill the pipe.
      child.stderr.resume();
      return new RegistryServer(address, child);
    }
    throw new Error(`${build.name} did not start:\n${said.slice(-20).join('\n')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exit;
  }
}
