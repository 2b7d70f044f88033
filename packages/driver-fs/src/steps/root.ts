import { storageError } from '../errors.ts';
import { identify } from './calls.ts';
import type { Io } from './io.ts';

/** The root directory as it was found by the first verb. Plain: it crosses threads. */
export interface Root {
  /** Real, absolute path. */
  readonly path: string;
  /** See `identify`. */
  readonly identity: string;
  /** `/proc/self/fd` shows where an open directory is: see `pinned.ts`. */
  readonly procFd: boolean;
}

/**
 * Makes sure that the root is still what it was, before something is reported as missing: of an
 * unmounted disk everything is missing, which must never look like an empty registry.
 * @throws {StorageError} `CONTAINER_NOT_FOUND`.
 */
export function* confirmRoot(root: Root, op: string): Io<void> {
  const identity = yield* identify(root.path);
  if (identity === root.identity) return;
  throw storageError({
    code: 'CONTAINER_NOT_FOUND',
    op,
    message:
      identity === undefined
        ? `the root directory ${root.path} is gone`
        : `the root directory ${root.path} is no longer the one that was opened: was it unmounted?`,
  });
}
