import { S3Fault, invalidRequest } from '../errors.ts';
import { header } from '../wire/request.ts';
import type { S3Request } from '../wire/request.ts';

/** What a request says of its signature. Presigned URLs are refused like those without one. */
export interface Authorization {
  readonly accessKeyId: string;
  /** YYYYMMDD */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** YYYYMMDDTHHMMSSZ */
  readonly timestamp: string;
  readonly payloadHash: string;
  readonly sessionToken: string | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** @throws what S3 answers when there is none, or one that it cannot read */
export function parseAuthorization(request: S3Request): Authorization {
  const text = header(request, 'authorization');
  if (text === undefined) throw new S3Fault('AccessDenied');
  if (!text.startsWith(`${ALGORITHM} `)) {
    throw invalidRequest(
      `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
    );
  }
  const parts = new Map(
    text
      .slice(ALGORITHM.length)
      .split(',')
      .map((part) => {
        const [name = '', ...value] = part.trim().split('=');
        return [name, value.join('=')] as const;
      }),
  );
  const signedHeaders = parts.get('SignedHeaders') ?? '';
  const signature = parts.get('Signature') ?? '';
  const credential = parseCredential(parts.get('Credential') ?? '');
  if (credential === undefined || signedHeaders === '' || signature === '') {
    throw new S3Fault('AuthorizationHeaderMalformed', {
      message:
        'The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    });
  }
  const payloadHash = header(request, 'x-amz-content-sha256');
  if (payloadHash === undefined) {
    throw invalidRequest('Missing required header for this request: x-amz-content-sha256');
  }
  return {
    ...credential,
    signedHeaders: signedHeaders.split(';'),
    signature,
    timestamp: timestampOf(request),
    payloadHash,
    sessionToken:
      header(request, 'x-amz-security-token') ?? header(request, 'x-amz-s3session-token'),
  };
}

function parseCredential(
  text: string,
): Pick<Authorization, 'accessKeyId' | 'day' | 'region' | 'service'> | undefined {
  const match = /^([^/]+)\/(\d{8})\/([^/]*)\/([^/]+)\/aws4_request$/.exec(text);
  if (match === null) return undefined;
  const [, accessKeyId = '', day = '', region = '', service = ''] = match;
  return { accessKeyId, day, region, service };
}

function timestampOf(request: S3Request): string {
  const amzDate = header(request, 'x-amz-date');
  if (amzDate !== undefined && parseTimestamp(amzDate) !== undefined) return amzDate;
  const date = Date.parse(header(request, 'date') ?? '');
  if (amzDate === undefined && !Number.isNaN(date)) {
    return new Date(date).toISOString().replace(/[-:]|\.\d{3}/g, '');
  }
  throw new S3Fault('AccessDenied', {
    message: 'AWS authentication requires a valid Date or x-amz-date header',
  });
}

/** Milliseconds since the epoch. @param text YYYYMMDDTHHMMSSZ */
export function parseTimestamp(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}
