import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from './config.ts';
import { Direct } from './direct.ts';
import type { Ask } from './direct.ts';
import { S3Failure } from './failure.ts';
import { Http } from './http.ts';
import type { Sent } from './http.ts';
import { findRegion } from './region.ts';
import { createSdk } from './sdk.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The SDK's client and the short way, for one region. */
interface Connection {
  readonly region: string;
  readonly sdk: S3Client;
  readonly direct: Direct;
}

/** Codes of refusals that come from asking in the wrong region. */
const WRONG_REGION = new Set([
  ...['AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'],
  ...['PermanentRedirect', 'TemporaryRedirect'],
]);

/** Codes of refusals that newer credentials may mend. */
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);

/** How far the clock may be off before it is the likely reason of a refusal; stores allow 15 minutes. */
const SKEW_MS = 5 * 60_000;

/** All requests go through here. */
export class Client {
  readonly #settings: S3Settings;
  readonly #http: Http;
  #region: string | undefined;
  #connection: Connection | undefined;
  /** How often other credentials were asked for. */
  #renewals = 0;
  #renewal: Promise<unknown> | undefined;

  constructor(settings: S3Settings) {
    this.#settings = settings;
    this.#http = new Http(settings);
  }

  /** Runs a command of the SDK. Its answer has been read to the end, and is whole. */
  async run<Output>(
    signal: AbortSignal,
    command: (sdk: S3Client, options: { readonly abortSignal: AbortSignal }) => Promise<Output>,
  ): Promise<Output> {
    const options = { abortSignal: signal };
    return unlessAborted(
      signal,
      this.#mending(({ sdk }) => command(sdk, options)),
    );
  }

  /** Sends a read on the short way; the body of the answer is still to come. */
  async send(ask: Ask, signal: AbortSignal): Promise<Sent> {
    return unlessAborted(
      signal,
      this.#mending(({ direct }) => direct.send(ask, signal)),
    );
  }

  close(): void {
    this.#connection?.sdk.destroy();
    this.#http.destroy();
  }

  /**
   * Tries, and where the refusal tells what was wrong with the request itself (its region, its time, its
   * credentials), mends that and tries again, once for each. Nothing was done by a request so refused.
   */
  async #mending<Result>(attempt: (connection: Connection) => Promise<Result>): Promise<Result> {
    const mended = new Set<string>();
    for (;;) {
      const connection = await this.#connect();
      const renewals = this.#renewals;
      try {
        return await attempt(connection);
      } catch (error) {
        const what =
          error instanceof S3Failure ? await this.#mend(error, connection, renewals) : undefined;
        if (what === undefined || mended.has(what)) throw error;
        mended.add(what);
      }
    }
  }

  async #connect(): Promise<Connection> {
    this.#region ??= await findRegion(this.#settings);
    if (this.#connection?.region !== this.#region) {
      const region = this.#region;
      const sdk = createSdk(this.#settings, async () => region, this.#http);
      this.#connection = { region, sdk, direct: new Direct(sdk, this.#http, this.#settings) };
    }
    return this.#connection;
  }

  async #mend(
    failure: S3Failure,
    { region, sdk }: Connection,
    renewals: number,
  ): Promise<string | undefined> {
    const { status = 0, code, date } = failure;
    const elsewhere = [301, 302, 307, 308].includes(status) || WRONG_REGION.has(code ?? '');
    // The answer to a HEAD tells no code.
    const unsaid = status === 400 && code === undefined;
    if ((elsewhere || unsaid) && failure.region !== undefined && failure.region !== region) {
      this.#region = failure.region;
      return 'region';
    }
    if (EXPIRED.has(code ?? '')) {
      // One asks for all that used the same ones.
      if (renewals === this.#renewals) {
        this.#renewals++;
        this.#renewal = sdk.config.credentials({ forceRefresh: true });
      }
      await this.#renewal;
      return 'credentials';
    }
    const skew = date === undefined ? Number.NaN : Date.parse(date) - Date.now();
    if (status === 403 && Math.abs(skew - sdk.config.systemClockOffset) > SKEW_MS) {
      sdk.config.systemClockOffset = skew;
      return 'clock';
    }
    return undefined;
  }
}
