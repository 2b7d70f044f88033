import { GcsError } from './errors.ts';
import type { Call } from './protocol/call.ts';

const REALM = 'Bearer realm="https://accounts.google.com/"';

/**
 * Compares the bearer token.
 * @throws GcsError 401 when there is none, or another one
 */
export function authorize(call: Call, token: string | undefined): void {
  if (token === undefined) return;
  const { authorization } = call.headers;
  if (authorization === `Bearer ${token}`) return;
  if (authorization === undefined) {
    const message =
      'Anonymous caller does not have storage access to the Google Cloud Storage resource. Permission denied on resource (or it may not exist).';
    throw new GcsError(401, 'required', message, {
      header: 'Authorization',
      headers: { 'www-authenticate': REALM },
    });
  }
  throw new GcsError(401, 'authError', 'Invalid Credentials', {
    header: 'Authorization',
    headers: { 'www-authenticate': `${REALM}, error="invalid_token"` },
  });
}

/** What the caller may do. */
export class Access {
  /** `undefined`: everything. */
  readonly #permissions: ReadonlySet<string> | undefined;

  constructor(permissions: readonly string[] | undefined) {
    this.#permissions = permissions && new Set(permissions);
  }

  has(permission: string): boolean {
    return this.#permissions === undefined || this.#permissions.has(permission);
  }

  /** @throws GcsError 403 */
  require(permission: string): void {
    if (this.has(permission)) return;
    const what = permission.startsWith('storage.buckets.') ? 'bucket' : 'object';
    throw new GcsError(
      403,
      'forbidden',
      `double@example.com does not have ${permission} access to the Google Cloud Storage ${what}. Permission '${permission}' denied on resource (or it may not exist).`,
      { xml: { code: 'AccessDenied', message: 'Access denied.' } },
    );
  }
}
