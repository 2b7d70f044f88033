import { createHmac, randomBytes } from 'node:crypto';

/** A server that speaks Azure Blob: the double, an emulator or the service. */
export interface AzureEndpoint {
  /** The account's URL, without a slash at the end; emulators have the account in its path. */
  readonly url: string;
  readonly account: string;
  /** Base64. */
  readonly accountKey: string;
}

/** What came back, read whole. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  /** `x-ms-error-code`. */
  readonly code: string | undefined;
}

interface Parts {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** How the request says who it is; by default with the account's key. */
  readonly authorize?: 'key' | 'nothing' | 'wrong key';
}

export const version = '2025-11-05';

/** HTTP and nothing more, so that no SDK smooths over what a server does. */
export class Wire {
  readonly endpoint: AzureEndpoint;

  constructor(endpoint: AzureEndpoint) {
    this.endpoint = endpoint;
  }

  /** `path` is below the account, percent-encoded. */
  async send(method: string, path: string, parts: Parts = {}): Promise<Answer> {
    const target = new URL(this.endpoint.url + path);
    for (const [name, value] of Object.entries(parts.query ?? {})) {
      target.searchParams.append(name, value);
    }
    // The service takes a plus sign for one.
    const url = target.href.replaceAll('+', '%20');
    const body = typeof parts.body === 'string' ? new TextEncoder().encode(parts.body) : parts.body;
    const headers = new Headers(parts.headers);
    if (!headers.has('x-ms-version')) headers.set('x-ms-version', version);
    headers.set('x-ms-date', new Date().toUTCString());
    if (parts.authorize !== 'nothing') {
      const key = parts.authorize === 'wrong key' ? 'AAAA' : this.endpoint.accountKey;
      const text = stringToSign(this.endpoint.account, method, url, headers, body?.length ?? 0);
      const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text);
      headers.set(
        'authorization',
        `SharedKey ${this.endpoint.account}:${signature.digest('base64')}`,
      );
    }
    return await read(
      await fetch(url, { method, headers, body: body ?? null, redirect: 'manual' }),
    );
  }

  /** Makes a container with a name of its own. @returns its name */
  async container(): Promise<string> {
    const name = `probe-${randomBytes(6).toString('hex')}`;
    expectStatus(await this.send('PUT', `/${name}`, { query: { restype: 'container' } }), 201);
    return name;
  }

  /** Writes a block blob. */
  put(
    container: string,
    name: string,
    body: string | Uint8Array<ArrayBuffer> = name,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.send('PUT', blobPath(container, name), {
      headers: { 'x-ms-blob-type': 'BlockBlob', ...headers },
      body,
    });
  }

  /** As {@link put}, which has to work. @returns the etag */
  async written(...parts: Parameters<Wire['put']>): Promise<string> {
    const answer = await this.put(...parts);
    expectStatus(answer, 201);
    return answer.headers.get('etag') ?? '';
  }

  blob(method: string, container: string, name: string, parts: Parts = {}): Promise<Answer> {
    return this.send(method, blobPath(container, name), parts);
  }

  async list(container: string, query: Readonly<Record<string, string>> = {}): Promise<Listing> {
    return listing(
      await this.send('GET', `/${container}`, {
        query: { restype: 'container', comp: 'list', ...query },
      }),
    );
  }
}

/** What a listing shows. */
export interface Listing {
  readonly answer: Answer;
  /** Names as the XML has them, `/` behind those of prefixes; in order. */
  readonly names: readonly string[];
  readonly next: string;
}

function listing(answer: Answer): Listing {
  const matches = answer.text.matchAll(/<Blob(?:Prefix)?><Name[^>]*>([^<]*)<\/Name>/gu);
  return {
    answer,
    names: [...matches].map((match) => match[1] ?? ''),
    next: element(answer.text, 'NextMarker'),
  };
}

/** The text of the first element of that name; empty when there is none or it is empty. */
export function element(text: string, name: string): string {
  return new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'u').exec(text)?.[1] ?? '';
}

/** `404 BlobNotFound`, or the status alone where there is no error. */
export function outcome({ status, code }: Answer): string {
  return code === undefined ? String(status) : `${status} ${code}`;
}

export function blobPath(container: string, name: string): string {
  return `/${container}/${name.split('/').map(encodeURIComponent).join('/')}`;
}

function expectStatus(answer: Answer, status: number): void {
  if (answer.status !== status) throw new Error(`not ${status}: ${outcome(answer)} ${answer.text}`);
}

async function read(response: Response): Promise<Answer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  return {
    status: response.status,
    reason: response.statusText,
    headers: response.headers,
    bytes,
    text: bytes.toString(),
    code: response.headers.get('x-ms-error-code') ?? undefined,
  };
}

function stringToSign(
  account: string,
  method: string,
  url: string,
  headers: Headers,
  length: number,
): string {
  const { pathname, searchParams } = new URL(url);
  const header = (name: string): string => headers.get(name) ?? '';
  const own = [...headers].filter(([name]) => name.startsWith('x-ms-')).sort(byName);
  const query = [...searchParams].map(([name, value]) => `\n${name.toLowerCase()}:${value}`).sort();
  return [
    method,
    ...['content-encoding', 'content-language'].map(header),
    length === 0 ? '' : String(length),
    ...['content-md5', 'content-type'].map(header),
    '',
    ...['if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range'].map(
      header,
    ),
    `${own.map(([name, value]) => `${name}:${value}\n`).join('')}/${account}${pathname}${query.join('')}`,
  ].join('\n');
}

/** Orders headers and the like. */
export function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
