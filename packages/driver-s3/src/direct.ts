import type { S3Client } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/protocols';
import type { AuthScheme, AwsCredentialIdentity, RequestSigner } from '@smithy/types';
import { configInvalid } from '@dunnage/driver-kit';
import { refusal } from './answer.ts';
import type { S3Settings } from './config.ts';
import { DRIVER } from './errors.ts';
import type { Http, Sent } from './http.ts';
import { pathOf } from './path.ts';

/** A request without a body. */
export interface Ask {
  readonly method: 'GET' | 'HEAD';
  /** Name of the object; without it, the bucket is asked. */
  readonly name?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where requests for the bucket go, and how they are signed: the same for all of them. */
interface Target {
  readonly url: URL;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly scheme: AuthScheme;
  readonly signer: RequestSigner & Partial<SessionSigner>;
}

/** What signs for directory buckets, with a session's credentials. */
interface SessionSigner {
  signWithCredentials(
    request: HttpRequest,
    credentials: AwsCredentialIdentity,
    options: object,
  ): Promise<HttpRequest>;
}

/**
 * The short way for the requests that there are many of: reads, looks and pages. The SDK decides where they go,
 * finds the credentials and signs; what costs it most, building each request anew and parsing what comes back in
 * general ways, is left out.
 */
export class Direct {
  readonly #sdk: S3Client;
  readonly #http: Http;
  readonly #settings: S3Settings;
  #target: Promise<Target> | undefined;

  constructor(sdk: S3Client, http: Http, settings: S3Settings) {
    this.#sdk = sdk;
    this.#http = http;
    this.#settings = settings;
  }

  /** @throws {S3Failure} for an answer of 300 and above. */
  async send(ask: Ask, signal: AbortSignal): Promise<Sent> {
    this.#target ??= this.#resolve();
    const { url, path, headers, scheme, signer } = await this.#target;
    const request = new HttpRequest({
      method: ask.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: ask.name === undefined ? path || '/' : `${path}/${pathOf(ask.name)}`,
      query: { ...ask.query },
      headers: { ...headers, ...ask.headers },
      ...(url.port !== '' && { port: Number(url.port) }),
    });
    const signed = await this.#sign(request, scheme, signer);
    const sent = await this.#http.send(new HttpRequest(signed), { abortSignal: signal });
    const { statusCode } = sent.response;
    if (statusCode >= 300) throw await refusal(statusCode, sent.response.headers, sent.body);
    return sent;
  }

  async #sign(request: HttpRequest, scheme: AuthScheme, signer: Target['signer']) {
    const { config } = this.#sdk;
    const date = new Date(Date.now() + config.systemClockOffset);
    if (scheme.name !== 'sigv4-s3express' || signer.signWithCredentials === undefined) {
      return signer.sign(request, {
        signingDate: date,
        signingRegion: scheme.signingRegion,
        signingService: scheme.signingName,
      });
    }
    const session = await config.s3ExpressIdentityProvider.getS3ExpressIdentity(
      await config.credentials(),
      { Bucket: this.#settings.bucket },
    );
    request.headers['x-amz-s3session-token'] = session.sessionToken ?? '';
    return signer.signWithCredentials(request, session, { signingDate: date });
  }

  async #resolve(): Promise<Target> {
    const { config } = this.#sdk;
    const { bucket, endpoint, userAgent } = this.#settings;
    const { url, headers, properties } = config.endpointProvider({
      Bucket: bucket,
      Region: await config.region(),
      ForcePathStyle: config.forcePathStyle,
      Accelerate: config.useAccelerateEndpoint,
      UseFIPS: await config.useFipsEndpoint(),
      UseDualStack: await config.useDualstackEndpoint(),
      ...(endpoint !== undefined && { Endpoint: endpoint }),
    });
    const scheme = properties?.authSchemes?.[0];
    if (scheme === undefined || scheme.name === 'sigv4a') {
      throw configInvalid(
        DRIVER,
        `requests to the bucket ${bucket} can't be signed with version 4`,
      );
    }
    const named = new Map(
      Object.entries(headers ?? {}).map(([name, values]) => [name, values.join(', ')]),
    );
    return {
      url,
      path: url.pathname.replace(/\/+$/, ''),
      scheme,
      signer: await config.signer(scheme),
      headers: {
        ...Object.fromEntries(named),
        host: url.host,
        'user-agent': userAgent === undefined ? 'dunnage' : `dunnage ${userAgent}`,
      },
    };
  }
}
