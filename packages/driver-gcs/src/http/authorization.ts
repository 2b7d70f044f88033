import type { AuthClient, GoogleAuth } from 'google-auth-library';
import { networkMeaning } from '@dunnage/driver-kit';
import type { Meaning } from '@dunnage/driver-kit';
import { clientOf, readKeyfile } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { AuthFailure } from './failure.ts';

/** Where credentials come from; the first that is given counts, and none means Google's usual places. */
export interface AuthSource {
  readonly keyfile: string | undefined;
  readonly credentials: Credentials | undefined;
  readonly authClient: AuthClient | GoogleAuth | undefined;
  readonly endpoint: string;
  readonly universeDomain: string;
}

/** How long headers are used before the SDK is asked again, which renews tokens minutes before they end. */
const REUSE_MS = 30_000;

/** Headers that authorise a request; the same object as long as the same token is used. */
export type AuthHeaders = Readonly<Record<string, string>>;

/** Authorises requests by Google's SDK, which is loaded when the first one is made. */
export class Authorization {
  readonly #source: AuthSource;
  #auth: Promise<GoogleAuth> | undefined;
  /** Those in use, or under way to all who wait for them. */
  #headers: { readonly values: Promise<AuthHeaders>; readonly until: number } | undefined;
  #refused: AuthHeaders | undefined;
  /** How many were refused, one after the other. */
  #refusals = 0;

  constructor(source: AuthSource) {
    this.#source = source;
  }

  /** @throws AuthFailure; the signal's reason, when it aborts */
  async headers(signal: AbortSignal): Promise<AuthHeaders> {
    if (this.#headers === undefined || performance.now() >= this.#headers.until) {
      const values = this.#fetch();
      const fetched = { values, until: performance.now() + REUSE_MS };
      this.#headers = fetched;
      values.catch(() => {
        if (this.#headers === fetched) this.#headers = undefined;
      });
    }
    return unlessAborted(signal, this.#headers.values);
  }

  /** The store took the headers. */
  accepted(): void {
    this.#refusals = 0;
  }

  /**
   * The store did not accept these headers: a token may have been revoked. Forgets it; many requests may have
   * used it at once.
   * @returns whether it is worth trying with a new one: not where that was new already.
   */
  refused(headers: AuthHeaders): boolean {
    if (headers !== this.#refused) {
      this.#refused = headers;
      this.#refusals++;
      this.#headers = undefined;
      // A client that the caller gave is the caller's: only its token can be made to look old.
      void this.#auth?.then(async (auth) => expire(await auth.getClient())).catch(() => undefined);
      if (this.#source.authClient === undefined) this.#auth = undefined;
    }
    return this.#refusals <= 1;
  }

  async #fetch(): Promise<AuthHeaders> {
    try {
      const auth = await (this.#auth ??= load(this.#source));
      return Object.fromEntries(await auth.getRequestHeaders(this.#source.endpoint));
    } catch (error) {
      this.#auth = undefined;
      throw error instanceof AuthFailure ? error : new AuthFailure(meaningOf(error), error);
    }
  }
}

async function load(source: AuthSource): Promise<GoogleAuth> {
  const { keyfile, endpoint, universeDomain } = source;
  const credentials = keyfile === undefined ? source.credentials : await readKeyfile(keyfile);
  const authClient =
    source.authClient ?? (credentials === undefined ? undefined : await clientOf(credentials));
  const { Storage } = await import('@google-cloud/storage');
  const storage = new Storage({
    ...{ apiEndpoint: endpoint, universeDomain, useAuthWithCustomEndpoint: true },
    // Nothing here needs a project, but the SDK asks another service for one that it isn't told.
    projectId: 'none',
    // Retries belong to whoever calls the driver.
    retryOptions: { autoRetry: false, maxRetries: 0 },
    ...(authClient !== undefined && { authClient }),
    ...(authClient === undefined && credentials !== undefined && { credentials }),
  });
  return storage.authClient;
}

/** Makes a client ask for a new token the next time. */
function expire(client: AuthClient): void {
  const { credentials } = client;
  // A token without an end is all that there is: nothing would come after it.
  if (
    typeof credentials.refresh_token === 'string' ||
    typeof credentials.expiry_date === 'number'
  ) {
    client.setCredentials({ ...credentials, expiry_date: 1 });
  }
}

/** What it means that no headers could be had. */
function meaningOf(error: unknown): Meaning {
  const network = networkMeaning(error);
  if (network !== undefined) return { ...network, why: `no access token: ${network.why}` };
  const { response } = error as { readonly response?: { readonly status?: unknown } };
  const status = response?.status;
  if (typeof status === 'number' && (status >= 500 || status === 429)) {
    return { code: 'UNAVAILABLE', why: 'no access token can be had at this moment' };
  }
  if (typeof status === 'number') {
    return {
      code: 'UNAUTHENTICATED',
      why: 'the credentials are refused when a token is asked for',
    };
  }
  return {
    code: 'UNAUTHENTICATED',
    why: 'no usable Google credentials; name a keyfile, set GOOGLE_APPLICATION_CREDENTIALS, or run "gcloud auth application-default login"',
  };
}

/** What `promise` gives, unless the signal aborts first. */
async function unlessAborted<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const listener = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', listener, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', listener);
  }
}
