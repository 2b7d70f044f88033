import { isStorageError } from '@dunnage/driver-api';
import type { StorageError } from '@dunnage/driver-api';
import { failed, networkMeaning, retryAfterOf } from '@dunnage/driver-kit';
import type { Meaning } from '@dunnage/driver-kit';
import { meaningOf } from './meanings.ts';
import { Refusal } from './refusal.ts';

/** The driver's name, in errors and in `drivers list`. */
export const DRIVER = 'azure';

/** What is known of a failure, whoever noticed it. */
interface Known {
  readonly meaning: Meaning;
  readonly status?: number | undefined;
  readonly providerCode?: string | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Makes contract errors for one storage. */
export type ToStorageError = (
  error: unknown,
  op: string,
  key: string | undefined,
  options?: { readonly ifAbsent?: boolean },
) => StorageError;

/** @param storage the storage in words, for messages that are not about one key. */
export function storageErrors(storage: string): ToStorageError {
  return (error, op, key, options = {}) => {
    if (isStorageError(error)) return error;
    const known = knownOf(error, options.ifAbsent === true);
    return failed({ driver: DRIVER, op, key, storage, cause: error, ...known });
  };
}

function knownOf(error: unknown, ifAbsent: boolean): Known {
  const refusal = Refusal.of(error);
  if (refusal !== undefined) {
    const { status, code, requestId, retryAfter } = refusal;
    return {
      meaning: meaningOf(status, code, ifAbsent),
      ...{ status, requestId, providerCode: code },
      retryAfterMs: retryAfterOf(retryAfter, Date.now()),
    };
  }
  const network = networkMeaning(error);
  if (network !== undefined) return { meaning: network, providerCode: network.providerCode };
  return { meaning: unanswered(error) };
}

const NO_TOKEN: Meaning = {
  code: 'UNAUTHENTICATED',
  why: 'no access token could be had; look at the error below, and at AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET',
};
const CUT: Meaning = { code: 'UNAVAILABLE', why: 'the connection was cut', lost: true };
const GARBLED: Meaning = {
  code: 'UNAVAILABLE',
  why: 'its answer could not be read to the end',
  lost: true,
};

/** Errors of `@azure/identity` by their names: its classes are loaded only where they are needed. */
const IDENTITY_ERRORS = new Set([
  ...['AuthenticationError', 'AggregateAuthenticationError', 'AuthenticationRequiredError'],
  'CredentialUnavailableError',
]);

/** What it means that a request ended without an answer and without a code of the network. */
function unanswered(error: unknown): Meaning {
  if (!(error instanceof Error)) return { code: 'INTERNAL', why: 'something failed' };
  if (IDENTITY_ERRORS.has(error.name)) return NO_TOKEN;
  const { code } = error as { readonly code?: unknown };
  if (code === 'REQUEST_SEND_ERROR') return CUT;
  if (code === 'PARSE_ERROR') return GARBLED;
  return { code: 'INTERNAL', why: error.message, lost: true };
}
