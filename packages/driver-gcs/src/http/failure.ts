import type { IncomingHttpHeaders } from 'node:http';
import type { Meaning } from '@dunnage/driver-kit';

/** An answer that says that something failed. It holds nothing of the request, which has secrets. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly status: number;
  /** The service's word for what is wrong: `notFound`, `conditionNotMet`. */
  readonly reason: string | undefined;
  /** What the service says of it. */
  readonly said: string;
  readonly headers: Readonly<IncomingHttpHeaders>;

  constructor(
    status: number,
    reason: string | undefined,
    said: string,
    headers: IncomingHttpHeaders,
  ) {
    super(`HTTP ${status}: ${said}`);
    this.status = status;
    this.reason = reason;
    this.said = said;
    this.headers = headers;
  }

  /** What Google's support finds the request by. */
  get requestId(): string | undefined {
    const id = this.headers['x-guploader-uploadid'];
    return typeof id === 'string' ? id : undefined;
  }
}

/** No access could be had to the store: the credentials are missing, unusable or refused. */
export class AuthFailure extends Error {
  override readonly name = 'AuthFailure';
  readonly meaning: Meaning;

  constructor(meaning: Meaning, cause: unknown) {
    super(meaning.why, { cause });
    this.meaning = meaning;
  }
}

/** Texts of answers can be pages of HTML. */
const MOST = 500;

/** What an answer says of its failure: JSON as the API has it, else plain text. */
export function failureOf(status: number, headers: IncomingHttpHeaders, body: Buffer): HttpFailure {
  const text = body.toString('utf8');
  const { message, reason } = errorIn(parse(text)) ?? {};
  const said = (message ?? text.trim().slice(0, MOST)) || 'no more is said';
  return new HttpFailure(status, reason, said, headers);
}

/** The error object of an answer in JSON, if it is one. */
export function errorIn(
  value: unknown,
): { readonly code?: number; readonly message?: string; readonly reason?: string } | undefined {
  const error = (value as { readonly error?: unknown } | null | undefined)?.error;
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message, errors } = error as Record<string, unknown>;
  const [detail] = Array.isArray(errors) ? (errors as unknown[]) : [];
  const reason = (detail as { readonly reason?: unknown } | undefined)?.reason;
  return {
    ...(typeof code === 'number' && { code }),
    ...(typeof message === 'string' && { message }),
    ...(typeof reason === 'string' && { reason }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
