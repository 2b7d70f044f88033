import { inspect } from 'node:util';

const HIDDEN = '***';

/** Things in texts that give access: signatures in URLs, keys in connection strings, tokens in headers. */
const SECRETS: readonly RegExp[] = [
  /\b(sig|signature|x-amz-signature|x-amz-security-token|x-amz-credential|x-goog-signature|x-goog-credential|access_token|token)=[^&\s"'<>]+/gi,
  /\b(accountkey|sharedaccesssignature|sharedaccesskey|secretkey|secretaccesskey|sessiontoken|password)=[^;\s"'<>]+/gi,
  /\b(authorization|x-amz-security-token|x-goog-iam-authorization-token)["']?\s*[:=]\s*["']?[^\r\n"',}]+/gi,
  /\b(bearer|sharedkey)\s+[A-Za-z0-9._~+/=:-]+/gi,
  // What Google's access tokens look like, wherever they stand.
  /\bya29\.[A-Za-z0-9._-]+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\/\/[^/\s:@]+:[^/\s@]+@/g,
];

/** `text` without what gives access, so that it can be shown, logged and written into plans. */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce(
    (shown, pattern) =>
      shown.replace(pattern, (found: string, name: unknown) => {
        if (found.startsWith('//')) return `//${HIDDEN}@`;
        if (typeof name !== 'string') return HIDDEN;
        return `${name}${/^\w+\s/.test(found) ? ' ' : '='}${HIDDEN}`;
      }),
    text,
  );
}

/**
 * What an SDK threw, cut to what may be shown: its name, message and code. SDKs hang the request, with its
 * `Authorization` header, on their errors, and whoever inspects or logs the error would print it.
 */
export function shownCause(error: unknown): Error | undefined {
  if (error === undefined || error === null) return undefined;
  if (!(error instanceof Error)) return new Error(withoutSecrets(inspect(error)));
  const inner = error.cause === error ? undefined : shownCause(error.cause);
  const shown = new Error(
    withoutSecrets(error.message),
    inner === undefined ? undefined : { cause: inner },
  );
  shown.name = error.name;
  if (error.stack !== undefined) shown.stack = withoutSecrets(error.stack);
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? Object.assign(shown, { code }) : shown;
}
