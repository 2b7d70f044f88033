import type { CoreErrorCode } from '@dunnage/core';
import type { ErrorCode as StorageErrorCode } from '@dunnage/driver-api';
import type { CliErrorCode } from './errors/cli-error.ts';

/** What the process tells its caller. Stable: scripts depend on it; documented in `docs/exit-codes.md`. */
export const EXIT = {
  /** All that was asked is done. */
  done: 0,
  /** It failed; what was begun can be run again. */
  failed: 1,
  /** The command line or a configuration file is wrong: nothing was touched. */
  usage: 2,
  /** The storage, or this machine, can't be used as it is. */
  environment: 3,
  /** Done but for some objects, which could not be judged or deleted. */
  partly: 4,
  /** Refused, so that nothing is lost: a lock, a guard, a database, a foreign plan, or the user's own no. */
  refused: 5,
  /** Ctrl-C or a termination signal. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Every code of every error that a command can end with, in one table. */
export const EXIT_BY_CODE: Readonly<
  Record<CoreErrorCode | StorageErrorCode | CliErrorCode, ExitCode>
> = {
  // The collector's own.
  DATABASE_IN_USE: EXIT.refused,
  LOCK_LOST: EXIT.refused,
  TOO_MUCH_TO_DELETE: EXIT.refused,
  /** Found by the command line or by the collector. */
  PLAN_INVALID: EXIT.refused,
  PLAN_FOREIGN: EXIT.refused,
  LISTING_INCOMPLETE: EXIT.failed,
  NOTHING_TO_RESUME: EXIT.failed,
  INVALID_OPTION: EXIT.usage,

  // Shared by the collector and the storage.
  ABORTED: EXIT.interrupted,
  /** A collector's lock, or an object under retention. */
  LOCKED: EXIT.refused,
  NOT_FOUND: EXIT.failed,

  // The storage's.
  CONFIG_INVALID: EXIT.usage,
  CONTAINER_NOT_FOUND: EXIT.environment,
  PERMISSION_DENIED: EXIT.environment,
  UNAUTHENTICATED: EXIT.environment,
  UNAVAILABLE: EXIT.environment,
  TIMEOUT: EXIT.environment,
  EXHAUSTED: EXIT.environment,
  READ_ONLY: EXIT.environment,
  THROTTLED: EXIT.failed,
  ALREADY_EXISTS: EXIT.failed,
  PRECONDITION_FAILED: EXIT.failed,
  INVALID_KEY: EXIT.failed,
  INVALID_ARGUMENT: EXIT.failed,
  RANGE_NOT_SATISFIABLE: EXIT.failed,
  TOO_LARGE: EXIT.failed,
  CORRUPT: EXIT.failed,
  INCOMPLETE: EXIT.failed,
  UNSUPPORTED: EXIT.failed,
  CLOSED: EXIT.failed,
  INTERNAL: EXIT.failed,

  // The command line's.
  USAGE: EXIT.usage,
  STORAGE_NOT_NAMED: EXIT.usage,
  STORAGE_INSIDE_REGISTRY: EXIT.usage,
  SCHEME_UNKNOWN: EXIT.usage,
  REGISTRY_CONFIG_INVALID: EXIT.usage,
  CONFIRMATION_NEEDED: EXIT.usage,
  PATH_NOT_FOUND: EXIT.environment,
  PATH_UNUSABLE: EXIT.environment,
  DRIVER_BROKEN: EXIT.environment,
  DECLINED: EXIT.refused,
  INTERRUPTED: EXIT.interrupted,
  OUTPUT_CLOSED: EXIT.failed,
  DEMO_FAILED: EXIT.failed,
};
