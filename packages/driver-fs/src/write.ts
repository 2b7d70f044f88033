import { unlink } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import type { Key, ObjectInfo, PutOptions, Source } from '@dunnage/driver-api';
import type { Client } from './client.ts';
import { isErrno, storageError, toStorageError } from './errors.ts';
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

/** Largest difference between the file system's clock and the host's. Locks and ages allow for that. */
const MAX_SKEW_MS = 60_000;

/** A file that is whole and durable, but not in place yet. */
interface Finished {
  readonly path: string;
  /** When it was written, by the file system's clock, in milliseconds since the Unix epoch. */
  readonly modified: number;
  /** The same moment by our monotonic clock. */
  readonly since: number;
}

/** Stores objects. */
export class Writer {
  readonly #client: Client;
  readonly #staging: Staging;
  readonly #running = new Set<Promise<unknown>>();
  #cleaned = false;

  constructor(client: Client) {
    this.#client = client;
    this.#staging = new Staging(client.rootPath);
    client.onClose(async () => {
      await Promise.allSettled(this.#running);
      await this.#staging.remove();
    });
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
    const staged = await this.#stage(key, source, options);
    const { path } = staged;
    try {
      this.#client.check(OP, options.signal, key);
      const stats = await this.#commit(root, key, staged, options);
      return infoOf(key, factsOf(stats));
    } finally {
      await unlink(path).catch((error: unknown) => {
        if (!isErrno(error, 'ENOENT')) throw error;
      });
      await this.#clean();
    }
  }

  /** Writes the content, whole and durable, to a file out of sight. */
  async #stage(key: Key, source: Source, options: PutOptions): Promise<Finished> {
    const { path, handle } = await this.#staging.create();
    try {
      const before = Date.now();
      await writeContent(this.#client, handle, key, source, options);
      await handle.sync();
      const modified = (await handle.stat()).mtimeMs;
      checkClock(key, modified, before, Date.now());
      // Closed here and not by "await using": a file server may report a failed write at the close.
      await handle.close();
      return { path, modified, since: performance.now() };
    } catch (error) {
      await handle.close().catch(() => {});
      await unlink(path).catch(() => {});
      throw error;
    }
  }

  #commit(root: Root, key: Key, staged: Finished, options: PutOptions): Promise<Stats> {
    const place = (): Promise<Stats> => runAsync(commit(root, key, staged.path, options));
    if (options.ifMatch === undefined) return place();
    const lock = {
      directory: this.#staging.directory,
      key,
      now: () => staged.modified + performance.now() - staged.since,
      check: () => this.#client.check(OP, options.signal, key),
    };
    return withKeyLock(lock, place);
  }

  /** Once: removes what crashes left behind. A failure to do so is no failure of the put. */
  async #clean(): Promise<void> {
    if (this.#cleaned) return;
    this.#cleaned = true;
    await this.#staging.clean(Date.now()).catch(() => {});
  }
}

/**
 * A file server dates files by its own clock, which ages are measured by, against the host's. The first
 * put of a run, its lock, shows whether the two agree.
 * @throws {StorageError} `CONFIG_INVALID`, before anything is in place, when they don't.
 */
function checkClock(key: Key, modified: number, before: number, after: number): void {
  const skew = modified < before ? modified - before : Math.max(0, modified - after);
  if (Math.abs(skew) <= MAX_SKEW_MS) return;
  const seconds = Math.round(Math.abs(skew) / 1000);
  throw storageError({
    code: 'CONFIG_INVALID',
    op: OP,
    key,
    message: `cannot put ${key}: the file system's clock is ${seconds} s ${skew < 0 ? 'behind' : 'ahead of'} this host's, so that ages and locks could not be trusted; synchronise both (NTP)`,
  });
}
