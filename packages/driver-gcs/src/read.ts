import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type {
  GetOptions,
  GetResult,
  Key,
  ObjectInfo,
  OpOptions,
  StatOptions,
  StorageError,
} from '@dunnage/driver-api';
import { bodyOf, bodyOfBytes, checkRange } from '@dunnage/driver-kit';
import type { Bucket } from './bucket.ts';
import { DRIVER } from './errors.ts';
import { HttpFailure } from './http/failure.ts';
import {
  checksumsOf,
  INFO_FIELDS,
  infoOf,
  isGeneration,
  Malformed,
  wholeSeconds,
} from './resource.ts';
import type { ObjectResource } from './resource.ts';

/** Bodies up to this are read at once, so that their sockets are free again: manifests and links. */
const EAGER_BYTES = 64 * 1024;

export async function stat(
  bucket: Bucket,
  key: Key,
  options: StatOptions = {},
): Promise<ObjectInfo | undefined> {
  bucket.session.checkKey('stat', key);
  return bucket.session.run('stat', options, key, async (signal) =>
    lookUp(bucket, key, options.version, signal),
  );
}

/** An object's facts, or `undefined` where the store says that there is none. */
export async function lookUp(
  bucket: Bucket,
  key: Key,
  version: string | undefined,
  signal: AbortSignal,
): Promise<(ObjectInfo & { readonly version: string }) | undefined> {
  if (version !== undefined && !isGeneration(version)) return undefined;
  const query = { generation: version, fields: INFO_FIELDS };
  const path = bucket.paths.object(bucket.nameOf(key), query);
  try {
    const resource = await bucket.client.askJson({ method: 'GET', path }, signal);
    return infoOf(key, resource as ObjectResource);
  } catch (error) {
    if (await bucket.isMissing(error, signal)) return undefined;
    throw error;
  }
}

export async function get(bucket: Bucket, key: Key, options: GetOptions = {}): Promise<GetResult> {
  const { session } = bucket;
  session.checkKey('get', key);
  checkRange(session, options.range, key);
  const operation = session.begin('get', options, key);
  try {
    await checkCondition(bucket, key, options, operation.signal);
    const { head, bytes } = await download(bucket, key, options, operation.signal);
    const info = await infoOfDownload(bucket, key, head, operation.signal);
    checkPart(options, info, head);
    if (bytes !== undefined) {
      operation[Symbol.dispose]();
      return { info, body: bodyOfBytes(bytes) };
    }
    const length = Number(head.headers['content-length'] ?? info.size);
    return { info, body: bodyOf(operation, { driver: DRIVER, key, length, chunks: head }) };
  } catch (error) {
    const failure = operation.error(error);
    operation[Symbol.dispose]();
    throw failure;
  }
}

/** @throws {StorageError} `UNSUPPORTED`, `PRECONDITION_FAILED` */
async function checkCondition(
  bucket: Bucket,
  key: Key,
  { ifMatch, version }: GetOptions,
  signal: AbortSignal,
): Promise<void> {
  if (version !== undefined && !isGeneration(version)) {
    throw new HttpFailure(404, 'notFound', 'no such object', {});
  }
  if (ifMatch === undefined) return;
  const { conditions } = await bucket.features(signal);
  bucket.session.require('get', conditions.read, ifMatch, 'ifMatch');
  if (!isGeneration(ifMatch)) throw noSuchEtag(bucket, 'get', key);
}

/** An etag that no object can have. */
export function noSuchEtag(bucket: Bucket, op: string, key: Key): StorageError {
  const message = `${JSON.stringify(key)} does not have that etag: here one is the number of a generation`;
  return bucket.session.error('PRECONDITION_FAILED', op, message, key);
}

async function download(
  bucket: Bucket,
  key: Key,
  { range, ifMatch, version }: GetOptions,
  signal: AbortSignal,
): Promise<{ readonly head: IncomingMessage; readonly bytes: Buffer | undefined }> {
  const path = bucket.paths.media(bucket.nameOf(key), {
    generation: version,
    ifGenerationMatch: ifMatch,
  });
  const last = range?.end === undefined ? '' : range.end - 1;
  const headers = {
    // As it is stored: what was stored as gzip would else be unpacked, and have another length.
    'accept-encoding': 'gzip',
    ...(range !== undefined && { range: `bytes=${range.start}-${last}` }),
  };
  try {
    return await bucket.client.open({ method: 'GET', path, headers }, signal, EAGER_BYTES);
  } catch (error) {
    // Throws where it is the bucket that is missing.
    await bucket.isMissing(error, signal);
    throw error;
  }
}

/**
 * The object's facts from the headers of a download. `Last-Modified` is when its metadata was last changed;
 * that is when it was written only where that never happened, else the store is asked.
 */
async function infoOfDownload(
  bucket: Bucket,
  key: Key,
  { headers }: IncomingMessage,
  signal: AbortSignal,
): Promise<ObjectInfo> {
  const generation = headers['x-goog-generation'];
  const size = sizeIn(headers);
  const changed = Date.parse(headers['last-modified'] ?? '');
  if (typeof generation !== 'string' || size === undefined || Number.isNaN(changed)) {
    throw new Malformed('the store sent a body without its size, time or generation');
  }
  if (headers['x-goog-metageneration'] !== '1') {
    const exact = await lookUp(bucket, key, generation, signal);
    if (exact !== undefined) return exact;
  }
  const hashes = String(headers['x-goog-hash'] ?? '');
  const checksums = checksumsOf(hashIn(hashes, 'md5'), hashIn(hashes, 'crc32c'));
  return {
    ...{ key, size, modified: wholeSeconds(changed), etag: generation, version: generation },
    ...(checksums !== undefined && { checksums }),
  };
}

/** The size of the whole object. */
function sizeIn(headers: IncomingHttpHeaders): number | undefined {
  const stored = headers['x-goog-stored-content-length'];
  const total = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1];
  const size = Number(stored ?? total ?? headers['content-length']);
  return Number.isSafeInteger(size) ? size : undefined;
}

function hashIn(hashes: string, algorithm: 'md5' | 'crc32c'): string | undefined {
  return new RegExp(`(?:^|[,\\s])${algorithm}=([A-Za-z0-9+/=]+)`).exec(hashes)?.[1];
}

/** That the answer has the part that was asked for. @throws HttpFailure, Malformed */
function checkPart({ range }: GetOptions, { size }: ObjectInfo, head: IncomingMessage): void {
  if (range === undefined || head.statusCode === 206) return;
  if (range.start === 0 && size > 0 && (range.end ?? size) >= size) return;
  head.destroy();
  if (range.start < size)
    throw new Malformed('the store sent all of it where a part was asked for');
  throw new HttpFailure(416, 'requestedRangeNotSatisfiable', 'the range is behind the end', {});
}

/** The store's clock, which every answer tells in whole seconds. */
export async function now(bucket: Bucket, options?: OpOptions): Promise<number> {
  return bucket.session.run('now', options, undefined, async (signal) => {
    const path = bucket.paths.bucket({ fields: 'name' });
    // Who may not look at the bucket is told the time all the same.
    const { headers } = await bucket.client.ask({ method: 'GET', path, accepts: [403] }, signal);
    const time = Date.parse(headers.date ?? '');
    if (Number.isNaN(time)) throw new Malformed('the store does not say what time it is');
    return time;
  });
}
