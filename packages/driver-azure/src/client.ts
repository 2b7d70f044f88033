import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import type {
  HttpMethods,
  PipelinePolicy,
  PipelineRequest,
  PipelineResponse,
} from '@azure/core-rest-pipeline';
import { BlobBatch, BlobServiceClient, ContainerClient, newPipeline } from '@azure/storage-blob';
import type { BlockBlobClient } from '@azure/storage-blob';
import type { AzureConfig } from './config/index.ts';
import { sdkCredential } from './credentials.ts';
import type { SdkCredential } from './credentials.ts';

/** One version of the service's protocol for all requests, the SDK's included: one behaviour. */
const API_VERSION = '2024-11-04';

/** A request of our own. */
export interface Ask {
  readonly method: HttpMethods;
  /** A blob's name; the container itself where there is none. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** The SDK's client, which also sends what the SDK has no words for, or too many. */
class Container extends ContainerClient {
  /** Sends a request through all of the SDK's policies: signing, proxies, logging. */
  send(request: PipelineRequest): Promise<PipelineResponse> {
    return this.storageClientContext.sendRequest(request);
  }

  addPolicy(policy: PipelinePolicy): void {
    // Behind the policy that sets a proxy's agent, before those that sign.
    this.storageClientContext.pipeline.addPolicy(policy, { afterPolicies: ['proxyPolicy'] });
  }
}

/** The container that a driver works on, and how to ask it. */
export class AzureClient {
  readonly config: AzureConfig;
  readonly credential: SdkCredential;
  readonly container: Container;
  readonly service: BlobServiceClient;
  readonly #url: string;
  /** The SAS, where there is one: a part of every URL. */
  readonly #sas: string;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(config: AzureConfig) {
    this.config = config;
    this.credential = sdkCredential(config);
    const { credentials, endpoint, container, concurrency, skipVerify } = config;
    this.#sas = credentials.type === 'sas' ? credentials.token : '';
    this.#url = `${endpoint}/${container}`;
    const pool = { keepAlive: true, maxSockets: concurrency, maxFreeSockets: concurrency };
    this.#agent = endpoint.startsWith('https:')
      ? new HttpsAgent({ ...pool, ...(skipVerify && { rejectUnauthorized: false }) })
      : new HttpAgent(pool);
    // Whoever calls a driver retries. Both clients share the pipeline.
    const pipeline = newPipeline(this.credential, { retryOptions: { maxTries: 1 } });
    this.service = new BlobServiceClient(this.#withSas(endpoint), pipeline);
    this.container = new Container(this.#withSas(this.#url), pipeline);
    this.container.addPolicy(ourWay(this.#agent));
  }

  /** The answer, whatever its status. The body of a GET or POST, or of an error, is a stream and wants to be read. */
  async ask({ method, name, query, headers, body, signal }: Ask): Promise<PipelineResponse> {
    const answer = await this.container.send(
      createPipelineRequest({
        method,
        url: this.urlOf(name, query),
        headers: createHttpHeaders(given(headers)),
        abortSignal: signal,
        allowInsecureConnection: true,
        streamResponseStatusCodes: EVERY_STATUS,
        ...(body !== undefined && { body }),
      }),
    );
    // A body that nobody reads, even an empty one, holds its socket.
    if (method === 'DELETE' && answer.status < 300) answer.readableStreamBody?.resume();
    return answer;
  }

  /** The URL of a blob or of the container: a secret where a SAS is used. */
  urlOf(name: string | undefined, query: Ask['query'] = {}): string {
    const parameters = new URLSearchParams(given(query)).toString();
    // The service takes "+" in a query for itself and not for a space.
    const search = [parameters.replaceAll('+', '%20'), this.#sas].filter((part) => part !== '');
    const path = name === undefined ? '' : `/${encodeName(name)}`;
    return `${this.#url}${path}${search.length === 0 ? '' : `?${search.join('&')}`}`;
  }

  blob(name: string): BlockBlobClient {
    return this.container.getBlockBlobClient(name);
  }

  batch(): BlobBatch {
    return new BlobBatch();
  }

  /** Ends all sockets. */
  close(): void {
    this.#agent.destroy();
  }

  #withSas(url: string): string {
    return this.#sas === '' ? url : `${url}?${this.#sas}`;
  }
}

const EVERY_STATUS = new Set([Number.POSITIVE_INFINITY]);

function ourWay(agent: HttpAgent | HttpsAgent): PipelinePolicy {
  return {
    name: 'dunnage',
    async sendRequest(request, next) {
      request.headers.set('x-ms-version', API_VERSION);
      request.agent ??= agent;
      return next(request);
    },
  };
}

function encodeName(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

/** Without what is undefined. */
function given(values: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
