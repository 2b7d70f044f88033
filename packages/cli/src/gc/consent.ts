import { isatty } from 'node:tty';
import { CliError } from '../errors/cli-error.ts';

/** True where a person can be asked. */
function canAsk(): boolean {
  return isatty(0) && isatty(2);
}

/**
 * @param looking How one looks first and deletes later.
 * @throws {CliError} `CONFIRMATION_NEEDED`, before any work, where something would be deleted and nobody could be asked.
 */
export function requireConsent(yes: boolean, looking: string): void {
  if (yes || canAsk()) return;
  throw new CliError({
    code: 'CONFIRMATION_NEEDED',
    message: 'This would delete, and there is no terminal to ask for your consent.',
    advice: `Say --yes to delete without being asked.\n${looking}`,
  });
}
