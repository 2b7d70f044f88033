import type { Piscina } from 'piscina';
import type { FsConfig } from '../config.ts';
import { storageError } from '../errors.ts';
import { opOf, stepFor } from '../steps/jobs.ts';
import type { Item, Job, Result } from '../steps/jobs.ts';
import type { Root } from '../steps/root.ts';
import { Unpacker, packItems } from './message.ts';
import type { Answer, Task } from './message.ts';
import { resultsOf } from './results.ts';
import type { Results } from './results.ts';
import { runBatchAsync, runBatchInSlices } from './run.ts';
import { Slots } from './slots.ts';

/** A verb call in progress: what its batches share. */
export interface Run {
  readonly root: Root;
  readonly job: Job;
  /** Not zero: stop before the next item. */
  readonly stop: Int32Array;
  /** Items done or begun so far; decides whether threads pay. */
  begun: number;
}

/**
 * Items of a verb call that are done in this thread before others are started. Starting threads takes
 * as long as a few thousand synchronous calls.
 */
const WORTH_THREADS = 512;

/** Items that are worth a message to a thread that is up, which costs as much as some ten calls. */
const WORTH_A_MESSAGE = 16;

/** Young garbage that a thread lets come together, in MB: by default it is 16 and more, of each thread. */
const YOUNG_MB = 4;

/**
 * Carries out batches of file-system work: in worker threads with synchronous calls, or in this one
 * with asynchronous ones. The threads start when the first large job comes and serve all verbs; they
 * don't keep the process alive while they are idle.
 */
export class Engine {
  readonly #config: FsConfig;
  readonly #slots: Slots;
  #starting: Promise<Piscina> | undefined;
  /** The pool, once its threads answer. */
  #pool: Piscina | undefined;

  constructor(config: FsConfig) {
    this.#config = config;
    this.#slots = new Slots(config.concurrency);
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
  async run(run: Run, items: readonly Item[]): Promise<Results> {
    run.begun += items.length;
    const { root, job, stop } = run;
    const stopped = (): boolean => Atomics.load(stop, 0) !== 0;
    if (this.#config.mode === 'async') {
      // Directories are pruned in the order given: a child before its parent.
      const slots = job.kind === 'prune' ? new Slots(1) : this.#slots;
      return resultsOf(await runBatchAsync(stepFor(root, job, items), items, stopped, slots));
    }
    if (run.begun > WORTH_THREADS) this.#start().catch(() => {});
    const pool = items.length < WORTH_A_MESSAGE ? undefined : this.#pool;
    const packed = pool === undefined ? undefined : packItems(items);
    if (pool === undefined || packed === undefined) {
      return resultsOf(await runBatchInSlices(stepFor(root, job, items), items, stopped));
    }
    const task: Task = { root, job, items: packed, stop };
    return new Unpacker(job.kind, (await pool.run(task)) as Answer);
  }

  /** Results of all items, for jobs of small results. @throws {StorageError} `ABORTED` when stopped. */
  async all(run: Run, items: readonly Item[]): Promise<Result[]> {
    const results = await this.run(run, items);
    if (results.length === items.length) return items.map(() => results.next());
    // Never fewer results: a directory without one would look empty.
    const op = opOf(run.job);
    throw storageError({ code: 'ABORTED', op, message: `${op} was stopped` });
  }

  /** Ends the threads, after the items that they are at. */
  async close(): Promise<void> {
    const pool = await this.#starting?.catch(() => undefined);
    await pool?.close();
  }

  /** Makes the pool; its threads get ready while this one goes on. */
  #start(): Promise<Piscina> {
    if (this.#starting === undefined) {
      this.#starting = makePool(this.#config.threads);
      void this.#awaitReadiness(this.#starting);
    }
    return this.#starting;
  }

  async #awaitReadiness(starting: Promise<Piscina>): Promise<void> {
    try {
      const pool = await starting;
      await pool.run(undefined);
      this.#pool = pool;
    } catch {
      // No threads to be had, or closed meanwhile: the main thread does it all.
    }
  }
}

async function makePool(threads: number): Promise<Piscina> {
  // Loaded here, since most uses of the package (a stat, a small registry) need no threads.
  const { Piscina: Pool } = await import('piscina');
  return new Pool({
    filename: new URL('./worker.js', import.meta.url).href,
    name: 'work',
    minThreads: threads,
    maxThreads: threads,
    recordTiming: false,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
}
