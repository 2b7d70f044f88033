/** What went wrong, the same for every driver. Stable: programs may branch on it. */
export type ErrorCode =
  /** The object does not exist: a definite answer of the store, never a guess. */
  | 'NOT_FOUND'
  /** The bucket, container or root directory does not exist. Never the same as an empty one. */
  | 'CONTAINER_NOT_FOUND'
  /** `ifAbsent` was asked, and the object exists. */
  | 'ALREADY_EXISTS'
  /** `ifMatch` was asked, and the object has changed. */
  | 'PRECONDITION_FAILED'
  | 'INVALID_KEY'
  | 'INVALID_ARGUMENT'
  | 'RANGE_NOT_SATISFIABLE'
  /** The object is larger than the reader allows. */
  | 'TOO_LARGE'
  | 'PERMISSION_DENIED'
  | 'UNAUTHENTICATED'
  /** Retention, legal hold or lease: the store refuses, and will until that ends. */
  | 'LOCKED'
  | 'THROTTLED'
  | 'UNAVAILABLE'
  | 'TIMEOUT'
  | 'ABORTED'
  /** Bytes that don't have the length or checksum that was promised. */
  | 'CORRUPT'
  /** A listing or a body ended without its end marker: what came may not be all. */
  | 'INCOMPLETE'
  /** No space, no quota, no file handles left. */
  | 'EXHAUSTED'
  /** A dry run or a read-only driver was asked to write. */
  | 'READ_ONLY'
  | 'UNSUPPORTED'
  | 'CONFIG_INVALID'
  | 'CLOSED'
  | 'INTERNAL';

/**
 * Could the operation have taken effect? `'no'`: certainly not. `'unknown'`: the answer was lost, so
 * the caller looks again (`stat`) before it decides.
 */
export type Applied = 'no' | 'unknown';

/**
 * May the caller try again? `'never'`: the same call fails again. `'safe'`: at once.
 * `'after-backoff'`: after a pause. `'exhausted'`: somebody already has, as often as it makes sense.
 */
export type Retry = 'never' | 'safe' | 'after-backoff' | 'exhausted';

/** Marks an error of this contract across copies of this package, where `instanceof` fails. */
export const STORAGE_ERROR_BRAND: unique symbol = Symbol.for('dunnage.storage-error.v1') as never;

/** What a {@link StorageError} is made of. Secrets belong in none of these. */
export interface StorageErrorInit {
  readonly code: ErrorCode;
  /** A sentence: what failed and why. The key is added where it is not part of it. */
  readonly message: string;
  /** The driver verb: `stat`, `get`, `put`, `list`, `delete`, … */
  readonly op: string;
  /** Name of the driver: `fs`, `memory`, `s3`, … */
  readonly driver: string;
  /** The key or prefix concerned. */
  readonly key?: string | undefined;
  /** Default: `'no'`. */
  readonly applied?: Applied | undefined;
  /** Default: by code (`THROTTLED`, `UNAVAILABLE`, `TIMEOUT`, `EXHAUSTED`: `'after-backoff'`; `CORRUPT`, `INCOMPLETE`: `'safe'`; else `'never'`). */
  readonly retry?: Retry | undefined;
  /** How long the store asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** HTTP status, where there was one. */
  readonly status?: number | undefined;
  /** The store's own code: `SlowDown`, `ENOSPC`, … */
  readonly providerCode?: string | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

const RETRY_BY_CODE: Partial<Record<ErrorCode, Retry>> = {
  THROTTLED: 'after-backoff',
  UNAVAILABLE: 'after-backoff',
  TIMEOUT: 'after-backoff',
  EXHAUSTED: 'after-backoff',
  CORRUPT: 'safe',
  INCOMPLETE: 'safe',
};

/**
 * The one error that drivers throw. Recognise it with {@link isStorageError}, not `instanceof`: a
 * plugin can bring its own copy of this package.
 */
export class StorageError extends Error {
  override readonly name: string = 'StorageError';
  readonly [STORAGE_ERROR_BRAND] = true;
  readonly code: ErrorCode;
  readonly op: string;
  readonly driver: string;
  declare readonly key?: string;
  readonly applied: Applied;
  readonly retry: Retry;
  declare readonly retryAfterMs?: number;
  declare readonly status?: number;
  declare readonly providerCode?: string;
  declare readonly requestId?: string;

  constructor(init: StorageErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.op = init.op;
    this.driver = init.driver;
    this.applied = init.applied ?? 'no';
    this.retry = init.retry ?? RETRY_BY_CODE[init.code] ?? 'never';
    if (init.key !== undefined) this.key = init.key;
    if (init.retryAfterMs !== undefined) this.retryAfterMs = init.retryAfterMs;
    if (init.status !== undefined) this.status = init.status;
    if (init.providerCode !== undefined) this.providerCode = init.providerCode;
    if (init.requestId !== undefined) this.requestId = init.requestId;
  }

  /** The error as data: everything but the stack and the cause. */
  toJSON(): Record<string, unknown> {
    const { name, message, code, op, driver, key, applied, retry } = this;
    const { retryAfterMs, status, providerCode, requestId } = this;
    return {
      ...{ name, message, code, op, driver, key, applied, retry },
      ...{ retryAfterMs, status, providerCode, requestId },
    };
  }
}

/** True for a {@link StorageError} of this or any other copy of this package. */
export function isStorageError(value: unknown): value is StorageError {
  return value instanceof Error && (value as Partial<StorageError>)[STORAGE_ERROR_BRAND] === true;
}

/** True for a storage error with one of `codes`. */
export function hasCode<Code extends ErrorCode>(
  value: unknown,
  ...codes: readonly Code[]
): value is StorageError & { readonly code: Code } {
  return isStorageError(value) && (codes as readonly ErrorCode[]).includes(value.code);
}

/** An `UNSUPPORTED` error: the driver does not have this verb or option. Nothing was changed. */
export function unsupported(driver: string, op: string, what: string): StorageError {
  return new StorageError({
    code: 'UNSUPPORTED',
    op,
    driver,
    message: `the ${driver} driver does not support ${what}`,
  });
}

/** An `ABORTED` error for `signal`, with the signal's reason as cause. */
export function aborted(
  driver: string,
  op: string,
  signal: AbortSignal,
  key?: string,
): StorageError {
  return new StorageError({
    code: 'ABORTED',
    op,
    driver,
    key,
    message: `${op} was cancelled`,
    cause: signal.reason,
  });
}
