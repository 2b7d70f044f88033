import { messages } from './messages.ts';
import type { ErrorCode } from './messages.ts';

interface FaultDetails {
  /** Another status than the usual one of the code. */
  readonly status?: number;
  readonly message?: string;
  /** Elements of the error's XML beside code and message. */
  readonly detail?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that says no, with the service's own status, code and message. */
export class Fault extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, { message, status, detail = {}, headers = {} }: FaultDetails = {}) {
    const [usualStatus, usual] = messages[code];
    super(message ?? usual);
    this.code = code;
    this.status = status ?? usualStatus;
    this.detail = detail;
    this.headers = headers;
  }
}

/** A header whose value the service does not take. */
export function badHeader(name: string, value: string | undefined): Fault {
  return new Fault('InvalidHeaderValue', {
    detail: { HeaderName: name, HeaderValue: value ?? '' },
  });
}

/** A query parameter whose value the service does not take. */
export function badQuery(name: string, value: string | undefined, reason?: string): Fault {
  return new Fault('InvalidQueryParameterValue', {
    detail: {
      QueryParameterName: name,
      QueryParameterValue: value ?? '',
      ...(reason === undefined ? {} : { Reason: reason }),
    },
  });
}
