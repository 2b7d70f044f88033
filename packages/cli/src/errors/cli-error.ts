/** What can be wrong before the collector is even asked. Stable, like the exit code it leads to. */
export type CliErrorCode =
  | 'USAGE'
  /** Neither STORAGE nor `--config` was given. */
  | 'STORAGE_NOT_NAMED'
  /** The path leads into the registry's tree, not to its root. */
  | 'STORAGE_INSIDE_REGISTRY'
  /** No driver serves this scheme or section of config.yml. */
  | 'SCHEME_UNKNOWN'
  | 'REGISTRY_CONFIG_INVALID'
  /** The file can't be a plan: it names no storage. */
  | 'PLAN_INVALID'
  /** Something would be deleted, nobody can be asked, and `--yes` was not given. */
  | 'CONFIRMATION_NEEDED'
  | 'PATH_NOT_FOUND'
  | 'PATH_UNUSABLE'
  /** A driver's package is there, but can't be loaded. */
  | 'DRIVER_BROKEN'
  /** The user was asked and said no. */
  | 'DECLINED'
  /** Ctrl-C, while nothing of the collector's was running. */
  | 'INTERRUPTED'
  /** Whoever was to read the plan went away. */
  | 'OUTPUT_CLOSED'
  /** The demonstration's own check found something wrong. */
  | 'DEMO_FAILED';

const CLI_ERROR_BRAND: unique symbol = Symbol.for('dunnage.cli-error.v1') as never;

export interface CliErrorInit {
  readonly code: CliErrorCode;
  /** What is wrong, and where. */
  readonly message: string;
  /** What to do about it; may have several lines. */
  readonly advice?: string | undefined;
  readonly cause?: unknown;
}

/** An error of the command line itself: its arguments, files and plugins. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly [CLI_ERROR_BRAND] = true;
  readonly code: CliErrorCode;
  readonly advice?: string;

  constructor(init: CliErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    if (init.advice !== undefined) this.advice = init.advice;
  }
}

export function isCliError(value: unknown): value is CliError {
  return value instanceof Error && (value as Partial<CliError>)[CLI_ERROR_BRAND] === true;
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
