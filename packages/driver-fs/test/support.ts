import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parseKey, parsePrefix } from '@dunnage/driver-api';
import type { Key, ListOptions, ListPage, Prefix, StorageDriver } from '@dunnage/driver-api';
import { createFsDriver } from '@dunnage/driver-fs';
import type { FsOptions } from '@dunnage/driver-fs';
import { afterEach } from 'vitest';

export const key = (text: string): Key => parseKey(text);
export const prefix = (text: string): Prefix => parsePrefix(text);
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A fresh directory, removed after the test. */
export function tempRoot(files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'dunnage-fs-'));
  cleanups.push(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) write(root, name, content);
  return root;
}

export function write(root: string, name: string, content: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
}

/** A driver on `root`, closed after the test. */
export function openDriver(root: string, options: Omit<FsOptions, 'root'> = {}): StorageDriver {
  const driver = createFsDriver({ root, ...options });
  cleanups.push(() => driver.close());
  return driver;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export async function pages(driver: StorageDriver, options?: ListOptions): Promise<ListPage[]> {
  return collect(driver.list(options));
}

export async function keys(driver: StorageDriver, options?: ListOptions): Promise<string[]> {
  return (await pages(driver, options)).flatMap((page) => page.objects.map((object) => object.key));
}

export async function text(body: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(body).text();
}

/** What a promise was rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

const PRELUDE = "import { createFsDriver } from '@dunnage/driver-fs';\n";
const HERE = import.meta.dirname;

/** Runs an ES module with `createFsDriver` in another process and gives what it printed. */
export async function runElsewhere(
  script: string,
  args: readonly string[] = [],
  options: { readonly uid?: number; readonly gid?: number; readonly shell?: string } = {},
): Promise<string> {
  const { shell, ...identity } = options;
  const node = [process.execPath, '--input-type=module', '-e', PRELUDE + script, ...args] as const;
  const command =
    shell === undefined ? node : (['sh', '-c', `${shell}; exec "$@"`, 'sh', ...node] as const);
  const { stdout } = await promisify(execFile)(command[0], command.slice(1), {
    cwd: HERE,
    ...identity,
  });
  return stdout;
}

/** The same, while it runs. */
export function startElsewhere(script: string, args: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', PRELUDE + script, ...args], {
    cwd: HERE,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
