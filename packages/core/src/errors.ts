/** Why a run was refused or failed. Stable: programs and exit codes depend on it. */
export type CoreErrorCode =
  /** GitLab's metadata database manages this storage: its own collector must be used. */
  | 'DATABASE_IN_USE'
  /** Another collector holds the lock. */
  | 'LOCKED'
  /** The lock was lost while the run was going: somebody took it over. */
  | 'LOCK_LOST'
  /** More would go than `maxDeletePercent` allows. */
  | 'TOO_MUCH_TO_DELETE'
  /** A listing ended without its end marker, repeated itself or could not be read: nothing may be deleted. */
  | 'LISTING_INCOMPLETE'
  /** The document is no plan, was cut off or edited. */
  | 'PLAN_INVALID'
  /** The plan was made for another storage. */
  | 'PLAN_FOREIGN'
  /** There is no interrupted run to resume. */
  | 'NOTHING_TO_RESUME'
  | 'INVALID_OPTION'
  /** Neither a digest nor a tag of this registry. */
  | 'NOT_FOUND'
  | 'ABORTED';

const CORE_ERROR_BRAND: unique symbol = Symbol.for('dunnage.core-error.v1') as never;

/** What a {@link CoreError} is made of. */
export interface CoreErrorInit {
  readonly code: CoreErrorCode;
  /** What happened, where and why. */
  readonly message: string;
  /** What the user can do about it. */
  readonly advice?: string | undefined;
  readonly key?: string | undefined;
  readonly cause?: unknown;
}

/** An error of the collector itself. Recognise it with {@link isCoreError}. */
export class CoreError extends Error {
  override readonly name: string = 'CoreError';
  readonly [CORE_ERROR_BRAND] = true;
  readonly code: CoreErrorCode;
  declare readonly advice?: string;
  declare readonly key?: string;

  constructor(init: CoreErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    if (init.advice !== undefined) this.advice = init.advice;
    if (init.key !== undefined) this.key = init.key;
  }

  /** The error as data: everything but the stack and the cause. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, advice, key } = this;
    return { name, code, message, advice, key };
  }
}

/** True for a {@link CoreError} of this or any other copy of this package. */
export function isCoreError(value: unknown): value is CoreError {
  return value instanceof Error && (value as Partial<CoreError>)[CORE_ERROR_BRAND] === true;
}
