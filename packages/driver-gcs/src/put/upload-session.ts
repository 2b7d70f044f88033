import type { Bucket } from '../bucket.ts';
import type { Answer, Request } from '../client.ts';
import { INFO_FIELDS, Malformed } from '../resource.ts';
import type { ObjectResource } from '../resource.ts';
import { CONTENT_TYPE } from './insert.ts';
import type { Target } from './store.ts';

/** How long giving up may take, in milliseconds. A session that is left ends by itself after a week. */
const PATIENCE_MS = 3000;

/** A resumable upload: nothing is seen of the object before its last part is there. */
export class UploadSession {
  readonly #bucket: Bucket;
  /** Who has it can write to the object: it is in no error. */
  readonly #path: string;
  readonly #ended = Promise.withResolvers<void>();

  private constructor(bucket: Bucket, path: string) {
    this.#bucket = bucket;
    this.#path = path;
    bucket.waitFor(this.#ended.promise);
  }

  static async begin(bucket: Bucket, target: Target, signal: AbortSignal): Promise<UploadSession> {
    const { name, ifGenerationMatch } = target;
    const fields = INFO_FIELDS;
    const path = bucket.paths.upload({ uploadType: 'resumable', name, ifGenerationMatch, fields });
    const metadata = JSON.stringify({ contentType: CONTENT_TYPE });
    const { headers } = await bucket.client.ask(
      {
        ...{ method: 'POST', path, body: [Buffer.from(metadata)] },
        headers: {
          'content-type': 'application/json; charset=UTF-8',
          'x-upload-content-type': CONTENT_TYPE,
        },
      },
      signal,
    );
    // Behind a proxy the store may know itself by another name; ours is the one that is reached.
    const location = URL.parse(headers.location ?? '');
    if (location === null) throw new Malformed('the store does not say where to upload to');
    return new UploadSession(bucket, bucket.client.below(location));
  }

  /** Sends a part that is not the last one. */
  async send(bytes: Uint8Array, offset: number, signal: AbortSignal): Promise<void> {
    const answer = await this.#put({ bytes, offset, total: undefined, headers: {} }, signal);
    if (answer !== undefined) throw new Malformed('the store took a part for the last one');
  }

  /** Sends the last part, after which the object is there. @returns its metadata */
  async finish(
    bytes: Uint8Array,
    offset: number,
    md5Hash: string,
    signal: AbortSignal,
  ): Promise<ObjectResource> {
    const total = offset + bytes.byteLength;
    const headers = { 'x-goog-hash': `md5=${md5Hash}` };
    const answer = await this.#put({ bytes, offset, total, headers }, signal);
    return JSON.parse(answer?.body.toString('utf8') ?? '') as ObjectResource;
  }

  /** Nothing is left to do. */
  end(): void {
    this.#ended.resolve();
  }

  /** Has the store forget what was sent. After an abort nobody waits for that but who closes the driver. */
  async giveUp(signal: AbortSignal): Promise<void> {
    const request = { method: 'DELETE', path: this.#path, accepts: [404, 410, 499] } as const;
    const given = this.#bucket.client
      .ask(request, AbortSignal.timeout(PATIENCE_MS))
      .then(() => undefined)
      // A session that is left holds no space that is paid for.
      .catch(() => undefined)
      .finally(() => this.end());
    if (!signal.aborted) await given;
  }

  /** @returns the answer to the last bytes; `undefined` where the store waits for more. */
  async #put(chunk: Chunk, signal: AbortSignal): Promise<Answer | undefined> {
    const { bytes, offset, total } = chunk;
    for (let sent = 0; ;) {
      const answer = await this.#bucket.client.ask(this.#request(chunk, sent), signal);
      if (answer.status !== 308) return answer;
      // The store may have kept a part only; the rest is sent again.
      const kept = keptIn(answer) - offset;
      if (kept === bytes.byteLength && total === undefined) return undefined;
      if (kept <= sent || kept > bytes.byteLength)
        throw new Malformed('the upload does not get on');
      sent = kept;
    }
  }

  #request({ bytes, offset, total, headers }: Chunk, sent: number): Request {
    const last = offset + bytes.byteLength - 1;
    const rest = bytes.subarray(sent);
    const range = rest.byteLength === 0 ? '*' : `${offset + sent}-${last}`;
    return {
      ...{ method: 'PUT', path: this.#path, body: [rest], accepts: [308] },
      headers: { 'content-range': `bytes ${range}/${total ?? '*'}`, ...headers },
    };
  }
}

interface Chunk {
  readonly bytes: Uint8Array;
  /** Of its first byte in the whole. */
  readonly offset: number;
  /** Bytes of the whole, where this is the end of it. */
  readonly total: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Bytes that the store has kept so far, of all. */
function keptIn({ headers }: Answer): number {
  const last = /^bytes=0-(\d+)$/.exec(headers.range ?? '')?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}
