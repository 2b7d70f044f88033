import { toStorageError, storageError } from '../errors.ts';
import { RESERVED, pathOf } from '../paths.ts';
import { readDirectory } from './calls.ts';
import { linkRefused } from './directories.ts';
import type { Io } from './io.ts';
import type { Root } from './root.ts';

/** Names directly below a directory, in no order. */
export interface Names {
  readonly objects: string[];
  readonly directories: string[];
}

/** What a name that is not valid UTF-8 is decoded with; rarely a character of a real name. */
const REPLACEMENT = '\uFFFD';

/**
 * The names in the directory `prefix` (`''` or ending in `/`), or `undefined` where there is none. The
 * directories on the way, and whether this is one or a link to one, are the caller's to look at.
 * Special files are left out: nothing can be stored in them.
 * @throws {StorageError} for a directory that can't be read, and for an entry that can be neither
 * listed nor left out: a symbolic link, or a name that is no key.
 */
export function* namesIn(root: Root, op: string, prefix: string): Io<Names | undefined> {
  const name = prefix.slice(0, -1);
  const entries = yield* read(root, op, prefix, name);
  if (entries === undefined) return undefined;
  const names: Names = { objects: [], directories: [] };
  for (const entry of entries) {
    if (entry.name === RESERVED) continue;
    if (entry.name.includes(REPLACEMENT)) throw unreadableName(op, prefix, entry.name);
    if (entry.isFile()) names.objects.push(entry.name);
    else if (entry.isDirectory()) names.directories.push(entry.name);
    else if (entry.isSymbolicLink()) throw linkRefused(op, prefix + entry.name);
  }
  return names;
}

function* read(root: Root, op: string, prefix: string, name: string) {
  try {
    return yield* readDirectory(pathOf(root.path, name));
  } catch (error) {
    throw toStorageError(error, op, prefix);
  }
}

function unreadableName(op: string, prefix: string, name: string): Error {
  return storageError({
    code: 'INVALID_KEY',
    op,
    key: prefix + name,
    message: `${prefix} has a file whose name is not valid UTF-8 and so can't be a key (it reads ${JSON.stringify(name)}); rename or remove it`,
    providerCode: 'EILSEQ',
  });
}
