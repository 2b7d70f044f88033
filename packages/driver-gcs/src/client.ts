import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { basePath } from './config.ts';
import type { GcsConfig } from './config.ts';
import { agentFor } from './http/agent.ts';
import { Authorization } from './http/authorization.ts';
import type { AuthHeaders } from './http/authorization.ts';
import { bodyOf, exchange } from './http/exchange.ts';
import { errorIn, failureOf, HttpFailure } from './http/failure.ts';
import { Slots } from './http/slots.ts';

/** A request to the store. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the endpoint, percent-encoded, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: readonly Uint8Array[];
  /** Statuses beside 2xx that are an answer and no failure. */
  readonly accepts?: readonly number[];
}

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly body: Buffer;
}

/** Requests to the store over sockets that are kept open, with credentials from Google's SDK. Nothing is retried. */
export class Client {
  readonly #config: GcsConfig;
  readonly #base: string;
  readonly #slots: Slots;
  readonly #authorization: Authorization | undefined;
  #agent: Promise<Agent> | undefined;

  constructor(config: GcsConfig) {
    const { endpoint, auth, universeDomain, concurrency } = config;
    this.#config = config;
    this.#base = basePath(endpoint);
    this.#slots = new Slots(concurrency);
    if (auth !== undefined) {
      const source = { keyfile: undefined, credentials: undefined, authClient: undefined, ...auth };
      const origin = `${endpoint.origin}${this.#base}`;
      this.#authorization = new Authorization({ ...source, endpoint: origin, universeDomain });
    }
  }

  /** The whole answer. @throws HttpFailure, AuthFailure, network errors */
  async ask(request: Request, signal: AbortSignal): Promise<Answer> {
    return this.#slots.run(signal, async () => {
      const response = await this.#send(request, signal);
      return whole(response, await bodyOf(response));
    });
  }

  /** The answer's JSON. @throws as {@link ask}; SyntaxError for what is no JSON */
  async askJson(request: Request, signal: AbortSignal): Promise<unknown> {
    const { status, headers, body } = await this.ask(request, signal);
    const value: unknown = JSON.parse(body.toString('utf8'));
    const error = errorIn(value);
    if (error === undefined) return value;
    // "Success" with an error in it.
    throw failureOf(error.code ?? status, headers, body);
  }

  /**
   * The answer's head, and its body when it comes: whole if it has `eager` bytes at most, else as a stream
   * that holds its socket until it is read or destroyed.
   */
  async open(
    request: Request,
    signal: AbortSignal,
    eager: number,
  ): Promise<{ readonly head: IncomingMessage; readonly bytes: Buffer | undefined }> {
    return this.#slots.run(signal, async () => {
      const head = await this.#send(request, signal);
      const small = Number(head.headers['content-length'] ?? Infinity) <= eager;
      return { head, bytes: small ? await bodyOf(head) : undefined };
    });
  }

  /** The path to ask for what the store calls `location`, whatever it calls itself. */
  below({ pathname, search }: URL): string {
    const own = this.#base !== '' && pathname.startsWith(`${this.#base}/`);
    return `${own ? pathname.slice(this.#base.length) : pathname}${search}`;
  }

  /** Closes all sockets. */
  async close(): Promise<void> {
    (await this.#agent)?.destroy();
  }

  async #send(request: Request, signal: AbortSignal): Promise<IncomingMessage> {
    const { method, path, headers, body = [], accepts = [] } = request;
    const { endpoint, proxy, concurrency } = this.#config;
    const agent = await (this.#agent ??= agentFor(endpoint, proxy, concurrency));
    const authorization = await this.#authorization?.headers(signal);
    const length = body.reduce((sum, bytes) => sum + bytes.byteLength, 0);
    const response = await exchange({
      ...{ endpoint, agent, method, path: this.#base + path, body, signal },
      headers: {
        ...authorization,
        // Google compresses only for those who say so in their name, too; we don't, it costs more than it saves.
        'user-agent': 'dunnage',
        ...(method !== 'GET' && { 'content-length': length }),
        ...headers,
      },
    });
    const { statusCode = 0 } = response;
    if (statusCode === 401) throw this.#unauthenticated(await failed(response), authorization);
    this.#authorization?.accepted();
    if ((statusCode < 200 || statusCode > 299) && !accepts.includes(statusCode)) {
      throw await failed(response);
    }
    return response;
  }

  #unauthenticated(failure: HttpFailure, used: AuthHeaders | undefined): HttpFailure {
    if (used === undefined || this.#authorization?.refused(used) !== true) return failure;
    const { status, said, headers } = failure;
    return new HttpFailure(status, 'staleToken', said, headers);
  }
}

async function failed(response: IncomingMessage): Promise<HttpFailure> {
  return failureOf(response.statusCode ?? 0, response.headers, await bodyOf(response));
}

function whole({ statusCode = 0, headers }: IncomingMessage, body: Buffer): Answer {
  return { status: statusCode, headers, body };
}
