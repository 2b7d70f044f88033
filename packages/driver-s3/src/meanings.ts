import type { Meaning } from '@dunnage/driver-kit';

const THROTTLED: Meaning = { code: 'THROTTLED', why: 'the store asks to slow down' };
const DENIED: Meaning = {
  code: 'PERMISSION_DENIED',
  why: 'the credentials in use are not allowed to',
};
const UNKNOWN_USER: Meaning = {
  code: 'UNAUTHENTICATED',
  why: 'the store does not accept the credentials in use',
};
const EXPIRED: Meaning = { code: 'UNAUTHENTICATED', why: 'the credentials in use have expired' };
const NO_CREDENTIALS: Meaning = {
  code: 'UNAUTHENTICATED',
  why: 'no credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE',
};
const NO_OBJECT: Meaning = { code: 'NOT_FOUND', why: 'there is no such object' };
const NO_BUCKET: Meaning = { code: 'CONTAINER_NOT_FOUND', why: 'there is no such bucket' };
export const CHANGED: Meaning = {
  code: 'PRECONDITION_FAILED',
  why: 'the object is not the one that was expected',
};
/** The store looked, saw another change of the same object under way, and did nothing. */
export const CONTENDED: Meaning = {
  code: 'UNAVAILABLE',
  why: 'the object is being changed by someone else at this moment',
  retry: 'safe',
};
const BROKEN: Meaning = { code: 'CORRUPT', why: 'the content was damaged on its way' };
const BROKE_DOWN: Meaning = { code: 'UNAVAILABLE', why: 'the store failed', lost: true };
const UNKNOWN_VERB: Meaning = { code: 'UNSUPPORTED', why: 'the store can not do this' };
const ELSEWHERE: Meaning = {
  code: 'CONFIG_INVALID',
  why: 'the bucket is in another region or behind another endpoint; give its region',
};
const NOT_UNDERSTOOD: Meaning = {
  code: 'INVALID_ARGUMENT',
  why: 'the store does not accept the request',
};
const FULL: Meaning = { code: 'EXHAUSTED', why: 'the store is full or a quota is used up' };
const BAD_NAME: Meaning = { code: 'INVALID_KEY', why: 'the store can not have an object so named' };
export const LOCKED: Meaning = {
  code: 'LOCKED',
  why: 'a retention rule or a legal hold keeps the object',
};
const KMS: Meaning = {
  code: 'PERMISSION_DENIED',
  why: 'the KMS key that encrypts the object can not be used',
};
const SLOW: Meaning = { code: 'TIMEOUT', why: 'the store did not answer in time', lost: true };

/** An answer that ends early or makes no sense: what it was to say is not known. */
export const UNREADABLE: Meaning = {
  code: 'INCOMPLETE',
  why: 'the answer of the store ends early or can not be read',
  lost: true,
};

/** A body that is not as long as was announced. */
export const CUT: Meaning = { code: 'CORRUPT', why: 'its body is shorter than was announced' };

/** A request that is about a condition which the store does not have. */
export const EXISTS: Meaning = { code: 'ALREADY_EXISTS', why: 'there is such an object already' };

/** By what the store calls it; the names that the SDK gives its own errors are among them. */
const BY_CODE: Readonly<Record<string, Meaning>> = {
  NoSuchKey: NO_OBJECT,
  NoSuchVersion: NO_OBJECT,
  NoSuchUpload: { code: 'NOT_FOUND', why: 'there is no such upload' },
  NoSuchBucket: NO_BUCKET,
  AccessDenied: DENIED,
  AllAccessDisabled: DENIED,
  AccountProblem: DENIED,
  InvalidObjectState: {
    code: 'UNSUPPORTED',
    why: 'the object is archived; restore it before it can be read',
  },
  ObjectLocked: LOCKED,
  InvalidAccessKeyId: UNKNOWN_USER,
  SignatureDoesNotMatch: UNKNOWN_USER,
  AuthorizationHeaderMalformed: UNKNOWN_USER,
  InvalidToken: UNKNOWN_USER,
  InvalidSecurity: UNKNOWN_USER,
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  TokenRefreshRequired: EXPIRED,
  RequestTimeTooSkewed: {
    code: 'UNAUTHENTICATED',
    why: "this host's clock differs too much from the store's",
  },
  CredentialsProviderError: NO_CREDENTIALS,
  TokenProviderError: NO_CREDENTIALS,
  PreconditionFailed: CHANGED,
  ConditionalRequestConflict: CONTENDED,
  OperationAborted: CONTENDED,
  InvalidRange: { code: 'RANGE_NOT_SATISFIABLE', why: 'the range begins behind its end' },
  KeyTooLongError: BAD_NAME,
  KeyTooLong: BAD_NAME,
  InvalidURI: BAD_NAME,
  InvalidBucketName: { code: 'CONFIG_INVALID', why: 'a bucket can not be so named' },
  EntityTooLarge: { code: 'TOO_LARGE', why: 'the store does not take objects so large' },
  BadDigest: BROKEN,
  InvalidDigest: BROKEN,
  IncompleteBody: BROKEN,
  XAmzContentSHA256Mismatch: BROKEN,
  XAmzContentChecksumMismatch: BROKEN,
  SlowDown: THROTTLED,
  SlowDownRead: THROTTLED,
  SlowDownWrite: THROTTLED,
  ServiceUnavailable: THROTTLED,
  Throttling: THROTTLED,
  ThrottlingException: THROTTLED,
  TooManyRequests: THROTTLED,
  TooManyRequestsException: THROTTLED,
  RequestLimitExceeded: THROTTLED,
  RequestThrottled: THROTTLED,
  BandwidthLimitExceeded: THROTTLED,
  InternalError: BROKE_DOWN,
  RequestTimeout: { code: 'TIMEOUT', why: 'the request took too long to reach the store' },
  TimeoutError: SLOW,
  MethodNotAllowed: UNKNOWN_VERB,
  NotImplemented: UNKNOWN_VERB,
  NotSupported: UNKNOWN_VERB,
  PermanentRedirect: ELSEWHERE,
  TemporaryRedirect: ELSEWHERE,
  IllegalLocationConstraintException: ELSEWHERE,
  QuotaExceeded: FULL,
  StorageFull: FULL,
  XMinioStorageFull: FULL,
  ObjectParentIsFile: BAD_NAME,
  ExistingObjectIsDirectory: BAD_NAME,
  UnreadableAnswer: UNREADABLE,
};

/** By HTTP status, where the code is unknown or missing. */
const BY_STATUS: Readonly<Record<number, Meaning>> = {
  301: ELSEWHERE,
  302: ELSEWHERE,
  307: ELSEWHERE,
  308: ELSEWHERE,
  400: NOT_UNDERSTOOD,
  401: UNKNOWN_USER,
  403: DENIED,
  // A 404 that S3 has no word for comes from something else: never take it for a missing object.
  404: { code: 'CONTAINER_NOT_FOUND', why: 'nothing that speaks S3 has the bucket there' },
  405: UNKNOWN_VERB,
  408: SLOW,
  409: CONTENDED,
  411: NOT_UNDERSTOOD,
  412: CHANGED,
  413: { code: 'TOO_LARGE', why: 'the store does not take objects so large' },
  416: { code: 'RANGE_NOT_SATISFIABLE', why: 'the range begins behind its end' },
  423: LOCKED,
  429: THROTTLED,
  501: UNKNOWN_VERB,
  // The answer to a HEAD says no more than this; it is the same to wait and ask less often.
  503: { code: 'THROTTLED', why: 'the store is overloaded or not available' },
  507: FULL,
};

/** How stores word that a lock keeps an object: most have no code of its own for it. */
const LOCK_WORDS = /object.?lock|retention|legal.?hold|\bWORM\b/i;

/** Names of permissions have such words in them, too. */
const PERMISSION_WORDS = /not authorized to perform/i;

function speaksOfLock(said: string | undefined): boolean {
  return said !== undefined && LOCK_WORDS.test(said) && !PERMISSION_WORDS.test(said);
}

/** The one table from what an S3 store answers to the contract's errors. */
export function meaningOf(
  failure: {
    readonly status?: number | undefined;
    readonly code?: string | undefined;
    readonly said?: string | undefined;
  },
  otherwise?: Meaning,
): Meaning {
  const { status, code, said } = failure;
  const byCode = code === undefined ? undefined : BY_CODE[code];
  if ((byCode === DENIED || status === 403) && speaksOfLock(said)) return LOCKED;
  if (byCode !== undefined) return byCode;
  if (code?.startsWith('KMS.') === true) return KMS;
  const byStatus = status === undefined ? undefined : BY_STATUS[status];
  if (byStatus !== undefined) return byStatus;
  if (status !== undefined && status >= 500) return BROKE_DOWN;
  if (status !== undefined && status >= 400) return NOT_UNDERSTOOD;
  return otherwise ?? { code: 'INTERNAL', why: 'something unforeseen happened', lost: true };
}
