import type { StorageError } from '@dunnage/driver-api';
import { failed, networkMeaning, retryAfterOf } from '@dunnage/driver-kit';
import type { Meaning } from '@dunnage/driver-kit';
import { AuthFailure, HttpFailure } from './http/failure.ts';
import { Malformed } from './resource.ts';

/** The driver's name, in errors and in `drivers list`. */
export const DRIVER = 'gcs';

const LOCKED: Meaning = {
  code: 'LOCKED',
  why: 'a hold or a retention policy keeps it until that ends',
};
const THROTTLED: Meaning = { code: 'THROTTLED', why: 'the store asks to go more slowly' };
const PRECONDITION: Meaning = {
  code: 'PRECONDITION_FAILED',
  why: 'the object is not the one that was meant: somebody has written or deleted it',
};
const REQUESTER_PAYS: Meaning = {
  code: 'CONFIG_INVALID',
  why: 'whoever asks this bucket pays for it; name a project to be billed (userproject=…)',
};
const UNAUTHENTICATED: Meaning = {
  code: 'UNAUTHENTICATED',
  why: 'the store does not accept the credentials, or got none',
};
const BROKEN: Meaning = { code: 'UNAVAILABLE', why: 'the store failed', lost: true };
const MISSING: Meaning = { code: 'NOT_FOUND', why: 'there is no such object' };
const NO_BUCKET: Meaning = { code: 'CONTAINER_NOT_FOUND', why: 'there is no such bucket' };
const CORRUPT: Meaning = {
  code: 'CORRUPT',
  why: 'the store got other bytes than were sent; nothing was stored',
};

/**
 * The one table from an answer to a contract error: by status and reason, by status alone, then by class of
 * status. What it does not name is `INTERNAL`.
 */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  '400': { code: 'INVALID_ARGUMENT', why: 'the store takes the request for wrong' },
  '400 userProjectMissing': REQUESTER_PAYS,
  '401': UNAUTHENTICATED,
  // The first time that a token is refused: the next attempt has a new one.
  '401 staleToken': { ...UNAUTHENTICATED, retry: 'safe' },
  '403': {
    code: 'PERMISSION_DENIED',
    why: 'the credentials have no permission for this; docs/drivers/gcs.md lists what is needed',
  },
  '403 objectUnderActiveHold': LOCKED,
  '403 retentionPolicyNotMet': LOCKED,
  '403 rateLimitExceeded': THROTTLED,
  '403 userRateLimitExceeded': THROTTLED,
  '403 quotaExceeded': THROTTLED,
  '404': MISSING,
  '404 bucketMissing': NO_BUCKET,
  '408': { code: 'TIMEOUT', why: 'the store did not get the request in time', lost: true },
  '409': { code: 'UNAVAILABLE', why: 'another request changes it at this moment' },
  '410': { code: 'UNAVAILABLE', why: 'the upload session has ended; begin again', retry: 'safe' },
  '412': PRECONDITION,
  '412 orgPolicyConstraintFailed': {
    code: 'PERMISSION_DENIED',
    why: 'a policy of the organisation forbids it',
  },
  '413': { code: 'TOO_LARGE', why: 'it is larger than the store takes' },
  '416': { code: 'RANGE_NOT_SATISFIABLE', why: 'the range begins at or behind its end' },
  '429': THROTTLED,
  '501': { code: 'UNSUPPORTED', why: 'the store can not do that' },
  '504': { code: 'TIMEOUT', why: 'the store did not answer in time', lost: true },
};

/** Where the reason says too little, and the words have to tell. */
const BY_WORDS: readonly (readonly [status: number, words: RegExp, meaning: Meaning])[] = [
  [400, /(hash|crc32c) .*(doesn't|does not) match/i, CORRUPT],
  [400, /requester pays/i, REQUESTER_PAYS],
  [403, /under active .*hold/i, LOCKED],
  [404, /bucket does not exist/i, NO_BUCKET],
];

/** The meaning of an answer that says that something failed. */
function meaningOf({ status, reason, said }: HttpFailure): Meaning {
  for (const [of, words, meaning] of BY_WORDS) {
    if (status === of && words.test(said)) return meaning;
  }
  const row = MEANINGS[`${status} ${reason ?? ''}`] ?? MEANINGS[String(status)];
  if (row !== undefined) return row;
  if (status >= 500) return BROKEN;
  // A refusal changed nothing; what an odd "success" did is anyone's guess.
  return { code: 'INTERNAL', why: said, ...(status < 400 && { lost: true }) };
}

/** Makes contract errors of whatever a request can end with. `storage` is the bucket, in words. */
export function storageErrors(
  storage: string,
): (error: unknown, op: string, key: string | undefined) => StorageError {
  return (error, op, key) => {
    const about = { driver: DRIVER, op, key, storage, cause: error };
    if (error instanceof HttpFailure) {
      const { status, reason, requestId, headers } = error;
      const meaning = meaningOf(error);
      const retryAfterMs = retryAfterOf(headers['retry-after'], Date.now());
      return failed({ ...about, meaning, status, providerCode: reason, requestId, retryAfterMs });
    }
    if (error instanceof AuthFailure) return failed({ ...about, meaning: error.meaning });
    const network = networkMeaning(error);
    if (network !== undefined) {
      return failed({ ...about, meaning: network, providerCode: network.providerCode });
    }
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof Malformed || error instanceof SyntaxError) {
      const meaning: Meaning = {
        code: 'INCOMPLETE',
        why: `the answer is broken: ${why}`,
        lost: true,
      };
      return failed({ ...about, meaning });
    }
    return failed({ ...about, meaning: { code: 'INTERNAL', why, lost: true } });
  };
}
