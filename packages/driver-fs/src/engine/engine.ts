import type { Piscina } from 'piscina';
import type { FsConfig } from '../config.ts';
import { storageError } from '../errors.ts';
import { opOf, stepFor } from '../steps/jobs.ts';
import type { Item, Job, Result } from '../steps/jobs.ts';
import type { Root } from '../steps/root.ts';
import { unpack } from './message.ts';
import type { Answer, Task } from './message.ts';
import { runBatchAsync } from './run.ts';

/** A verb call in progress: what its batches share. */
export interface Run {
  readonly root: Root;
  readonly job: Job;
  /** Not zero: stop before the next item. */
  readonly stop: Int32Array;
  /** Items done or begun so far; decides whether threads pay. */
  begun: number;
}

/** Below this many items in a verb call, starting threads costs more than it saves. */
const WORTH_THREADS = 64;

/**
 * Carries out batches of file-system work: in worker threads with synchronous calls, or in this one
 * with asynchronous ones. The threads start when the first large job comes and serve all verbs.
 */
export class Engine {
  readonly #config: FsConfig;
  #pool: Promise<Piscina> | undefined;

  constructor(config: FsConfig) {
    this.#config = config;
  }

  /** Batches under way at once: with threads one at work and one at the door of each. */
  get lanes(): number {
    return this.#config.mode === 'async' ? 2 : this.#config.threads * 2;
  }

  /** A new call of a verb. */
  begin(root: Root, job: Job): Run {
    return { root, job, stop: new Int32Array(new SharedArrayBuffer(4)), begun: 0 };
  }

  /** Results of the first items of a batch; fewer than asked where contents are large, or stopped. */
  async run(run: Run, items: readonly Item[]): Promise<Result[]> {
    run.begun += items.length;
    const { root, job, stop } = run;
    const threads = this.#config.mode === 'sync-workers';
    if (threads && (this.#pool !== undefined || run.begun >= WORTH_THREADS)) {
      this.#pool ??= startPool(this.#config.threads);
      const pool = await this.#pool;
      const task: Task = { root, job, items, stop };
      return unpack((await pool.run(task)) as Answer);
    }
    const stopped = (): boolean => Atomics.load(stop, 0) !== 0;
    // Deletes of directories keep their order: a child before its parent.
    const concurrency = job.kind === 'prune' ? 1 : this.#config.concurrency;
    return runBatchAsync(stepFor(root, job), items, stopped, concurrency);
  }

  /** Results of all items, for jobs of small results. @throws {StorageError} `ABORTED` when stopped. */
  async all(run: Run, items: readonly Item[]): Promise<Result[]> {
    const results = await this.run(run, items);
    if (results.length === items.length) return results;
    // Never fewer results: a directory without one would look empty.
    const op = opOf(run.job);
    throw storageError({ code: 'ABORTED', op, message: `${op} was stopped` });
  }

  /** Ends the threads. Batches in progress must have been stopped before. */
  async close(): Promise<void> {
    const pool = await this.#pool?.catch(() => undefined);
    await pool?.destroy();
  }
}

async function startPool(threads: number): Promise<Piscina> {
  // Loaded here, since most uses of the package (a stat, a small registry) need no threads.
  const { Piscina: Pool } = await import('piscina');
  return new Pool({
    filename: new URL('./worker.js', import.meta.url).href,
    name: 'work',
    minThreads: threads,
    maxThreads: threads,
    recordTiming: false,
  });
}
