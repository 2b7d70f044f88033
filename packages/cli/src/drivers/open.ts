import {
  explainInvalidModule,
  isStorageError,
  type DriverSource,
  type OpenContext,
  type StorageDriver,
} from '@dunnage/driver-api';
import { CliError, messageOf } from '../errors/cli-error.ts';
import type { Contribution } from './contribution.ts';
import { within } from './timer.ts';

/** Loading a driver loads its SDK: seconds on a cold and slow disk. */
const LOAD_LIMIT_MS = 60_000;

const VERBS = ['capabilities', 'stat', 'get', 'put', 'list', 'delete', 'now', 'close'] as const;

/** Loads a driver's code and opens a storage with it. */
export async function openWith(
  contribution: Contribution,
  source: DriverSource,
  context: OpenContext,
): Promise<StorageDriver> {
  const { registration, origin } = contribution;
  const broken = (why: string, cause?: unknown) =>
    new CliError({
      code: 'DRIVER_BROKEN',
      message: `The ${registration.name} driver of ${origin.plugin} ${origin.version} can't be used: ${why}`,
      advice:
        origin.kind === 'bundled'
          ? 'Install dunnage anew; a part of it seems to be missing.'
          : `Update it with "dunnage plugins update", or remove it with "dunnage plugins uninstall ${origin.plugin}".`,
      cause,
    });

  let driver: StorageDriver;
  try {
    const module = await within(LOAD_LIMIT_MS, () => registration.load());
    const wrong = explainInvalidModule(module);
    if (wrong.length > 0) throw broken(wrong.join('; '));
    driver = await module.open(source, context);
  } catch (error) {
    // A storage error is the driver at work: it refuses a parameter, say, in its own words.
    if (isStorageError(error) || error instanceof CliError) throw error;
    throw broken(messageOf(error), error);
  }
  const missing = missingVerbs(driver);
  if (missing.length > 0) throw broken(`what it opened lacks ${missing.join(', ')}`);
  return driver;
}

function missingVerbs(driver: unknown): string[] {
  if (typeof driver !== 'object' || driver === null) return [...VERBS];
  const it = driver as Readonly<Record<string, unknown>>;
  const missing: string[] = VERBS.filter((verb) => typeof it[verb] !== 'function');
  if (it['apiVersion'] !== 1) missing.push('contract version 1 ("apiVersion")');
  return missing;
}
