import { unlink } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import type { Key, ObjectInfo, PutOptions, Source } from '@dunnage/driver-api';
import type { Client } from './client.ts';
import { isErrno, toStorageError } from './errors.ts';
import { refuseKey } from './paths.ts';
import { checkTarget, commit } from './put/commit.ts';
import { checkPutOptions, writeContent } from './put/content.ts';
import { withKeyLock } from './put/key-lock.ts';
import { Staging } from './put/staging.ts';
import { factsOf, infoOf } from './steps/info.ts';
import { runAsync } from './steps/io.ts';
import { confirmRoot } from './steps/root.ts';
import type { Root } from './steps/root.ts';

const OP = 'put';

/** A difference of clocks below this is one of rounding. */
const SKEW_MS = 1000;

/** Stores objects, and learns from it how far the store's clock is from the host's. */
export class Writer {
  readonly #client: Client;
  readonly #staging: Staging;
  readonly #running = new Set<Promise<unknown>>();
  #cleaned = false;
  #skew = 0;

  constructor(client: Client) {
    this.#client = client;
    this.#staging = new Staging(client.rootPath);
    client.onClose(async () => {
      await Promise.allSettled(this.#running);
      await this.#staging.remove();
    });
  }

  /**
   * The store's clock minus the host's, in milliseconds: a file server dates files by its own clock.
   * Known from the last put, 0 before.
   */
  get skew(): number {
    return this.#skew;
  }

  async put(key: Key, source: Source, options: PutOptions = {}): Promise<ObjectInfo> {
    const refusal = refuseKey(this.#client.rootPath, OP, key);
    if (refusal !== undefined) throw refusal;
    checkPutOptions(key, options);
    this.#client.check(OP, options.signal, key);
    const running = this.#put(key, source, options);
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw toStorageError(error, OP, key);
    } finally {
      this.#running.delete(running);
    }
  }

  async #put(key: Key, source: Source, options: PutOptions): Promise<ObjectInfo> {
    const root = await this.#client.root(OP);
    await runAsync(confirmRoot(root, OP));
    await runAsync(checkTarget(root, key, options));
    const path = await this.#stage(key, source, options);
    try {
      this.#client.check(OP, options.signal, key);
      const stats = await this.#commit(root, key, path, options);
      return infoOf(key, factsOf(stats));
    } finally {
      await unlink(path).catch((error: unknown) => {
        if (!isErrno(error, 'ENOENT')) throw error;
      });
      await this.#clean();
    }
  }

  /** Writes the content, whole and durable, to a file out of sight. @returns its path. */
  async #stage(key: Key, source: Source, options: PutOptions): Promise<string> {
    const { path, handle } = await this.#staging.create();
    try {
      const before = Date.now();
      await writeContent(this.#client, handle, key, source, options);
      await handle.sync();
      this.#skew = skewOf(await handle.stat({ bigint: true }), before, Date.now());
      // Closed here and not by "await using": a file server may report a failed write at the close.
      await handle.close();
      return path;
    } catch (error) {
      await handle.close().catch(() => {});
      await unlink(path).catch(() => {});
      throw error;
    }
  }

  #commit(root: Root, key: Key, path: string, options: PutOptions): Promise<BigIntStats> {
    const place = (): Promise<BigIntStats> => runAsync(commit(root, key, path, options));
    if (options.ifMatch === undefined) return place();
    const lock = {
      directory: this.#staging.directory,
      key,
      now: () => Date.now() + this.#skew,
      check: () => this.#client.check(OP, options.signal, key),
    };
    return withKeyLock(lock, place);
  }

  /** Once: removes what crashes left behind. A failure to do so is no failure of the put. */
  async #clean(): Promise<void> {
    if (this.#cleaned) return;
    this.#cleaned = true;
    await this.#staging.clean(Date.now() + this.#skew).catch(() => {});
  }
}

/** How far a file's time lies outside the span in which it was written. */
function skewOf(stats: BigIntStats, before: number, after: number): number {
  const modified = Number(stats.mtimeMs);
  if (modified < before - SKEW_MS) return modified - before;
  return modified > after + SKEW_MS ? modified - after : 0;
}
