import { availableParallelism } from 'node:os';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DriverSource, OpenContext } from '@dunnage/driver-api';
import { storageError } from './errors.ts';

/**
 * How bulk work is done. `'sync-workers'` (default): synchronous calls in worker threads, by far the
 * cheapest where calls are answered from a local disk. `'async'`: asynchronous calls on the thread
 * pool of the process, for mounts on which each call waits for a server.
 */
export type Mode = 'sync-workers' | 'async';

/** Options of {@link createFsDriver}. */
export interface FsOptions {
  /** The directory that holds the storage: an absolute path. It may be a symbolic link itself. */
  readonly root: string;
  readonly mode?: Mode | undefined;
  /** Worker threads, 1 to 64. Default: one less than there are processors, at least 1 and at most 8. */
  readonly threads?: number | undefined;
  /**
   * Asynchronous calls in flight, 1 to 1024. Default: 64. Node carries out as many of them at once as
   * the environment variable UV_THREADPOOL_SIZE says, 4 by default.
   */
  readonly concurrency?: number | undefined;
}

/** {@link FsOptions}, checked and complete. */
export interface FsConfig {
  readonly root: string;
  readonly mode: Mode;
  readonly threads: number;
  readonly concurrency: number;
}

const MODES: readonly Mode[] = ['sync-workers', 'async'];
const MAX_THREADS = 64;
const MAX_CONCURRENCY = 1024;
const DEFAULT_CONCURRENCY = 64;
/** Where the registry keeps its files when its configuration doesn't say. */
const REGISTRY_ROOT = '/var/lib/registry';
const REGISTRY_NAME = 'filesystem';

/** Checks options. @throws {StorageError} `CONFIG_INVALID`, naming the option and what is accepted. */
export function resolveConfig(options: FsOptions): FsConfig {
  const { root, mode = 'sync-workers' } = options;
  if (process.platform === 'win32') {
    throw invalid('the fs driver does not run on Windows, whose file names follow other rules');
  }
  if (typeof root !== 'string' || !isAbsolute(root) || root.includes('\0')) {
    throw invalid(`"root" is ${JSON.stringify(root)}; it must be an absolute path`);
  }
  if (!MODES.includes(mode)) {
    throw invalid(`"mode" is ${JSON.stringify(mode)}; it must be one of ${MODES.join(', ')}`);
  }
  return {
    root,
    mode,
    threads: count('threads', options.threads, MAX_THREADS) ?? defaultThreads(),
    concurrency: count('concurrency', options.concurrency, MAX_CONCURRENCY) ?? DEFAULT_CONCURRENCY,
  };
}

/** The options that a URL or the registry's own configuration names. @throws as {@link resolveConfig}. */
export function optionsFrom(source: DriverSource, context: OpenContext): FsOptions {
  const options =
    source.from === 'url' ? fromUrl(source.url) : fromRegistry(source.parameters, context);
  const { concurrency } = context;
  if (options.concurrency !== undefined || concurrency === undefined) return options;
  return { ...options, concurrency: Math.max(1, Math.min(MAX_CONCURRENCY, concurrency)) };
}

function fromUrl(text: string): FsOptions {
  let url: URL;
  let root: string;
  try {
    url = new URL(text);
    if (url.protocol !== 'file:') throw new TypeError('its scheme is not "file:"');
    if (url.hash !== '') throw new TypeError('it has a "#"; write %23 in a path');
    root = fileURLToPath(new URL(url.pathname, `file://${url.host}`));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalid(`${JSON.stringify(text)} is not a URL like file:///var/lib/registry: ${why}`);
  }
  const accepted = ['mode', 'threads', 'concurrency'];
  const given = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!accepted.includes(name)) {
      throw invalid(`"${name}" is not an option of file: URLs; accepted: ${accepted.join(', ')}`);
    }
    if (given.has(name)) throw invalid(`"${name}" is given twice in the URL`);
    given.set(name, value);
  }
  return {
    root,
    mode: given.get('mode') as Mode | undefined,
    threads: numeric(given.get('threads')),
    concurrency: numeric(given.get('concurrency')),
  };
}

function fromRegistry(
  parameters: Readonly<Record<string, unknown>>,
  context: OpenContext,
): FsOptions {
  const { rootdirectory, maxthreads, ...others } = parameters;
  for (const name of Object.keys(others)) {
    context.warn(
      `the registry's storage parameter "${REGISTRY_NAME}.${name}" is not known here and is ignored; known: rootdirectory, maxthreads`,
    );
  }
  if (rootdirectory !== undefined && typeof rootdirectory !== 'string') {
    throw invalid(`"${REGISTRY_NAME}.rootdirectory" is not a path`);
  }
  const threads = numeric(maxthreads);
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1)) {
    throw invalid(
      `"${REGISTRY_NAME}.maxthreads" is ${JSON.stringify(maxthreads)}; it must be a whole number from 1`,
    );
  }
  return {
    root: rootdirectory ?? REGISTRY_ROOT,
    // The registry's bound on its blocking file calls.
    concurrency: threads === undefined ? undefined : Math.min(MAX_CONCURRENCY, threads),
  };
}

/** Text and numbers as a number; what is neither as NaN, which no check accepts. */
function numeric(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN;
}

/** The main thread is busy too: it judges what the others find. */
function defaultThreads(): number {
  return Math.max(1, Math.min(8, availableParallelism() - 1));
}

function count(name: string, value: number | undefined, most: number): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) return value;
  throw invalid(`"${name}" must be a whole number from 1 to ${most}`);
}

function invalid(message: string): Error {
  return storageError({ code: 'CONFIG_INVALID', op: 'open', message });
}
