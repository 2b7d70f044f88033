import parse from 'parse-duration';
import prettyMs from 'pretty-ms';
import { CoreError } from '../errors.ts';

/**
 * Numbers with units, the largest first, each unit at most once. The library alone is too generous: it skips
 * what it does not know, and so reads "12 foo" and "1h foo".
 */
const DURATION = unitsInOrder(['w', 'd', 'h', 'm', 's', 'ms']);

const ACCEPTED =
  'give numbers with units (w, d, h, m, s, ms), such as 90s, 15m, 1h, 7d, 1h30m, or 0s for none';

/** `90s`, `15m`, `1h`, `7d`, `1h30m`, `0s` → milliseconds. @throws {CoreError} `INVALID_OPTION` that shows what is accepted. */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  const ms = trimmed !== '' && DURATION.test(trimmed) ? parse(trimmed) : null;
  if (ms === null || !Number.isSafeInteger(Math.round(ms))) {
    throw new CoreError({
      code: 'INVALID_OPTION',
      message: `${JSON.stringify(text)} is not a duration: ${ACCEPTED}`,
    });
  }
  return Math.round(ms);
}

/** Milliseconds → `1h 30m`, `2.4s`, `7d`. */
export function formatDuration(ms: number): string {
  // Beyond days, units differ in length: 365 days say more than a year.
  return prettyMs(ms, { hideYear: true });
}

function unitsInOrder(units: readonly string[]): RegExp {
  const parts = units.map((unit) => String.raw`(?:\d+(?:\.\d+)?\s*${unit}\s*)?`);
  return new RegExp(`^${parts.join('')}$`);
}
