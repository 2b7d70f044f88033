import { StorageError } from '@dunnage/driver-api';
import type { ErrorCode, Retry } from '@dunnage/driver-api';
import { shownCause, withoutSecrets } from './secrets.ts';

/** What a failure means in the contract's terms: a row of a driver's table. */
export interface Meaning {
  readonly code: ErrorCode;
  /** Why it failed and what to do, in words that follow "cannot … KEY: ". */
  readonly why: string;
  readonly retry?: Retry;
  /** A change that ends so may have been made all the same. */
  readonly lost?: true;
}

const NO_ROUTE: Meaning = { code: 'UNAVAILABLE', why: 'the store can not be reached' };
const CUT: Meaning = { code: 'UNAVAILABLE', why: 'the connection was cut', lost: true };
const SLOW: Meaning = { code: 'TIMEOUT', why: 'the store did not answer in time', lost: true };
const TLS: Meaning = {
  code: 'UNAVAILABLE',
  why: "the store's certificate is not trusted; name its CA in NODE_EXTRA_CA_CERTS",
  retry: 'never',
};

/** The one table from network error to contract error, by the code that Node gives. */
const NETWORK: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: { code: 'UNAVAILABLE', why: "nothing listens at the store's address" },
  ENOTFOUND: { code: 'UNAVAILABLE', why: "the store's host name is not known" },
  EAI_AGAIN: { code: 'UNAVAILABLE', why: "the store's host name can't be looked up now" },
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  EHOSTDOWN: NO_ROUTE,
  ECONNRESET: CUT,
  EPIPE: CUT,
  ECONNABORTED: CUT,
  ERR_STREAM_PREMATURE_CLOSE: CUT,
  ETIMEDOUT: SLOW,
  ESOCKETTIMEDOUT: SLOW,
  EPROTO: { code: 'UNAVAILABLE', why: 'the store does not speak TLS there', retry: 'never' },
  EMFILE: { code: 'EXHAUSTED', why: 'this process has too many files and sockets open' },
  HPE_INVALID_CONSTANT: { code: 'UNAVAILABLE', why: 'the answer was not HTTP', lost: true },
  CERT_HAS_EXPIRED: TLS,
  DEPTH_ZERO_SELF_SIGNED_CERT: TLS,
  SELF_SIGNED_CERT_IN_CHAIN: TLS,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: TLS,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TLS,
  ERR_TLS_CERT_ALTNAME_INVALID: TLS,
};

/** What a network error means, looked for along the chain of causes; `undefined` for any other error. */
export function networkMeaning(
  error: unknown,
): (Meaning & { readonly providerCode: string }) | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code } = at as { readonly code?: unknown };
    const meaning = typeof code === 'string' ? NETWORK[code] : undefined;
    if (meaning !== undefined) return { ...meaning, providerCode: String(code) };
    const first = at instanceof AggregateError ? networkMeaning(at.errors[0]) : undefined;
    if (first !== undefined) return first;
  }
  return undefined;
}

/** Verbs that change something. */
const CHANGES = new Set([
  ...['put', 'delete', 'copy', 'move', 'undelete', 'abortUpload', 'pruneEmptyDirectories'],
]);

/** What verbs do, for people. */
const WORDS: Readonly<Record<string, string>> = {
  capabilities: 'examine',
  get: 'read',
  now: 'ask the time of',
  pendingUploads: 'list the unfinished uploads of',
  put: 'write',
  stat: 'look at',
  versionsOf: 'list the versions of',
  abortUpload: 'abort an upload to',
};

/** What is known of one failure. */
export interface Failure {
  readonly driver: string;
  readonly op: string;
  /** The key, or nothing where it is about the whole storage. */
  readonly key: string | undefined;
  /** The storage, in words for messages without a key: `the bucket images`. */
  readonly storage: string;
  readonly meaning: Meaning;
  readonly status?: number | undefined;
  readonly providerCode?: string | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** The contract error for a failure; its message and cause are free of secrets. */
export function failed(failure: Failure): StorageError {
  const { driver, op, key, storage, meaning, status, providerCode } = failure;
  const what = key === undefined || key === '' ? storage : JSON.stringify(key);
  const said = [status === undefined ? undefined : `HTTP ${status}`, providerCode];
  const tail = said.filter((part) => part !== undefined && part !== '').join(' ');
  const message = `cannot ${WORDS[op] ?? op} ${what}: ${meaning.why}${tail === '' ? '' : ` (${tail})`}`;
  return new StorageError({
    ...{ code: meaning.code, op, driver, key, status, providerCode },
    ...{ requestId: failure.requestId, retryAfterMs: failure.retryAfterMs, retry: meaning.retry },
    message: withoutSecrets(message),
    applied: CHANGES.has(op) && meaning.lost === true ? 'unknown' : 'no',
    cause: shownCause(failure.cause),
  });
}

/** Milliseconds that a `Retry-After` header asks to wait: seconds or a date. */
export function retryAfterOf(header: string | null | undefined, now: number): number | undefined {
  if (header === null || header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
