import { GcsError } from './errors.ts';
import type { Call } from './protocol/call.ts';

/**
 * Compares the bearer token.
 * @throws GcsError 401 when there is none, or another one
 */
export function authorize(call: Call, token: string | undefined): void {
  if (token === undefined) return;
  const { authorization } = call.headers;
  if (authorization === `Bearer ${token}`) return;
  const location = { locationType: 'header', location: 'Authorization' } as const;
  const realm = 'Bearer realm="https://accounts.google.com/"';
  throw authorization === undefined
    ? new GcsError(
        401,
        'required',
        'Anonymous caller does not have access to the Google Cloud Storage resource.',
        location,
        { 'www-authenticate': realm },
      )
    : new GcsError(401, 'authError', 'Invalid Credentials', location, {
        'www-authenticate': `${realm}, error="invalid_token"`,
      });
}
