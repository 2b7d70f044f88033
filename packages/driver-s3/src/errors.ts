import type { StorageError } from '@dunnage/driver-api';
import { failed, networkMeaning, retryAfterOf } from '@dunnage/driver-kit';
import type { Meaning } from '@dunnage/driver-kit';
import { S3Failure } from './failure.ts';
import { meaningOf, UNREADABLE } from './meanings.ts';

/** The driver's name, in errors and in `drivers list`. */
export const DRIVER = 's3';

/** What any error means that a request ended with: of the store, of the network, of the SDK. */
export function meaningOfError(error: unknown): Meaning {
  if (error instanceof S3Failure) return error.meaning ?? meaningOf(error);
  const network = networkMeaning(error);
  if (network !== undefined) return network;
  return meaningOf({ code: nameOf(error) }, cameWithAnswer(error) ? UNREADABLE : undefined);
}

/** The contract error for what a request ended with. */
export function toStorageError(
  bucket: string,
  error: unknown,
  op: string,
  key: string | undefined,
): StorageError {
  const store = error instanceof S3Failure ? error : undefined;
  return failed({
    driver: DRIVER,
    op,
    key,
    storage: `the bucket ${bucket}`,
    meaning: meaningOfError(error),
    status: store?.status,
    providerCode: store?.code ?? networkMeaning(error)?.providerCode ?? nameOf(error),
    requestId: store?.requestId,
    retryAfterMs: retryAfterOf(store?.retryAfter, Date.now()),
    cause: error,
  });
}

/** The SDK hangs the answer on the error of a parser that failed on it. */
function cameWithAnswer(error: unknown): boolean {
  return error instanceof Error && '$response' in error;
}

/** SDKs put a code into the name of their errors; that of any error says nothing. */
function nameOf(error: unknown): string | undefined {
  return error instanceof Error && error.name !== 'Error' && error.name !== 'TypeError'
    ? error.name
    : undefined;
}
