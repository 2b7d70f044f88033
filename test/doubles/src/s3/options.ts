import type { IncomingHttpHeaders } from 'node:http';

/** What a client signs with. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since the epoch, by the double's clock, from which on they have expired. */
  readonly expiresMs?: number;
}

/** One request as it came, before it was judged. */
export interface S3SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  /** As AWS calls it: `ListObjectsV2`. `undefined` when no operation has this form. */
  readonly operation: string | undefined;
}

export interface S3DoubleOptions {
  /** Those that are accepted; made up when left out, and told by the handle. */
  readonly credentials?: S3Credentials;
  /** The region of the endpoint, `us-east-1` unless told. */
  readonly region?: string;
  /** Milliseconds since the epoch. Signatures more than 15 minutes away from it are refused. */
  readonly clock?: () => number;
  /** Speaks HTTPS. The certificate is on the handle. */
  readonly tls?: boolean;
  readonly onRequest?: (request: S3SeenRequest) => void;
}

/** How long an object may not be deleted. */
export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
}

/**
 * How stores that only resemble S3 depart from it. None is S3's own way:
 * - `delete-ignores-conditions`: deletes in spite of an ETag that does not match;
 * - `delete-needs-md5`: bulk deletes have to carry Content-MD5, no other checksum will do;
 * - `no-chunked-bodies`: refuses aws-chunked;
 * - `no-conditional-writes`: refuses If-Match and If-None-Match on writes.
 */
export type S3Quirk =
  | 'delete-ignores-conditions'
  | 'delete-needs-md5'
  | 'no-chunked-bodies'
  | 'no-conditional-writes';

/** What a bucket is like; a name that ends in `--ZONE--x-s3` makes it a directory bucket. */
export interface S3BucketSettings {
  /** Where the bucket lives; the endpoint's region unless told. Others are redirected. */
  readonly region?: string;
  /**
   * How a bucket of another region answers: 301 as most do, 307 as new ones do until their name is
   * known, or 400 IllegalLocationConstraintException as regions do that one has to opt in to.
   */
  readonly redirect?: 'permanent' | 'temporary' | 'opt-in';
  readonly versioning?: 'Enabled' | 'Suspended';
  /** `true` has locks without a default retention. Turns versioning on. */
  readonly objectLock?: boolean | { readonly mode: Retention['mode']; readonly days: number };
  /** With `aws:kms` ETags are not MD5. `AES256` unless told. */
  readonly encryption?: 'AES256' | 'aws:kms';
  /** Keys in one bulk delete, 1000 unless told. */
  readonly deleteLimit?: number;
  /** Keys on one page, 1000 unless told. */
  readonly pageLimit?: number;
  /** Bytes of each part but the last, 5 MiB unless told. */
  readonly minPartSize?: number;
  /** Bytes that one copy takes, 5 GiB unless told. */
  readonly maxCopySize?: number;
  /** CompleteMultipartUpload answers 200 at once, then white space, then the outcome, even if that is an error. */
  readonly keepAlive?: boolean;
  /** IAM actions that are refused, such as `s3:GetBucketVersioning`. */
  readonly denied?: readonly string[];
  readonly quirks?: readonly S3Quirk[];
}
