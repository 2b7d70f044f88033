import { S3Fault, invalidRequest } from '../errors.ts';
import { header } from '../wire/request.ts';
import type { S3Request } from '../wire/request.ts';
import { hmac, sha256Hex } from './canonical.ts';
import type { Verified } from './verify.ts';

/** A body without its framing, and the headers that came behind it. */
export interface Unframed {
  readonly bytes: Buffer;
  readonly trailers: ReadonlyMap<string, string>;
}

const MIN_CHUNK = 8192;
const EMPTY_HASH = sha256Hex('');

export function isChunked(verified: Verified): boolean {
  return verified.payloadHash.startsWith('STREAMING-');
}

/**
 * Undoes aws-chunked: `SIZE[;chunk-signature=…]CRLF bytes CRLF`, an empty chunk, trailers.
 * @throws what S3 answers when framing, lengths or signatures do not hold
 */
export function unframe(request: S3Request, verified: Verified): Unframed {
  const signed = verified.payloadHash.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  const withTrailer = verified.payloadHash.endsWith('-TRAILER');
  const decodedLength = header(request, 'x-amz-decoded-content-length');
  if (decodedLength === undefined) throw new S3Fault('MissingContentLength');
  const reader = new Lines(request.body);
  const chunks: Buffer[] = [];
  let previous = verified.signature;
  for (;;) {
    const [size = '', extension = ''] = reader.line().split(';');
    if (!/^[0-9a-f]+$/i.test(size)) throw incomplete();
    const bytes = reader.take(Number.parseInt(size, 16));
    if (signed) {
      const signature = chunkSignature(verified, previous, bytes);
      if (extension !== `chunk-signature=${signature}`) throw new S3Fault('SignatureDoesNotMatch');
      previous = signature;
    }
    if (bytes.length === 0) break;
    const last = chunks.at(-1);
    if (last !== undefined && last.length < MIN_CHUNK) {
      throw new S3Fault('InvalidChunkSizeError', {
        fields: { Chunk: String(chunks.length + 1), BadChunkSize: String(last.length) },
      });
    }
    chunks.push(bytes);
    reader.newLine();
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length !== Number(decodedLength)) throw incomplete();
  const trailers = withTrailer ? readTrailers(request, verified, previous, reader) : new Map();
  return { bytes, trailers };
}

function chunkSignature(verified: Verified, previous: string, bytes: Buffer): string {
  const toSign = [
    'AWS4-HMAC-SHA256-PAYLOAD',
    verified.timestamp,
    verified.scope,
    previous,
    EMPTY_HASH,
    sha256Hex(bytes),
  ].join('\n');
  return hmac(verified.key, toSign).toString('hex');
}

function readTrailers(
  request: S3Request,
  verified: Verified,
  previous: string,
  reader: Lines,
): Map<string, string> {
  const trailers = new Map<string, string>();
  for (let line = reader.lineOrEnd(); line !== ''; line = reader.lineOrEnd()) {
    const colon = line.indexOf(':');
    if (colon < 0) throw new S3Fault('MalformedTrailerError');
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const signature = trailers.get('x-amz-trailer-signature');
  trailers.delete('x-amz-trailer-signature');
  const announced = (header(request, 'x-amz-trailer') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  if (announced.toSorted().join() !== [...trailers.keys()].sort().join()) {
    throw new S3Fault('MalformedTrailerError');
  }
  if (verified.payloadHash.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')) {
    const canonical = [...trailers].map(([name, value]) => `${name}:${value}\n`).join('');
    const toSign = [
      'AWS4-HMAC-SHA256-TRAILER',
      verified.timestamp,
      verified.scope,
      previous,
      sha256Hex(canonical),
    ].join('\n');
    if (signature !== hmac(verified.key, toSign).toString('hex')) {
      throw new S3Fault('SignatureDoesNotMatch');
    }
  } else if (signature !== undefined) {
    throw invalidRequest('A trailer signature was sent with an unsigned payload.');
  }
  return trailers;
}

function incomplete(): S3Fault {
  return new S3Fault('IncompleteBody', { message: 'The request body terminated unexpectedly' });
}

/** Reads lines that end in CRLF, and bytes between them. */
class Lines {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  line(): string {
    const end = this.#bytes.indexOf('\r\n', this.#position);
    if (end < 0) throw incomplete();
    const text = this.#bytes.toString('latin1', this.#position, end);
    this.#position = end + 2;
    return text;
  }

  /** Empty at the end, too: the last line break may be missing. */
  lineOrEnd(): string {
    return this.#position >= this.#bytes.length ? '' : this.line();
  }

  take(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw incomplete();
    const bytes = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return bytes;
  }

  newLine(): void {
    if (this.line() !== '') throw incomplete();
  }
}
