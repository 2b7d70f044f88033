import { S3Fault, invalidRequest } from '../errors.ts';
import { header } from '../wire/request.ts';
import type { S3Request } from '../wire/request.ts';

/** What a request says of its signature, in a header or, presigned, in its query. */
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
  /** Seconds for which a presigned URL holds. */
  readonly expiresSeconds: number | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** @throws what S3 answers when there is none, or one that it cannot read */
export function parseAuthorization(request: S3Request): Authorization {
  const text = header(request, 'authorization');
  if (text !== undefined) return fromHeader(request, text);
  if (request.query.has('X-Amz-Algorithm')) return fromQuery(request);
  throw new S3Fault('AccessDenied');
}

function fromHeader(request: S3Request, text: string): Authorization {
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
    expiresSeconds: undefined,
  };
}

function fromQuery({ query }: S3Request): Authorization {
  const value = (name: string): string => {
    const found = query.get(`X-Amz-${name}`);
    if (found === null) {
      throw new S3Fault('AuthorizationQueryParametersError', {
        message:
          'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
      });
    }
    return found;
  };
  const credential = parseCredential(value('Credential'));
  if (credential === undefined) {
    throw new S3Fault('AuthorizationQueryParametersError', {
      message:
        'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    });
  }
  return {
    ...credential,
    signedHeaders: value('SignedHeaders').split(';'),
    signature: value('Signature'),
    timestamp: value('Date'),
    payloadHash: query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    expiresSeconds: Number(value('Expires')),
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
