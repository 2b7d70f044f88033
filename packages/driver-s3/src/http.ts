import type { Readable } from 'node:stream';
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { HttpHandlerOptions } from '@smithy/types';
import { createAgents } from './agents.ts';
import type { S3Settings } from './config.ts';
import { Gate } from './gate.ts';

/** Milliseconds for a connection to come about. */
const CONNECT_MS = 10_000;

/** Milliseconds after which the SDK's handler would complain of a long queue: never, the queue is ours. */
const NO_WARNING = 2 ** 31 - 1;

/** How requests reach the store, the SDK's own and ours: through one gate, over kept connections. */
export class Http {
  readonly metadata = { handlerProtocol: 'http/1.1' } as const;
  readonly #handler: NodeHttpHandler;
  readonly #gate: Gate;

  constructor(settings: S3Settings) {
    const { timeoutMs } = settings;
    this.#gate = new Gate(settings.concurrency);
    this.#handler = new NodeHttpHandler({
      ...createAgents(settings),
      connectionTimeout: Math.min(CONNECT_MS, timeoutMs),
      requestTimeout: timeoutMs,
      // Without it a request that takes too long is only warned of, and goes on.
      throwOnRequestTimeout: true,
      socketTimeout: timeoutMs,
      socketAcquisitionWarningTimeout: NO_WARNING,
    });
  }

  /**
   * Sends a request. Its place in the gate is free again when the body of the answer has ended, or when the
   * caller gives it {@link Sent.free back}.
   */
  async send(request: HttpRequest, options: HttpHandlerOptions = {}): Promise<Sent> {
    const signal = options.abortSignal as AbortSignal | undefined;
    const free = await this.#gate.enter(signal);
    try {
      const { response } = await this.#handler.handle(request, options);
      const body = response.body as Readable;
      body.once('close', free);
      return { response, body, free };
    } catch (error) {
      free();
      throw error;
    }
  }

  /** For the SDK. */
  async handle(
    request: HttpRequest,
    options?: HttpHandlerOptions,
  ): Promise<{ readonly response: HttpResponse }> {
    return this.send(request, options);
  }

  /** For the SDK. */
  updateHttpClientConfig: NodeHttpHandler['updateHttpClientConfig'] = (key, value) =>
    this.#handler.updateHttpClientConfig(key, value);

  /** For the SDK. */
  httpHandlerConfigs(): ReturnType<NodeHttpHandler['httpHandlerConfigs']> {
    return this.#handler.httpHandlerConfigs();
  }

  destroy(): void {
    this.#handler.destroy();
  }
}

/** An answer whose body is still to come. */
export interface Sent {
  readonly response: HttpResponse;
  readonly body: Readable;
  /** Lets another request through, while the body is still being read. */
  readonly free: () => void;
}
