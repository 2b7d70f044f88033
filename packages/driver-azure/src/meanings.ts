import type { Meaning } from '@dunnage/driver-kit';

const MISSING: Meaning = { code: 'NOT_FOUND', why: 'there is no such object' };
const NO_CONTAINER: Meaning = {
  code: 'CONTAINER_NOT_FOUND',
  why: 'there is no such container; create it, or mend its name',
};
const EXISTS: Meaning = { code: 'ALREADY_EXISTS', why: 'it exists already' };
const CHANGED: Meaning = {
  code: 'PRECONDITION_FAILED',
  why: 'it is not the object that ifMatch names: it has changed or is gone',
};
const DENIED: Meaning = {
  code: 'PERMISSION_DENIED',
  why: 'this account may not do that; it needs a role or a SAS with the permissions that docs/drivers/azure.md lists',
};
const NETWORK_RULES: Meaning = {
  code: 'PERMISSION_DENIED',
  why: "this account or this address may not do that; look at the storage account's roles and its network rules",
};
const UNKNOWN_USER: Meaning = {
  code: 'UNAUTHENTICATED',
  why: 'the key, SAS or token is not accepted; check it, and that the clock of this host is right',
};
const LEASED: Meaning = {
  code: 'LOCKED',
  why: 'somebody holds a lease on it; it can be changed when that has ended',
};
const IMMUTABLE: Meaning = {
  code: 'LOCKED',
  why: 'an immutability policy or a legal hold keeps it',
};
const ARCHIVED: Meaning = {
  code: 'LOCKED',
  why: 'it is in the archive tier; move it to an online tier and run again',
};
const BUSY: Meaning = { code: 'THROTTLED', why: 'the store asks for fewer requests' };
const NOT_NOW: Meaning = { code: 'UNAVAILABLE', why: 'the store can not do it now' };
const BROKEN: Meaning = { code: 'UNAVAILABLE', why: 'the store failed', lost: true };
const SLOW: Meaning = { code: 'TIMEOUT', why: 'the store took too long', lost: true };
const CORRUPT: Meaning = { code: 'CORRUPT', why: 'its bytes were changed on their way' };
const A_DIRECTORY: Meaning = {
  code: 'INVALID_KEY',
  why: 'it is a directory, or below an object; with a hierarchical namespace an object can not also be a directory',
};
const BAD_NAME: Meaning = { code: 'INVALID_KEY', why: 'the store can not have such a name' };
const BAD_REQUEST: Meaning = { code: 'INVALID_ARGUMENT', why: 'the store refuses the request' };
const NO_SUCH_OPERATION: Meaning = {
  code: 'UNSUPPORTED',
  why: 'this account has no such operation',
};
const OTHER_TYPE: Meaning = {
  code: 'UNSUPPORTED',
  why: 'it is a blob of another type (an append or page blob), which can not be replaced; delete it first',
};

/** The one table from the store's codes to the contract's. */
const BY_CODE: Readonly<Record<string, Meaning>> = {
  BlobNotFound: MISSING,
  PathNotFound: MISSING,
  ContainerNotFound: NO_CONTAINER,
  FilesystemNotFound: NO_CONTAINER,
  ContainerBeingDeleted: NO_CONTAINER,
  ContainerDisabled: NO_CONTAINER,
  BlobAlreadyExists: EXISTS,
  PathAlreadyExists: A_DIRECTORY,
  ConditionNotMet: CHANGED,
  TargetConditionNotMet: CHANGED,
  SourceConditionNotMet: {
    code: 'PRECONDITION_FAILED',
    why: 'the object to copy has changed meanwhile',
    retry: 'safe',
  },
  SnapshotsPresent: {
    code: 'LOCKED',
    why: 'it has snapshots, which somebody made on purpose and which would go with it; delete them, or set snapshots=delete',
  },
  LeaseIdMissing: LEASED,
  LeaseAlreadyPresent: LEASED,
  LeaseIdMismatchWithBlobOperation: LEASED,
  LeaseIdMismatchWithContainerOperation: LEASED,
  LeaseIdMismatchWithLeaseOperation: LEASED,
  LeaseLost: LEASED,
  LeaseNotPresentWithBlobOperation: LEASED,
  BlobImmutableDueToPolicy: IMMUTABLE,
  BlobImmutableDueToLegalHold: IMMUTABLE,
  ContainerImmutableDueToPolicy: IMMUTABLE,
  BlobArchived: ARCHIVED,
  BlobBeingRehydrated: ARCHIVED,
  BlobNotArchived: BAD_REQUEST,
  PendingCopyOperation: NOT_NOW,
  OperationNotAllowedOnRootBlob: {
    code: 'INVALID_ARGUMENT',
    why: 'it is the current version, which goes only without a version',
  },
  InvalidBlobType: OTHER_TYPE,
  DirectoryIsNotEmpty: A_DIRECTORY,
  ResourceTypeMismatch: A_DIRECTORY,
  PathConflict: A_DIRECTORY,
  OperationNotSupportedOnDirectory: A_DIRECTORY,
  FeatureNotYetSupportedForHierarchicalNamespaceAccounts: NO_SUCH_OPERATION,
  FeatureNotSupported: NO_SUCH_OPERATION,
  ConditionHeadersNotSupported: NO_SUCH_OPERATION,
  UnsupportedHeader: NO_SUCH_OPERATION,
  UnsupportedHttpVerb: NO_SUCH_OPERATION,
  UnsupportedQueryParameter: NO_SUCH_OPERATION,
  NotImplemented: NO_SUCH_OPERATION,
  APINotImplemented: NO_SUCH_OPERATION,
  InvalidUri: BAD_NAME,
  InvalidResourceName: BAD_NAME,
  InvalidBlobOrBlock: {
    code: 'LOCKED',
    why: 'another program has begun an upload to it; its blocks expire a week after the last of them',
  },
  InvalidBlockList: {
    code: 'UNAVAILABLE',
    why: 'somebody else has stored it meanwhile, so that what was sent of it is gone',
    retry: 'safe',
  },
  BlockCountExceedsLimit: { code: 'TOO_LARGE', why: 'it has more blocks than the store allows' },
  RequestBodyTooLarge: { code: 'TOO_LARGE', why: 'it is larger than the store allows' },
  InvalidRange: { code: 'RANGE_NOT_SATISFIABLE', why: 'the range begins behind its end' },
  Md5Mismatch: CORRUPT,
  Crc64Mismatch: CORRUPT,
  ServerBusy: BUSY,
  OperationTimedOut: SLOW,
  InternalError: BROKEN,
  NoAuthenticationInformation: UNKNOWN_USER,
  InvalidAuthenticationInfo: UNKNOWN_USER,
  AuthenticationFailed: UNKNOWN_USER,
  PublicAccessNotPermitted: UNKNOWN_USER,
  KeyBasedAuthenticationNotPermitted: {
    code: 'UNAUTHENTICATED',
    why: 'this account takes no account keys; use an identity of Microsoft Entra ID (auth=identity)',
  },
  AuthorizationFailure: NETWORK_RULES,
  AuthorizationSourceIPMismatch: NETWORK_RULES,
  AuthorizationPermissionMismatch: DENIED,
  AuthorizationProtocolMismatch: DENIED,
  AuthorizationResourceTypeMismatch: DENIED,
  AuthorizationServiceMismatch: DENIED,
  InsufficientAccountPermissions: DENIED,
  UnauthorizedBlobOverwrite: DENIED,
  CannotVerifyCopySource: {
    code: 'PERMISSION_DENIED',
    why: 'the store could not read the object to copy',
  },
  AccountIsDisabled: { code: 'PERMISSION_DENIED', why: 'the storage account is disabled' },
};

/** What a status means by itself: proxies and gateways in between know no codes. */
const BY_STATUS: Readonly<Record<number, Meaning>> = {
  400: BAD_REQUEST,
  401: UNKNOWN_USER,
  403: DENIED,
  404: { code: 'UNAVAILABLE', why: 'the answer was 404, but not what is missing', retry: 'never' },
  405: NO_SUCH_OPERATION,
  407: { code: 'UNAUTHENTICATED', why: 'the proxy in between wants to know who asks' },
  408: SLOW,
  409: NOT_NOW,
  411: BAD_REQUEST,
  412: CHANGED,
  413: { code: 'TOO_LARGE', why: 'it is larger than the store allows' },
  414: BAD_NAME,
  416: { code: 'RANGE_NOT_SATISFIABLE', why: 'the range begins behind its end' },
  429: BUSY,
  500: BROKEN,
  501: NO_SUCH_OPERATION,
  502: BROKEN,
  503: BROKEN,
  504: SLOW,
  507: { code: 'EXHAUSTED', why: 'the account is full', retry: 'never' },
};

/**
 * What an answer means that is no success.
 * @param ifAbsent the request was to make what must not be there: a failed condition means that it is.
 */
export function meaningOf(status: number, code: string, ifAbsent: boolean): Meaning {
  if (ifAbsent && (status === 412 || code === 'UnauthorizedBlobOverwrite')) return EXISTS;
  const known = BY_CODE[code] ?? BY_STATUS[status];
  if (known !== undefined) return known;
  if (status >= 500) return BROKEN;
  if (status >= 300) return { code: 'INTERNAL', why: 'the store gave an answer that is not known' };
  return { code: 'INTERNAL', why: 'the store gave an answer that was not asked for', lost: true };
}
