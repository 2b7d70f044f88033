import type { Key } from '@dunnage/driver-api';
import { CoreError } from '../errors.ts';
import type { LockHolder } from './record.ts';

/** Somebody else holds the lock. */
export function lockedBy({ key, owner, runId, acquired, expires }: LockHolder): CoreError {
  return new CoreError({
    code: 'LOCKED',
    key,
    message: `${owner} (run ${runId}) has held the lock ${key} since ${at(acquired)}, and for now until ${at(expires)}`,
    advice: `Wait until that run has ended. If its process is dead, the lock expires at ${at(expires)} by the store's clock, and the next run takes it over; if you are sure that it is dead, deleting ${key} does the same at once.`,
  });
}

/** There is something in the lock's place that may be a lock. */
export function lockUnreadable(key: Key, why: string): CoreError {
  return new CoreError({
    code: 'LOCKED',
    key,
    message: `the lock ${key} can't be understood: ${why}; it may be held, so this run is refused`,
    advice: `Make sure that no other collector runs on this storage, in any version, then delete ${key}.`,
  });
}

/** So many want it that we never got a turn, or the store does not show what we wrote. */
export function lockContended(key: Key): CoreError {
  return new CoreError({
    code: 'LOCKED',
    key,
    message: `the lock ${key} could not be acquired: what this run writes there is replaced or not shown by the store`,
    advice: 'See which other collectors run on this storage, and try again when they have ended.',
  });
}

/** The lease has ended against our will. */
export function lockLost(key: Key, why: string, cause?: unknown): CoreError {
  return new CoreError({
    code: 'LOCK_LOST',
    key,
    message: `the lock ${key} was lost: ${why}`,
    advice: 'Nothing more was deleted after that. Run again: it goes on where this run ended.',
    cause,
  });
}

function at(time: number): string {
  return new Date(time).toISOString();
}
