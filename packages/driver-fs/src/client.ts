import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { aborted } from '@dunnage/driver-api';
import type { Many } from '@dunnage/driver-api';
import type { FsConfig } from './config.ts';
import { inBatches } from './engine/batches.ts';
import { eachOf } from './engine/each-of.ts';
import type { Taken } from './engine/each-of.ts';
import { Engine } from './engine/engine.ts';
import { DRIVER, isErrno, storageError, toStorageError } from './errors.ts';
import { identify, lstat } from './steps/calls.ts';
import { runAsync } from './steps/io.ts';
import { opOf } from './steps/jobs.ts';
import type { Item, Job, Result, Value } from './steps/jobs.ts';
import { probeProcFd } from './steps/pinned.ts';
import type { Root } from './steps/root.ts';
import { Wakeups } from './wakeups.ts';

type Signal = AbortSignal | undefined;

/** Items per batch: enough to make a message worth while, few enough for all threads to have work. */
const BATCH: Readonly<Record<Job['kind'], number>> = {
  children: 128,
  stat: 1024,
  read: 256,
  delete: 256,
  prune: 256,
};

/**
 * A bulk verb.
 * @typeParam V what the job gives for a request that went well.
 */
export interface Bulk<R, V extends Value, O> {
  readonly job: Job;
  readonly requests: Many<R>;
  readonly itemOf: (request: R) => Item;
  readonly outcomeOf: (request: R, result: Result<V>) => O;
  readonly signal: Signal;
}

/**
 * What the verbs of one driver share: the root, the engine for bulk work, and the end of it all.
 */
export class Client {
  readonly config: FsConfig;
  /** Real path of the root, settled at the start: the storage stays the same if links change later. */
  readonly rootPath: string;
  /** `file://` and the percent-encoded {@link rootPath}. */
  readonly id: string;
  readonly engine: Engine;
  readonly #closing = new AbortController();
  readonly #wakeups = new Wakeups();
  readonly #closers = new Set<() => Promise<void>>();
  #root: Root | undefined;

  constructor(config: FsConfig) {
    this.config = config;
    this.rootPath = realPath(config.root);
    this.id = pathToFileURL(this.rootPath).href;
    this.engine = new Engine(config);
  }

  /** Why `op` must not go on, if it must not. */
  interruption(op: string, signal: Signal, key?: string): Error | undefined {
    if (this.#closing.signal.aborted) return closed(op);
    return signal?.aborted === true ? aborted(DRIVER, op, signal, key) : undefined;
  }

  /** @throws {StorageError} `CLOSED` or `ABORTED`, when `op` must not go on. */
  check(op: string, signal: Signal, key?: string): void {
    const interruption = this.interruption(op, signal, key);
    if (interruption !== undefined) throw interruption;
  }

  /** Calls `wake` when {@link interruption} begins to answer. @returns the undoing. */
  onInterrupt(signal: Signal, wake: () => void): () => void {
    const undoings = [this.#closing.signal, ...(signal === undefined ? [] : [signal])].map((each) =>
      this.#wakeups.add(each, wake),
    );
    return () => {
      for (const undo of undoings) undo();
    };
  }

  /** The outcome of `work`, or sooner the error of an interruption. */
  async race<T>(op: string, signal: Signal, key: string | undefined, work: Promise<T>): Promise<T> {
    let undo: (() => void) | undefined;
    const interrupted = new Promise<never>((_, reject) => {
      const wake = (): void => {
        const interruption = this.interruption(op, signal, key);
        if (interruption !== undefined) reject(interruption);
      };
      undo = this.onInterrupt(signal, wake);
      wake();
    });
    try {
      return await Promise.race([work, interrupted]);
    } finally {
      undo?.();
    }
  }

  /** The root, looked at by the first verb. @throws {StorageError} `CONTAINER_NOT_FOUND`. */
  async root(op: string): Promise<Root> {
    if (this.#root !== undefined) return this.#root;
    const path = this.rootPath;
    let stats;
    let identity;
    try {
      stats = await runAsync(lstat(path));
      identity = await runAsync(identify(path));
    } catch (error) {
      throw toStorageError(error, op);
    }
    if (stats?.isDirectory() !== true || identity === undefined) {
      throw storageError({
        code: 'CONTAINER_NOT_FOUND',
        op,
        message: `the root ${path} ${stats === undefined ? 'does not exist' : 'is not a directory'}`,
      });
    }
    this.#root = { path, identity, procFd: probeProcFd(path) };
    return this.#root;
  }

  /**
   * Does a job for each of many requests, several batches at once; one outcome per request, in no order.
   */
  bulk<R, V extends Value, O>(bulk: Bulk<R, V, O>): AsyncIterableIterator<O> {
    return eachOf(this.#batches(bulk));
  }

  async *#batches<R, V extends Value, O>({
    job,
    requests,
    itemOf,
    outcomeOf,
    signal,
  }: Bulk<R, V, O>): AsyncGenerator<Taken<O>, void, undefined> {
    const op = opOf(job);
    this.check(op, signal);
    const root = await this.race(op, signal, undefined, this.root(op));
    const run = this.engine.begin(root, job);
    const stop = (): void => void Atomics.store(run.stop, 0, 1);
    yield* inBatches(requests, {
      size: BATCH[job.kind],
      // Directories are pruned in the order given: a child before its parent.
      lanes: job.kind === 'prune' ? 1 : this.engine.lanes,
      interrupted: () => this.interruption(op, signal),
      onInterrupt: (wake) =>
        this.onInterrupt(signal, () => {
          stop();
          wake();
        }),
      stop,
      run: async (batch) => {
        const results = await this.engine
          .run(run, batch.map(itemOf))
          .catch((error: unknown) => Promise.reject(toStorageError(error, op)));
        let index = 0;
        return {
          length: results.length,
          next: () => outcomeOf(batch[index++] as R, results.next() as Result<V>),
        };
      },
    });
  }

  /** Calls `close` at the end of the driver, unless it is undone before. @returns the undoing. */
  onClose(close: () => Promise<void>): () => void {
    this.#closers.add(close);
    return () => this.#closers.delete(close);
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await Promise.allSettled([...this.#closers].map((close) => close()));
    await this.engine.close();
  }
}

function closed(op: string): Error {
  return storageError({ code: 'CLOSED', op, message: `cannot ${op}: the driver is closed` });
}

/** The real path of `root`; of one that is not there (yet), the real path of what is, and the rest. */
function realPath(root: string): string {
  const path = resolve(root);
  try {
    return realpathSync.native(path);
  } catch (error) {
    const parent = resolve(path, '..');
    // Not there, or not for us to see: the first verb says so, with the right error.
    if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES') || parent === path) return path;
    return resolve(realPath(parent), path.slice(parent.length).replace(/^\//, ''));
  }
}
