import { unsupported } from '@dunnage/driver-api';
import { DRIVER, packError, toStorageError } from '../errors.ts';
import type { PackedError } from '../errors.ts';
import { refuseKey, refusePrefix } from '../paths.ts';
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

/** One request: a key, or a prefix for `children` and `prune`. */
export interface Item {
  readonly name: string;
  readonly ifMatch?: string | undefined;
  readonly version?: string | undefined;
}

/** What became of one item; plain data. `missing` is for `children` a directory that is not there. */
export type Result<V = Value> =
  | { readonly status: 'ok'; readonly value: V }
  | { readonly status: 'missing' }
  | { readonly status: 'failed'; readonly error: PackedError };

export type Value = Names | FileFacts | FileContent | null;

/** Turns items of one batch into results: never throws, except for what is wrong with the driver. */
export type Step = (item: Item) => Io<Result>;

/** The step that does `job`, with the knowledge that one batch shares. */
export function stepFor(root: Root, job: Job): Step {
  const op = opOf(job);
  const work = workFor(root, job);
  const refuse = job.kind === 'children' || job.kind === 'prune' ? refusePrefix : refuseKey;
  return function* step(item) {
    try {
      const refusal = refuse(root.path, op, item.name);
      if (refusal !== undefined) throw refusal;
      const value = yield* work(item);
      if (value !== undefined) return { status: 'ok', value };
      yield* confirmRoot(root, op);
      return { status: 'missing' };
    } catch (error) {
      return { status: 'failed', error: packError(toStorageError(error, op, item.name)) };
    }
  };
}

/** The verb that errors of a job name. */
export function opOf(job: Job): string {
  if (job.kind === 'prune') return 'pruneEmptyDirectories';
  return job.kind === 'children' || job.kind === 'stat' ? job.op : job.kind;
}

function workFor(root: Root, job: Job): (item: Item) => Io<Value | undefined> {
  const op = opOf(job);
  const directories = new Directories(root.path, op);
  switch (job.kind) {
    case 'prune':
      return function* ({ name }) {
        // The root stays, empty or not: it is the storage itself.
        if (name === '') return undefined;
        return (yield* removeEmptyDirectory(root, name.slice(0, -1))) ? null : undefined;
      };
    case 'children':
      return ({ name }) => namesIn(root, directories, job.op, name);
    case 'stat':
      return ({ name }) => statObject(root, directories, job.op, name);
    case 'read':
      return ({ name }) => readObject(root, directories, name, job.maxBytes);
    case 'delete':
    default:
      return function* ({ name, ifMatch, version }) {
        if (version !== undefined) throw unsupported(DRIVER, op, 'versions');
        return (yield* deleteObject(root, name, ifMatch)) ? null : undefined;
      };
  }
}
