import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rmdir, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isErrno, toStorageError } from '../errors.ts';
import { RESERVED, pathOf } from '../paths.ts';
import { linkRefused } from '../steps/directories.ts';

/** A file whose process is gone is left alone this long: in another container it may be alive. */
const ABANDONED_MS = 10 * 60 * 1000;
/** A file of another host is left alone this long: nobody here can tell whether it is still written. */
const FOREIGN_MS = 24 * 60 * 60 * 1000;

const HOST = hostname().replaceAll(/[^A-Za-z0-9.-]/g, '_');

/** A file that is being written, out of sight. */
export interface Staged {
  readonly path: string;
  readonly handle: FileHandle;
}

/**
 * The reserved directory below a root, in which files are written before they become objects. Each
 * names the host and process that writes it, so that what a crash leaves can be told from what is in use.
 */
export class Staging {
  readonly directory: string;
  #used = false;

  constructor(root: string) {
    this.directory = pathOf(root, RESERVED);
  }

  /** A new, empty file. */
  async create(): Promise<Staged> {
    const path = `${this.directory}/${HOST}~${process.pid}~${randomUUID()}`;
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
    const flags = O_CREAT | O_EXCL | O_WRONLY | (O_NOFOLLOW ?? 0);
    // Another process may take the empty directory away just when this one has found it.
    for (let attempt = 1; ; attempt++) {
      await this.#make();
      try {
        return { path, handle: await open(path, flags, 0o666) };
      } catch (error) {
        if (!isErrno(error, 'ENOENT') || attempt === 5) throw error;
      }
    }
  }

  async #make(): Promise<void> {
    try {
      await mkdir(this.directory);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw toStorageError(error, 'put', RESERVED);
      const stats = await lstat(this.directory).catch(() => undefined);
      if (stats?.isSymbolicLink() === true) throw linkRefused('put', RESERVED);
    }
    this.#used = true;
  }

  /**
   * Removes what dead processes left behind.
   * @param now the store's clock, in milliseconds since the Unix epoch.
   */
  async clean(now: number): Promise<void> {
    for (const name of await readdir(this.directory)) {
      const path = `${this.directory}/${name}`;
      try {
        const stats = await lstat(path);
        if (stats.isFile() && isLeftover(name, now - stats.mtimeMs)) await unlink(path);
      } catch (error) {
        if (!isErrno(error, 'ENOENT')) throw error;
      }
    }
  }

  /** Removes the reserved directory if this instance has used it and it is empty. */
  async remove(): Promise<void> {
    if (!this.#used) return;
    await rmdir(this.directory).catch(() => {});
  }
}

function isLeftover(name: string, ageMs: number): boolean {
  if (ageMs > FOREIGN_MS) return true;
  const [host, pid] = name.split('~');
  return host === HOST && ageMs > ABANDONED_MS && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error, 'ESRCH');
  }
}
