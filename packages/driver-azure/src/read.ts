import { StorageError } from '@dunnage/driver-api';
import type { GetOptions, GetResult, Key, ObjectInfo, StatOptions } from '@dunnage/driver-api';
import { bodyOf, bodyOfBytes, checkRange } from '@dunnage/driver-kit';
import type { Operation } from '@dunnage/driver-kit';
import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { bodyOfAnswer, chunksOf, expectStatus, refusalOf } from './answers.ts';
import { confirmMissing } from './container.ts';
import { DRIVER } from './errors.ts';
import { infoOf, quoted } from './info.ts';
import { complete, missing } from './store.ts';
import type { AzureStore } from './store.ts';

/** Bodies up to this length are taken off the socket at once: a reader that dallies holds no connection. */
const READ_AT_ONCE = 1024 * 1024;

export async function stat(
  store: AzureStore,
  key: Key,
  options: StatOptions = {},
): Promise<ObjectInfo | undefined> {
  store.session.checkKey('stat', key);
  await store.checkVersion('stat', options.version, options);
  return store.session.run('stat', options, key, async (signal) => {
    const found = await head(store, key, options.version, signal);
    return found === undefined ? undefined : complete(store, 'stat', found);
  });
}

/** The facts of an object, or `undefined` where there is none: a definite answer. */
export async function head(
  store: AzureStore,
  key: Key,
  version: string | undefined,
  signal: AbortSignal,
): Promise<ObjectInfo | undefined> {
  const query = { versionid: version };
  const name = store.nameOf(key);
  const answer = await store.client.ask({ method: 'HEAD', name, query, signal });
  if (answer.status === 200) return infoOf(key, answer);
  const refusal = await refusalOf(answer);
  if (refusal.status === 404) {
    await confirmMissing(store, refusal, signal);
    return undefined;
  }
  // What was never the name of a version names none.
  if (version !== undefined && refusal.status === 400) return undefined;
  throw refusal;
}

export async function get(
  store: AzureStore,
  key: Key,
  options: GetOptions = {},
): Promise<GetResult> {
  const { session } = store;
  session.checkKey('get', key);
  checkRange(session, options.range, key);
  await store.checkVersion('get', options.version, options);
  const operation = session.begin('get', options, key);
  let handedOn = false;
  try {
    const answer = await ask(store, key, options, operation.signal);
    const found = infoOf(key, answer);
    if (found === undefined) {
      // A directory's body is empty.
      await bodyOfAnswer(answer);
      throw missing(store, 'get', key);
    }
    const info = complete(store, 'get', found);
    checkAnswered(store, info, options.range, answer);
    const length = Number(answer.headers.get('content-length') ?? Number.NaN);
    if (length <= READ_AT_ONCE) {
      return { info, body: bodyOfBytes(await wholeBody(key, answer, length)) };
    }
    handedOn = true;
    return {
      info,
      body: bodyOf(operation, { driver: DRIVER, key, length, chunks: chunksOf(answer) }),
    };
  } catch (error) {
    throw operation.error(error);
  } finally {
    if (!handedOn) operation[Symbol.dispose]();
  }
}

async function ask(
  store: AzureStore,
  key: Key,
  { range, ifMatch, version }: GetOptions,
  signal: Operation['signal'],
): Promise<PipelineResponse> {
  const answer = await store.client.ask({
    method: 'GET',
    name: store.nameOf(key),
    query: { versionid: version },
    headers: {
      range: range === undefined ? undefined : `bytes=${range.start}-${lastOf(range)}`,
      'if-match': ifMatch === undefined ? undefined : quoted(ifMatch),
    },
    signal,
  });
  if (answer.status === 200 || answer.status === 206) return answer;
  const refusal = await refusalOf(answer);
  if (refusal.status === 404) {
    await confirmMissing(store, refusal, signal);
    throw missing(store, 'get', key, version);
  }
  if (version !== undefined && refusal.status === 400) throw missing(store, 'get', key, version);
  throw refusal;
}

/**
 * Makes sure that the answer is the range that was asked for: some servers answer with nothing where none of it is
 * there, or with the whole object where they don't know ranges.
 */
function checkAnswered(
  { session }: AzureStore,
  { key, size }: ObjectInfo,
  range: GetOptions['range'],
  { status, readableStreamBody }: PipelineResponse,
): void {
  if (range === undefined) return;
  const isMissed = range.start >= size;
  if (!isMissed && status === 206) return;
  (readableStreamBody as { destroy?: () => void } | undefined)?.destroy?.();
  if (!isMissed) throw session.error('UNSUPPORTED', 'get', 'the store gives no ranges', key);
  const message = `the range starts at ${range.start}, but ${JSON.stringify(key)} has ${size} bytes`;
  throw session.error('RANGE_NOT_SATISFIABLE', 'get', message, key);
}

function lastOf({ end }: { readonly end?: number }): string {
  return end === undefined ? '' : String(end - 1);
}

async function wholeBody(key: Key, answer: PipelineResponse, length: number): Promise<Uint8Array> {
  const bytes = await bodyOfAnswer(answer);
  if (bytes.byteLength === length) return bytes;
  const message = `the body of ${JSON.stringify(key)} has ${bytes.byteLength} bytes where ${length} were announced`;
  throw new StorageError({ code: 'CORRUPT', op: 'get', driver: DRIVER, key, message });
}

/** The store's clock, which every answer of it shows; there need not be such a blob. */
export async function now(
  store: AzureStore,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<number> {
  return store.session.run('now', options, undefined, async (signal) => {
    const name = `${store.root.text}dunnage/clock`;
    const answer = await store.client.ask({ method: 'HEAD', name, signal });
    if (answer.status === 404) await confirmMissing(store, await refusalOf(answer), signal);
    else await expectStatus(answer, 200);
    const time = Date.parse(answer.headers.get('date') ?? '');
    if (!Number.isNaN(time)) return time;
    throw store.session.error('INTERNAL', 'now', 'the store did not tell the time');
  });
}
