import { hasCode } from '@dunnage/driver-api';

/** True for an error that says that there is no room: what is short for a moment (handles, memory) is tried again. */
export function isFull(error: unknown): error is Error {
  return hasCode(error, 'EXHAUSTED') && error.retry === 'never';
}
