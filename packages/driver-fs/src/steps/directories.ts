import { directoryOf, pathOf } from '../paths.ts';
import { storageError } from '../errors.ts';
import { lstat } from './calls.ts';
import type { Io } from './io.ts';

/**
 * Makes sure that the directories on the way to a key are directories and not symbolic links, which
 * could lead out of the root. Answers are kept for the life of the object: one batch of requests,
 * whose keys mostly share their parents, and not longer, since directories can change.
 */
export class Directories {
  readonly #root: string;
  readonly #op: string;
  readonly #known = new Map<string, boolean>();

  constructor(root: string, op: string) {
    this.#root = root;
    this.#op = op;
  }

  /**
   * True where the directory `name` (a key without slash, or `''`) exists.
   * @throws {StorageError} `UNSUPPORTED` where it or one above it is a symbolic link.
   */
  *exists(name: string): Io<boolean> {
    if (name === '') return true;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const there = (yield* this.exists(directoryOf(name))) && (yield* this.#isDirectory(name));
    this.#known.set(name, there);
    return there;
  }

  *#isDirectory(name: string): Io<boolean> {
    const stats = yield* lstat(pathOf(this.#root, name));
    if (stats?.isSymbolicLink() === true) throw linkRefused(this.#op, name);
    return stats?.isDirectory() === true;
  }
}

/**
 * The error for a symbolic link. It is one, and not silence: a registry follows links, so what lies
 * behind one may be live, and what is left out of a listing looks unreferenced.
 */
export function linkRefused(op: string, name: string): Error {
  return storageError({
    code: 'UNSUPPORTED',
    op,
    key: name,
    message: `${name} is a symbolic link, and links below the root are not followed; replace it by what it points to, or by a bind mount`,
    providerCode: 'ELOOP',
  });
}
