import { StorageError } from '@dunnage/driver-api';
import type { ErrorCode, Key } from '@dunnage/driver-api';

export const DRIVER = 'memory';

/** What an error is about, beside its code. */
export interface ErrorDetails {
  readonly key?: Key | string | undefined;
  /** What the imitated store would have called it. */
  readonly providerCode?: string;
  readonly cause?: unknown;
}

/** An error of this driver. */
export function storageError(
  code: ErrorCode,
  op: string,
  message: string,
  details: ErrorDetails = {},
): StorageError {
  return new StorageError({ code, op, driver: DRIVER, message, ...details });
}

export function notFound(op: string, key: Key, version?: string): StorageError {
  const what = version === undefined ? 'object' : `version ${version} of the object`;
  return storageError('NOT_FOUND', op, `there is no ${what} ${JSON.stringify(key)}`, { key });
}

export function preconditionFailed(op: string, key: Key): StorageError {
  const message = `${JSON.stringify(key)} is not the object that ifMatch names (it has changed or is gone)`;
  return storageError('PRECONDITION_FAILED', op, message, { key });
}
