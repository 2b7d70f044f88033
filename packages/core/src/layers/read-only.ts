import { StorageError, type StorageDriver } from '@dunnage/driver-api';
import { forward } from './forward.ts';

/**
 * The same storage without a way to change it: every verb that writes refuses with `READ_ONLY` before
 * any I/O. A dry run holds only this.
 *
 * Verbs that give a stream (`delete`, `pruneEmptyDirectories`) throw when they are called: nothing is
 * pulled from their requests. A failed outcome per request would be counted as a partial success by
 * somebody; to get here at all is a defect of the caller.
 */
export function readOnly(driver: StorageDriver): StorageDriver {
  return forward(driver, () => {
    const refuse =
      (op: string) =>
      (key?: unknown): never => {
        throw new StorageError({
          code: 'READ_ONLY',
          op,
          driver: driver.name,
          key: typeof key === 'string' ? key : undefined,
          message: `${op} refused: this storage was opened read-only, as for a dry run`,
        });
      };
    // Promise verbs reject instead of throwing, as their callers expect.
    const reject = (op: string) => async (key?: unknown) => refuse(op)(key);
    return {
      put: reject('put'),
      copy: reject('copy'),
      move: reject('move'),
      undelete: reject('undelete'),
      abortUpload: reject('abortUpload'),
      delete: refuse('delete'),
      pruneEmptyDirectories: refuse('pruneEmptyDirectories'),
    };
  });
}
