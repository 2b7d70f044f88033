import { timingSafeEqual } from 'node:crypto';
import { S3Fault } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { S3Credentials } from '../options.ts';
import type { S3Request } from '../wire/request.ts';
import { parseAuthorization, parseTimestamp } from './authorization.ts';
import type { Authorization } from './authorization.ts';
import {
  canonicalRequest,
  hmac,
  scopeOf,
  sha256Hex,
  signingKey,
  stringToSign,
} from './canonical.ts';

/** A request whose signature holds; signed chunks go on from it. */
export interface Verified {
  readonly region: string;
  readonly service: string;
  readonly payloadHash: string;
  readonly timestamp: string;
  readonly scope: string;
  readonly signature: string;
  readonly key: Buffer;
}

const MAX_SKEW_MS = 15 * 60_000;

/**
 * Checks who asks, when, and that nobody changed what they ask. The body is only compared with the hash
 * that was signed, if one was.
 * @throws what S3 answers otherwise
 */
export function verify(request: S3Request, account: Account): Verified {
  const authorization = parseAuthorization(request);
  const credentials = credentialsOf(request, authorization, account);
  checkToken(authorization, credentials, account.clock());
  checkTime(authorization, account.clock());
  checkSignedHeaders(request, authorization);
  const canonical = canonicalRequest(request, authorization);
  const toSign = stringToSign(authorization, canonical);
  const key = signingKey(credentials.secretAccessKey, authorization);
  const expected = hmac(key, toSign);
  const provided = Buffer.from(authorization.signature, 'hex');
  if (provided.length !== expected.length || !timingSafeEqual(provided, expected)) {
    throw new S3Fault('SignatureDoesNotMatch', {
      fields: {
        AWSAccessKeyId: authorization.accessKeyId,
        StringToSign: toSign,
        SignatureProvided: authorization.signature,
        StringToSignBytes: hexBytes(toSign),
        CanonicalRequest: canonical,
        CanonicalRequestBytes: hexBytes(canonical),
      },
    });
  }
  checkPayload(request, authorization.payloadHash);
  const { region, service, payloadHash, timestamp, signature } = authorization;
  return { region, service, payloadHash, timestamp, scope: scopeOf(authorization), signature, key };
}

function unknownKey({ accessKeyId }: Authorization): S3Fault {
  return new S3Fault('InvalidAccessKeyId', { fields: { AWSAccessKeyId: accessKeyId } });
}

/** Those of the account, or of a session, which is good for its own bucket only. */
function credentialsOf(
  { bucket }: S3Request,
  authorization: Authorization,
  { credentials, sessions }: Account,
): S3Credentials {
  const { accessKeyId } = authorization;
  if (accessKeyId === credentials.accessKeyId) return credentials;
  const session = sessions.get(accessKeyId);
  if (session === undefined) throw unknownKey(authorization);
  if (session.bucket !== bucket) throw new S3Fault('AccessDenied');
  return session.credentials;
}

function checkToken(authorization: Authorization, credentials: S3Credentials, nowMs: number): void {
  const { sessionToken } = authorization;
  if (sessionToken !== credentials.sessionToken) {
    // Without its token, a temporary key is none that S3 knows.
    if (sessionToken === undefined) throw unknownKey(authorization);
    throw new S3Fault('InvalidToken', { fields: { 'Token-0': sessionToken } });
  }
  if (credentials.expiresMs !== undefined && nowMs >= credentials.expiresMs) {
    throw new S3Fault('ExpiredToken', { fields: { 'Token-0': sessionToken ?? '' } });
  }
}

function checkTime(authorization: Authorization, nowMs: number): void {
  const { timestamp, day } = authorization;
  const atMs = parseTimestamp(timestamp) ?? 0;
  const serverTime = new Date(nowMs).toISOString().replace(/\.\d{3}/, '');
  if (Math.abs(nowMs - atMs) > MAX_SKEW_MS) {
    throw new S3Fault('RequestTimeTooSkewed', {
      fields: {
        RequestTime: timestamp,
        ServerTime: serverTime,
        MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
      },
    });
  }
  if (!timestamp.startsWith(day)) {
    throw new S3Fault('AuthorizationHeaderMalformed', {
      message: `The authorization header is malformed; Invalid credential date "${day}". This date is not the same as X-Amz-Date: "${timestamp.slice(0, 8)}".`,
    });
  }
}

/** Headers that S3 acts on have to be signed, or others could add them on the way. */
function checkSignedHeaders(request: S3Request, { signedHeaders }: Authorization): void {
  const unsigned = Object.keys(request.headers).filter(
    (name) =>
      (name.startsWith('x-amz-') || name === 'host' || name === 'content-md5') &&
      !signedHeaders.includes(name),
  );
  if (unsigned.length === 0) return;
  throw new S3Fault('AccessDenied', {
    message: 'There were headers present in the request which were not signed',
    fields: { HeadersNotSigned: unsigned.join(', ') },
  });
}

function checkPayload(request: S3Request, payloadHash: string): void {
  if (payloadHash === 'UNSIGNED-PAYLOAD' || payloadHash.startsWith('STREAMING-')) return;
  if (!/^[0-9a-f]{64}$/.test(payloadHash)) {
    throw new S3Fault('InvalidArgument', {
      message:
        'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
      fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: payloadHash },
    });
  }
  const computed = sha256Hex(request.body);
  if (computed === payloadHash) return;
  throw new S3Fault('XAmzContentSHA256Mismatch', {
    fields: { ClientComputedContentSHA256: payloadHash, S3ComputedContentSHA256: computed },
  });
}

function hexBytes(text: string): string {
  return Buffer.from(text)
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ');
}
