/** Status and message of each error code, as the service words them. */
export const messages = {
  AllBatchSubRequestsShouldBeSameApi: [400, 'All batch subrequests should be the same api.'],
  AppendPositionConditionNotMet: [412, 'The append position condition specified was not met.'],
  AuthenticationFailed: [
    403,
    'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
  ],
  AuthorizationFailure: [403, 'This request is not authorized to perform this operation.'],
  AuthorizationPermissionMismatch: [
    403,
    'This request is not authorized to perform this operation using this permission.',
  ],
  AuthorizationProtocolMismatch: [
    403,
    'This request is not authorized to perform this operation using this protocol.',
  ],
  AuthorizationResourceTypeMismatch: [
    403,
    'This request is not authorized to perform this operation using this resource type.',
  ],
  AuthorizationServiceMismatch: [
    403,
    'This request is not authorized to perform this operation using this service.',
  ],
  AuthorizationSourceIPMismatch: [
    403,
    'This request is not authorized to perform this operation using this source IP.',
  ],
  BlobAlreadyExists: [409, 'The specified blob already exists.'],
  BlobImmutableDueToLegalHold: [
    409,
    'This operation is not permitted as the blob is immutable due to one or more legal holds.',
  ],
  BlobImmutableDueToPolicy: [
    409,
    'This operation is not permitted as the blob is immutable due to a policy.',
  ],
  BlobNotFound: [404, 'The specified blob does not exist.'],
  BlockCountExceedsLimit: [
    409,
    'The committed block count cannot exceed the maximum limit of 50,000 blocks.',
  ],
  BlockListTooLong: [400, 'The block list may not contain more than 50,000 blocks.'],
  BothCrc64AndMd5HeaderPresent: [
    400,
    'Both x-ms-content-crc64 header and Content-MD5 header are present.',
  ],
  CannotVerifyCopySource: [404, 'The specified resource does not exist.'],
  ConditionNotMet: [412, 'The condition specified using HTTP conditional header(s) is not met.'],
  ContainerAlreadyExists: [409, 'The specified container already exists.'],
  ContainerNotFound: [404, 'The specified container does not exist.'],
  ContainerProtectedFromDeletion: [
    409,
    'The storage account container is protected from deletion due to ImmutabilityPolicy.',
  ],
  CopyIdMismatch: [
    409,
    'The specified copy ID did not match the copy ID for the pending copy operation.',
  ],
  CopySourceTooLarge: [409, 'The source blob is too large to be copied synchronously.'],
  Crc64Mismatch: [
    400,
    'The CRC64 value specified in the request did not match with the CRC64 value calculated by the server.',
  ],
  DirectoryIsNotEmpty: [409, 'This operation is not permitted on a non-empty directory.'],
  EmptyMetadataKey: [400, 'The key for one of the metadata key-value pairs is empty.'],
  ExceedsMaxBatchRequestCount: [
    400,
    'The batch operation exceeds maximum number of allowed subrequests.',
  ],
  FeatureNotYetSupportedForHierarchicalNamespaceAccounts: [
    409,
    'Specified feature is not yet supported for hierarchical namespace accounts.',
  ],
  InternalError: [500, 'The server encountered an internal error. Please retry the request.'],
  InvalidAuthenticationInfo: [
    401,
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
  ],
  InvalidBlobOrBlock: [400, 'The specified blob or block content is invalid.'],
  InvalidBlobType: [409, 'The blob type is invalid for this operation.'],
  InvalidBlockId: [400, 'The specified block ID is invalid. The block ID must be Base64-encoded.'],
  InvalidBlockList: [400, 'The specified block list is invalid.'],
  InvalidHeaderValue: [400, 'The value for one of the HTTP headers is not in the correct format.'],
  InvalidInput: [400, 'One of the request inputs is not valid.'],
  InvalidMd5: [
    400,
    'The MD5 value specified in the request is invalid. MD5 value must be 128 bits and base64-encoded.',
  ],
  InvalidMetadata: [
    400,
    'The metadata specified is invalid. It has characters that are not permitted.',
  ],
  InvalidQueryParameterValue: [
    400,
    'Value for one of the query parameters specified in the request URI is invalid.',
  ],
  InvalidRange: [416, 'The range specified is invalid for the current size of the resource.'],
  InvalidResourceName: [400, 'The specified resource name contains invalid characters.'],
  InvalidUri: [400, 'The requested URI does not represent any resource on the server.'],
  InvalidXmlDocument: [400, 'XML specified is not syntactically valid.'],
  InvalidXmlNodeValue: [
    400,
    'The value provided for one of the XML nodes in the request body was not in the correct format.',
  ],
  LeaseAlreadyBroken: [409, 'The lease ID specified has already been broken.'],
  LeaseAlreadyPresent: [409, 'There is already a lease present.'],
  LeaseIdMismatchWithBlobOperation: [
    412,
    'The lease ID specified did not match the lease ID for the blob.',
  ],
  LeaseIdMismatchWithContainerOperation: [
    412,
    'The lease ID specified did not match the lease ID for the container.',
  ],
  LeaseIdMismatchWithLeaseOperation: [
    409,
    'The lease ID specified did not match the lease ID for the blob/container.',
  ],
  LeaseIdMissing: [
    412,
    'There is currently a lease on the blob and no lease ID was specified in the request.',
  ],
  LeaseIsBreakingAndCannotBeAcquired: [
    409,
    'The lease ID matched, but the lease is currently in breaking state and cannot be acquired until it is broken.',
  ],
  LeaseIsBreakingAndCannotBeChanged: [
    409,
    'The lease ID matched, but the lease is currently in breaking state and cannot be changed.',
  ],
  LeaseIsBrokenAndCannotBeRenewed: [
    409,
    'The lease ID matched, but the lease has been broken explicitly and cannot be renewed.',
  ],
  LeaseLost: [412, 'A lease ID was specified, but the lease for the blob has expired.'],
  LeaseNotPresentWithBlobOperation: [412, 'There is currently no lease on the blob.'],
  LeaseNotPresentWithContainerOperation: [412, 'There is currently no lease on the container.'],
  LeaseNotPresentWithLeaseOperation: [409, 'There is currently no lease on the blob/container.'],
  MaxBlobSizeConditionNotMet: [412, 'The max blob size condition specified was not met.'],
  Md5Mismatch: [
    400,
    'The MD5 value specified in the request did not match with the MD5 value calculated by the server.',
  ],
  MetadataTooLarge: [400, 'The metadata specified exceeds the maximum allowed limit (8KB).'],
  MissingContentLengthHeader: [411, 'The content length HTTP header is not specified.'],
  MissingRequiredHeader: [
    400,
    "An HTTP header that's mandatory for this request is not specified.",
  ],
  MissingRequiredQueryParameter: [
    400,
    "A query parameter that's mandatory for this request is not specified.",
  ],
  MultipleConditionHeadersNotSupported: [400, 'Multiple condition headers are not supported.'],
  NoAuthenticationInformation: [
    401,
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
  ],
  NoPendingCopyOperation: [409, 'There is currently no pending copy operation.'],
  OperationNotAllowedOnRootBlob: [403, 'The specified operation is not allowed on root blob.'],
  OperationNotSupportedOnDirectory: [
    400,
    'The requested operation is not supported on a directory.',
  ],
  OutOfRangeInput: [400, 'One of the request inputs is out of range.'],
  OutOfRangeQueryParameterValue: [
    400,
    'One of the query parameters specified in the request URI is outside the permissible range.',
  ],
  PathConflict: [
    409,
    'The specified path, or an element of the path, exists and its resource type is invalid for this operation.',
  ],
  PendingCopyOperation: [409, 'There is currently a pending copy operation.'],
  PublicAccessNotPermitted: [409, 'Public access is not permitted on this storage account.'],
  RequestBodyTooLarge: [
    413,
    'The request body is too large and exceeds the maximum permissible limit.',
  ],
  ResourceNotFound: [404, 'The specified resource does not exist.'],
  ResourceTypeMismatch: [
    409,
    'The specified resource type does not match the type of the existing resource.',
  ],
  SourceConditionNotMet: [
    412,
    'The source condition specified using HTTP conditional header(s) is not met.',
  ],
  SnapshotsPresent: [409, 'This operation is not permitted because the blob has snapshots.'],
  TargetConditionNotMet: [
    412,
    'The target condition specified using HTTP conditional header(s) is not met.',
  ],
  UnsatisfiableCondition: [
    400,
    'The request includes an unsatisfiable condition for this operation.',
  ],
  UnsupportedHttpVerb: [405, "The resource doesn't support specified Http Verb."],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type ErrorCode = keyof typeof messages;
