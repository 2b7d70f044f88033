import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { crc32 } from 'node:zlib';
import { canonicalQuery, encode, sha256, sign } from './sign.ts';
import type { Signature, Signer } from './sign.ts';

/** A server that speaks S3 over HTTP: the double, another implementation or the service. */
export interface S3Endpoint extends Signer {
  /** `http://HOST:PORT`, without a slash at the end. */
  readonly url: string;
}

/** What came back, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

type Pairs = Readonly<Record<string, string>>;

export interface RequestParts {
  readonly query?: Pairs;
  /** Lower-case names. */
  readonly headers?: Pairs;
  readonly body?: string | Buffer;
  /** Hash of the payload to claim, instead of the true one. */
  readonly payloadHash?: string;
  /** Who signs, instead of the endpoint's own; `null`: nobody. */
  readonly signer?: Signer | null;
  /** Milliseconds since the epoch at which it claims to be signed. */
  readonly atMs?: number;
  /** The body, made when the signature of the headers is known. */
  readonly frame?: (seed: Signature) => Buffer;
  /** Changes the headers after they were signed. */
  readonly tamper?: Pairs;
  /** Sends the body in chunks of HTTP, without its length. */
  readonly unsized?: boolean;
}

const agent = new Agent({ keepAlive: true });

/** Signed HTTP and nothing more, so that no SDK smooths over what a server does. */
export class Wire {
  readonly endpoint: S3Endpoint;

  constructor(endpoint: S3Endpoint) {
    this.endpoint = endpoint;
  }

  /** @param path percent-encoded; it goes out as it is */
  async send(method: string, path: string, parts: RequestParts = {}): Promise<Answer> {
    const { query = {}, body = '', signer = this.endpoint, tamper } = parts;
    const url = new URL(this.endpoint.url);
    const { host } = url;
    const bytes = Buffer.from(body);
    const plain = parts.headers ?? {};
    const signature =
      signer === null
        ? undefined
        : sign(
            {
              method,
              host,
              path,
              query,
              headers: plain,
              payloadHash: parts.payloadHash ?? sha256(bytes),
              atMs: parts.atMs ?? Date.now(),
            },
            signer,
          );
    const payload =
      parts.frame === undefined || signature === undefined ? bytes : parts.frame(signature);
    const search = canonicalQuery(query);
    const outgoing = request({
      agent,
      method,
      host: url.hostname,
      port: url.port,
      path: search === '' ? path : `${path}?${search}`,
      headers: {
        ...(signature?.headers ?? { ...plain, host }),
        ...(parts.unsized === true
          ? { 'transfer-encoding': 'chunked' }
          : { 'content-length': payload.length }),
        ...tamper,
      },
    });
    outgoing.end(payload);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const all = Buffer.concat(chunks);
    const status = response.statusCode ?? 0;
    return { status, headers: response.headers, bytes: all, text: all.toString() };
  }

  /** Makes a bucket with a name of its own. @returns its name */
  async bucket(
    options: { readonly versioned?: boolean; readonly locked?: boolean } = {},
  ): Promise<string> {
    const name = `probe-${randomBytes(6).toString('hex')}`;
    await this.must('PUT', `/${name}`, {
      body: locationOf(this.endpoint.region),
      headers: options.locked === true ? { 'x-amz-bucket-object-lock-enabled': 'true' } : {},
    });
    if (options.versioned === true) await this.version(name, 'Enabled');
    return name;
  }

  /** Turns versioning on or off. */
  async version(bucket: string, status: 'Enabled' | 'Suspended'): Promise<void> {
    const body = `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>${status}</Status></VersioningConfiguration>`;
    await this.must('PUT', `/${bucket}`, { query: { versioning: '' }, body, headers: md5Of(body) });
  }

  /** As {@link send}, which has to work. */
  async must(method: string, path: string, parts: RequestParts = {}): Promise<Answer> {
    const answer = await this.send(method, path, parts);
    if (answer.status < 300) return answer;
    throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  }

  put(
    bucket: string,
    key: string,
    body: string | Buffer = key,
    headers: Pairs = {},
  ): Promise<Answer> {
    return this.send('PUT', pathOf(bucket, key), { body, headers });
  }

  /** Writes objects of these names, with their names in them; nothing in what looks like a directory. */
  async fill(bucket: string, keys: readonly string[]): Promise<string> {
    for (const key of keys) {
      await this.must('PUT', pathOf(bucket, key), { body: key.endsWith('/') ? '' : key });
    }
    return bucket;
  }

  get(bucket: string, key: string, headers: Pairs = {}, query: Pairs = {}): Promise<Answer> {
    return this.send('GET', pathOf(bucket, key), { headers, query });
  }

  /** What an object holds; the status, if it can't be read. */
  async read(bucket: string, key: string, query: Pairs = {}): Promise<string> {
    const answer = await this.get(bucket, key, {}, query);
    return answer.status === 200 ? answer.text : String(answer.status);
  }

  head(bucket: string, key: string, headers: Pairs = {}, query: Pairs = {}): Promise<Answer> {
    return this.send('HEAD', pathOf(bucket, key), { headers, query });
  }

  delete(bucket: string, key: string, headers: Pairs = {}, query: Pairs = {}): Promise<Answer> {
    return this.send('DELETE', pathOf(bucket, key), { headers, query });
  }

  /** A listing: ListObjectsV2 unless another one is asked for. */
  list(bucket: string, query: Pairs, kind: Pairs = { 'list-type': '2' }): Promise<Answer> {
    return this.send('GET', `/${bucket}`, { query: { ...kind, ...query } });
  }

  /** A bulk delete with a document, and its MD5. */
  deleteMany(bucket: string, body: string, headers: Pairs = md5Of(body)): Promise<Answer> {
    return this.send('POST', `/${bucket}`, { query: { delete: '' }, body, headers });
  }
}

export function pathOf(bucket: string, key: string): string {
  return `/${bucket}/${key.split('/').map(encode).join('/')}`;
}

export function md5Of(body: string | Buffer): { 'content-md5': string } {
  return { 'content-md5': createHash('md5').update(body).digest('base64') };
}

/** Base64, as S3 carries it. */
export function crc32Of(body: string | Buffer): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return sum.toString('base64');
}

/** The ETag of bytes that were put whole, with its quotes. */
export function etagOf(body: string): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function locationOf(region: string): string {
  if (region === 'us-east-1') return '';
  return `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
}
