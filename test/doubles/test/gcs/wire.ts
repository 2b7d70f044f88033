import { randomBytes } from 'node:crypto';

/** A server that speaks the JSON API: the double, another emulator or the service. */
export interface GcsEndpoint {
  /** `http://HOST:PORT`, without a slash at the end. */
  readonly url: string;
  /** The bearer token to bring, if one is needed. */
  readonly token?: string;
  /** The project in which buckets are made. Default: `test`. */
  readonly project?: string;
}

/** What came back, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
}

interface RequestParts {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** What probes read of an object. */
export interface ObjectJson {
  readonly name: string;
  readonly generation: string;
  readonly metageneration: string;
  readonly size: string;
  readonly md5Hash?: string;
  readonly crc32c: string;
  readonly etag: string;
  readonly contentType?: string;
  readonly storageClass?: string;
  readonly componentCount?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly timeCreated: string;
  readonly updated: string;
  readonly timeDeleted?: string;
  readonly softDeleteTime?: string;
  readonly hardDeleteTime?: string;
}

export interface ListJson {
  readonly items?: readonly ObjectJson[];
  readonly prefixes?: readonly string[];
  readonly nextPageToken?: string;
}

/** HTTP and nothing more, so that no SDK smooths over what a server does. */
export class Wire {
  readonly #endpoint: GcsEndpoint;

  constructor(endpoint: GcsEndpoint) {
    this.#endpoint = endpoint;
  }

  get url(): string {
    return this.#endpoint.url;
  }

  async send(method: string, path: string, parts: RequestParts = {}): Promise<Answer> {
    const { token, url } = this.#endpoint;
    const query = new URLSearchParams(parts.query).toString();
    const target = path.startsWith('http') ? path : url + path;
    const response = await fetch(target + (query === '' ? '' : `?${query}`), {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...parts.headers,
      },
      body: parts.body ?? null,
      redirect: 'manual',
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes, text: bytes.toString() };
  }

  /** Makes a bucket with a name of its own. @returns its name */
  async bucket(
    resource: object = {},
    query: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const name = `probe-${randomBytes(6).toString('hex')}`;
    const answer = await this.send('POST', '/storage/v1/b', {
      query: { project: this.#endpoint.project ?? 'test', ...query },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        name,
        softDeletePolicy: { retentionDurationSeconds: '0' },
        iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
        ...resource,
      }),
    });
    if (answer.status !== 200) throw new Error(`no bucket: ${answer.status} ${answer.text}`);
    return name;
  }

  /** Writes an object with a simple upload. */
  put(
    bucket: string,
    name: string,
    body: string | Uint8Array<ArrayBuffer> = name,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.send('POST', `/upload/storage/v1/b/${bucket}/o`, {
      query: { uploadType: 'media', name, ...query },
      headers: { 'content-type': 'text/plain' },
      body,
    });
  }

  /** As {@link put}, which has to work. */
  async putObject(...parts: Parameters<Wire['put']>): Promise<ObjectJson> {
    const answer = await this.put(...parts);
    if (answer.status !== 200) throw new Error(`not written: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as ObjectJson;
  }

  /** Writes an object together with its metadata. */
  insert(
    bucket: string,
    metadata: object,
    body: string,
    query: Readonly<Record<string, string>> = {},
    boundary: Boundary = { header: 'bound', line: 'bound' },
  ): Promise<Answer> {
    return this.send('POST', `/upload/storage/v1/b/${bucket}/o`, {
      query: { uploadType: 'multipart', ...query },
      headers: { 'content-type': `multipart/related; boundary=${boundary.header}` },
      body: [
        `--${boundary.line}`,
        'Content-Type: application/json',
        '',
        JSON.stringify(metadata),
        `--${boundary.line}`,
        'Content-Type: text/plain',
        '',
        body,
        `--${boundary.line}--`,
        '',
      ].join('\r\n'),
    });
  }

  get(bucket: string, name: string, query: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send('GET', objectPath(bucket, name), { query });
  }

  media(
    bucket: string,
    name: string,
    headers: Readonly<Record<string, string>> = {},
    query: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const path = `/download${objectPath(bucket, name)}`;
    return this.send('GET', path, { query: { alt: 'media', ...query }, headers });
  }

  delete(
    bucket: string,
    name: string,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.send('DELETE', objectPath(bucket, name), { query });
  }

  patch(
    bucket: string,
    name: string,
    changes: object,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.json('PATCH', objectPath(bucket, name), changes, query);
  }

  /** Sends JSON. */
  json(
    method: string,
    path: string,
    body: object,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return this.send(method, path, { query, headers, body: JSON.stringify(body) });
  }

  async list(bucket: string, query: Readonly<Record<string, string>> = {}): Promise<ListJson> {
    const answer = await this.send('GET', `/storage/v1/b/${bucket}/o`, { query });
    if (answer.status !== 200) throw new Error(`not listed: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as ListJson;
  }

  /** Names of a listing. */
  async names(bucket: string, query: Readonly<Record<string, string>> = {}): Promise<string[]> {
    const { items = [] } = await this.list(bucket, query);
    return items.map(({ name }) => name);
  }
}

/** How a boundary is written in the header and before its lines. */
interface Boundary {
  readonly header: string;
  readonly line: string;
}

export function objectPath(bucket: string, name: string): string {
  return `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
}

export function objectIn({ text }: Answer): ObjectJson {
  return JSON.parse(text) as ObjectJson;
}

/** `ok`, or status and reason of an answer, as far as it has one. */
export function outcome({ status, text }: Answer): string {
  if (status >= 200 && status < 300) return 'ok';
  const reason = errorIn(text)?.errors?.[0]?.reason;
  return reason === undefined ? `${status}` : `${status} ${reason}`;
}

/** The message of an error, with `BUCKET` for the bucket's name. */
export function messageOf({ text }: Answer, bucket: string): string | undefined {
  return errorIn(text)?.message?.replaceAll(bucket, 'BUCKET');
}

interface ErrorJson {
  readonly message?: string;
  readonly errors?: readonly { readonly reason?: string }[];
}

function errorIn(text: string): ErrorJson | undefined {
  try {
    return (JSON.parse(text) as { readonly error?: ErrorJson }).error;
  } catch {
    return undefined;
  }
}
