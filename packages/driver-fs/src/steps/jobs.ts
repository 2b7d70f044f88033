import { unsupported } from '@dunnage/driver-api';
import { DRIVER, packError, toStorageError } from '../errors.ts';
import type { PackedError } from '../errors.ts';
import { directoryOf, refuseKey, refusePrefix } from '../paths.ts';
import { namesIn } from './children.ts';
import type { Names } from './children.ts';
import { Directories } from './directories.ts';
import type { FileFacts } from './info.ts';
import type { Io } from './io.ts';
import { readObject, statObject } from './objects.ts';
import type { FileContent } from './objects.ts';
import { deleteObject, removeEmptyDirectory } from './remove.ts';
import { confirmRoot } from './root.ts';
import type { Root } from './root.ts';

/** Work on many names, as it is sent to a worker. `op` is the verb that errors name. */
export type Job =
  | { readonly kind: 'children'; readonly op: string }
  | { readonly kind: 'stat'; readonly op: string }
  | { readonly kind: 'read'; readonly maxBytes: number }
  | { readonly kind: 'delete' }
  | { readonly kind: 'prune' };

/** One request: a key, a prefix for `children` and `prune`, or for `delete` a key and its conditions. */
export type Item = string | Deletion;

export interface Deletion {
  readonly name: string;
  readonly ifMatch: string | undefined;
  readonly version: string | undefined;
}

/** What became of one item; plain data. `missing` is for `children` a directory that is not there. */
export type Result<V = Value> =
  | { readonly status: 'ok'; readonly value: V }
  | typeof MISSING
  | { readonly status: 'failed'; readonly error: PackedError };

export type Value = Names | FileFacts | FileContent | null;

/** The result of which there can be many and need be but one. */
export const MISSING = { status: 'missing' } as const;

/** Turns an item of a batch into its result: never throws, except for what is wrong with the driver. */
export type Step = (item: Item) => Io<Result>;

/** The step that does `job` on the items of one batch. */
export function stepFor(root: Root, job: Job, items: readonly Item[]): Step {
  const op = opOf(job);
  const work = workFor(root, job, items);
  const refuse = job.kind === 'children' || job.kind === 'prune' ? refusePrefix : refuseKey;
  return function* step(item) {
    const name = nameOf(item);
    try {
      const refusal = refuse(root.path, op, name);
      if (refusal !== undefined) throw refusal;
      const value = yield* work(item);
      if (value !== undefined) return { status: 'ok', value };
      yield* confirmRoot(root, op);
      return MISSING;
    } catch (error) {
      return { status: 'failed', error: packError(toStorageError(error, op, name)) };
    }
  };
}

/** The key or prefix that a request is about. */
function nameOf(item: Item): string {
  return typeof item === 'object' ? item.name : item;
}

/** The verb that errors of a job name. */
export function opOf(job: Job): string {
  if (job.kind === 'prune') return 'pruneEmptyDirectories';
  return job.kind === 'children' || job.kind === 'stat' ? job.op : job.kind;
}

function workFor(
  root: Root,
  job: Job,
  items: readonly Item[],
): (item: Item) => Io<Value | undefined> {
  const op = opOf(job);
  switch (job.kind) {
    case 'prune':
      return function* (item) {
        const name = nameOf(item);
        // The root stays, empty or not: it is the storage itself.
        if (name === '') return undefined;
        return (yield* removeEmptyDirectory(root, name.slice(0, -1))) ? null : undefined;
      };
    case 'delete':
      return function* (item) {
        const { name, ifMatch, version } = item as Deletion;
        if (version !== undefined) throw unsupported(DRIVER, op, 'versions');
        return (yield* deleteObject(root, name, ifMatch)) ? null : undefined;
      };
    default: {
      const directories = new Directories(root.path, op);
      const shared = sharedDirectory(items);
      return function* (item) {
        const name = nameOf(item);
        // Only what reads gets by with this much: see docs/decisions/0012.
        if (!(yield* directories.exists(shared))) return undefined;
        if (job.kind === 'children') return yield* namesIn(root, op, name);
        if (job.kind === 'stat') return yield* statObject(root, op, name);
        return yield* readObject(root, name, job.maxBytes);
      };
    }
  }
}

/** The deepest directory that all names have in common, without a slash; for a prefix it can be itself. */
function sharedDirectory(items: readonly Item[]): string {
  let shared: string | undefined;
  for (const item of items) {
    const name: unknown = nameOf(item);
    // Not a name at all: refused when its turn comes.
    if (typeof name !== 'string') continue;
    shared ??= directoryOf(name);
    while (shared !== '' && !(name.startsWith(shared) && name[shared.length] === '/')) {
      shared = directoryOf(shared);
    }
  }
  return shared ?? '';
}
