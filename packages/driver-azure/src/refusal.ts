import { isRestError } from '@azure/core-rest-pipeline';
import type { HttpHeaders } from '@azure/core-rest-pipeline';

/** An answer of the store that is no success: one shape for what we and what the SDK asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** The store's own code; `''` where it gave none. */
  readonly code: string;
  readonly requestId: string | undefined;
  readonly retryAfter: string | undefined;

  constructor(status: number, headers: Pick<HttpHeaders, 'get'> | undefined, code?: string) {
    const known = headers?.get('x-ms-error-code') ?? code ?? '';
    super(`the store answered ${status}${known === '' ? '' : ` ${known}`}`);
    this.status = status;
    this.code = known;
    this.requestId = headers?.get('x-ms-request-id');
    this.retryAfter = headers?.get('retry-after');
  }

  /** The refusal that an error is, or `undefined` for one of the network or of a program. */
  static of(error: unknown): Refusal | undefined {
    if (error instanceof Refusal) return error;
    if (!isRestError(error) || error.statusCode === undefined) return undefined;
    // Without an answer of its own the SDK's code is one of the network.
    if (error.response === undefined) return undefined;
    const { code, response, statusCode } = error;
    return new Refusal(statusCode, response.headers, code);
  }

  /** True for an error that is a refusal with one of these codes. */
  static is(error: unknown, ...codes: readonly string[]): boolean {
    const code = Refusal.of(error)?.code;
    return code !== undefined && codes.includes(code);
  }
}
