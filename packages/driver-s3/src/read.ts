import type { GetOptions, GetResult, Key, ObjectInfo, StatOptions } from '@dunnage/driver-api';
import { bodyOf, bodyOfBytes, checkRange } from '@dunnage/driver-kit';
import type { Operation } from '@dunnage/driver-kit';
import { collect, unreadable } from './answer.ts';
import { infoIn, quoted } from './facts.ts';
import { S3Failure } from './failure.ts';
import type { Sent } from './http.ts';
import { CUT } from './meanings.ts';
import type { Store } from './store.ts';

/** Bodies up to this many bytes are read at once, which frees their connection. */
const SMALL = 64 * 1024;

export async function stat(
  store: Store,
  key: Key,
  options: StatOptions = {},
): Promise<ObjectInfo | undefined> {
  store.session.checkKey('stat', key);
  return store.session.run('stat', options, key, async (signal) => {
    await store.requireVersions('stat', options.version, signal);
    return look(store, key, options.version, signal);
  });
}

/** An object's facts, or nothing where it definitely does not exist. */
export async function look(
  store: Store,
  key: Key,
  version: string | undefined,
  signal: AbortSignal,
): Promise<ObjectInfo | undefined> {
  const ask = { name: store.root.nameOf(key), query: versionQuery(version) };
  try {
    const sent = await store.client.send({ method: 'HEAD', ...ask }, signal);
    sent.body.resume();
    return described(store, key, sent);
  } catch (error) {
    if (!(error instanceof S3Failure)) throw error;
    const { status } = error;
    if (status === 404 && store.bucketSeen) return undefined;
    // A marker that hides the object answers 405 when it is asked for by its version.
    if (status === 405 && version !== undefined) return undefined;
    if (status !== 404 && status !== 400) throw error;
  }
  // The answer to a HEAD has no body, so it does not tell what was not found, or what was wrong: a GET does.
  try {
    const sent = await store.client.send({ method: 'GET', ...ask }, signal);
    sent.body.destroy();
    return described(store, key, sent);
  } catch (error) {
    if (!isMissing(error)) throw error;
    store.bucketSeen = true;
    return undefined;
  }
}

/** A definite "no such object" of the store. */
function isMissing(error: unknown): error is S3Failure {
  return error instanceof S3Failure && ['NoSuchKey', 'NoSuchVersion'].includes(error.code ?? '');
}

function described(store: Store, key: Key, { response }: Sent): ObjectInfo {
  const { statusCode, headers } = response;
  const info = infoIn(key, statusCode, headers, !store.settings.directory);
  if (info !== undefined) return info;
  throw unreadable(statusCode, headers, 'it lacks the size or the time of the object');
}

export async function get(store: Store, key: Key, options: GetOptions = {}): Promise<GetResult> {
  const { session } = store;
  session.checkKey('get', key);
  checkRange(session, options.range, key);
  const operation = session.begin('get', options, key);
  try {
    await store.requireVersions('get', options.version, operation.signal);
    return await read(store, operation, key, options);
  } catch (error) {
    operation[Symbol.dispose]();
    throw operation.error(error);
  }
}

async function read(
  store: Store,
  operation: Operation,
  key: Key,
  options: GetOptions,
): Promise<GetResult> {
  const { range, ifMatch, version } = options;
  const sent = await store.client.send(
    {
      method: 'GET',
      name: store.root.nameOf(key),
      query: versionQuery(version),
      headers: {
        ...(range !== undefined && { range: rangeHeader(range) }),
        ...(ifMatch !== undefined && { 'if-match': quoted(ifMatch) }),
      },
    },
    operation.signal,
  );
  const { response, body, free } = sent;
  try {
    const info = described(store, key, sent);
    const length = expect(sent, info, options);
    if (length > SMALL) {
      // Its reader may take its time, or never read it: others need not wait for that.
      free();
      return { info, body: bodyOf(operation, { driver: 's3', key, length, chunks: body }) };
    }
    const bytes = await collect(body);
    if (bytes.length !== length) {
      throw new S3Failure({ status: response.statusCode, headers: response.headers, meaning: CUT });
    }
    operation[Symbol.dispose]();
    return { info, body: bodyOfBytes(bytes) };
  } catch (error) {
    body.destroy();
    throw error;
  }
}

/**
 * Checks that an answer is to what was asked; some stores pass over what they don't know.
 * @returns the bytes that the body is to have.
 */
function expect({ response }: Sent, info: ObjectInfo, { range, ifMatch }: GetOptions): number {
  const { statusCode, headers } = response;
  if (ifMatch !== undefined && info.etag !== ifMatch) {
    throw new S3Failure({ status: 412, code: 'PreconditionFailed', headers });
  }
  if (range === undefined) return info.size;
  const end = Math.min(range.end ?? info.size, info.size);
  const wanted = `bytes ${range.start}-${end - 1}/${info.size}`;
  if (statusCode === 206 && headers['content-range'] === wanted) return end - range.start;
  if (statusCode === 200 && range.start === 0 && end === info.size && end > 0) return end;
  throw unreadable(statusCode, headers, 'it is not the range that was asked for');
}

function rangeHeader({ start, end }: { readonly start: number; readonly end?: number }): string {
  return `bytes=${start}-${end === undefined ? '' : end - 1}`;
}

function versionQuery(version: string | undefined): Record<string, string> {
  return version === undefined ? {} : { versionId: version };
}
