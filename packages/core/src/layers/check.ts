import { CoreError } from '../errors.ts';

/** What a timer of this platform can wait for: beyond it, it fires at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** `value`, when it is a whole number of at least `min`. @throws {CoreError} `INVALID_OPTION`. */
export function requireInteger(name: string, value: number, min: number): number {
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw invalid(name, value, `a whole number of at least ${min}`);
}

/** `value`, when a timer can wait for so many milliseconds. @throws {CoreError} `INVALID_OPTION`. */
export function requireTimerMs(name: string, value: number): number {
  if (value > 0 && value <= TIMER_MAX_MS) return value;
  throw invalid(name, value, `more than 0 and at most ${TIMER_MAX_MS} milliseconds (24 days)`);
}

/** `value`, when it is a number of at least 0. @throws {CoreError} `INVALID_OPTION`. */
export function requireNonNegative(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw invalid(name, value, 'a number of at least 0');
}

function invalid(name: string, value: number, accepted: string): CoreError {
  return new CoreError({
    code: 'INVALID_OPTION',
    message: `${name} is ${value}; it must be ${accepted}`,
  });
}
