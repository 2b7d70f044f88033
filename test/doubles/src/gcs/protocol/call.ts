import type { IncomingHttpHeaders } from 'node:http';

/** One request: of its own, or a part of a batch. */
export interface Call {
  readonly method: string;
  /** The path as it came, percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Scheme and host that the client used, for links in answers. */
  readonly base: string;
}

/** The answer to a {@link Call}. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
