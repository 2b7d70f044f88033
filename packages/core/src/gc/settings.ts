import { CoreError } from '../errors.ts';
import type { GcOptions, GcRules } from './options.ts';

const HOUR_MS = 3_600_000;
const MIB = 1 << 20;

/** {@link GcRules} with defaults, checked. @throws {CoreError} `INVALID_OPTION`. */
export function rulesOf(options: Partial<GcRules>): GcRules {
  const minAgeMs = options.minAgeMs ?? HOUR_MS;
  const purge = options.purgeUploadsOlderThanMs ?? null;
  checkNumber('minAgeMs', minAgeMs, 0, Number.MAX_SAFE_INTEGER);
  if (purge !== null) checkNumber('purgeUploadsOlderThanMs', purge, 0, Number.MAX_SAFE_INTEGER);
  return {
    deleteUntagged: options.deleteUntagged ?? false,
    minAgeMs,
    removeEmptyRepositories: options.removeEmptyRepositories ?? false,
    purgeUploadsOlderThanMs: purge,
  };
}

/** How a run goes about its work, with defaults. */
export interface Settings {
  readonly concurrency: number;
  readonly maxParallelManifestGets: number;
  readonly manifestMaxBytes: number;
  readonly maxDeletePercent: number;
  readonly lockTtlMs: number;
  readonly timeoutMs: number;
}

/** {@link Settings} with defaults, checked. @throws {CoreError} `INVALID_OPTION`. */
export function settingsOf(options: GcOptions): Settings {
  const concurrency = options.concurrency ?? 16;
  const settings: Settings = {
    concurrency,
    // As upstream does: less than one reads one at a time.
    maxParallelManifestGets: Math.max(1, options.maxParallelManifestGets ?? concurrency),
    manifestMaxBytes: options.manifestMaxBytes ?? 32 * MIB,
    maxDeletePercent: options.maxDeletePercent ?? 50,
    lockTtlMs: options.lockTtlMs ?? 5 * 60_000,
    timeoutMs: options.timeoutMs ?? 60_000,
  };
  checkInteger('concurrency', settings.concurrency, 1, 10_000);
  checkInteger('maxParallelManifestGets', settings.maxParallelManifestGets, 1, 10_000);
  checkNumber('manifestMaxBytes', settings.manifestMaxBytes, 1, 2 ** 31);
  checkNumber('maxDeletePercent', settings.maxDeletePercent, 0, 100);
  checkNumber('lockTtlMs', settings.lockTtlMs, 1000, Number.MAX_SAFE_INTEGER);
  checkNumber('timeoutMs', settings.timeoutMs, 1, 2 ** 31 - 1);
  return settings;
}

function checkInteger(name: string, value: number, min: number, max: number): void {
  checkNumber(name, value, min, max);
  if (Number.isInteger(value)) return;
  throw new CoreError({
    code: 'INVALID_OPTION',
    message: `${name} is ${value}; it must be a whole number`,
  });
}

function checkNumber(name: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return;
  throw new CoreError({
    code: 'INVALID_OPTION',
    message: `${name} is ${value}; it must be from ${min} to ${max}`,
  });
}
