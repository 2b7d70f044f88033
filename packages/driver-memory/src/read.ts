import type { GetOptions, GetResult, Key, ObjectInfo, StatOptions } from '@dunnage/driver-api';
import { checkRange } from '@dunnage/driver-kit';
import { isMarker } from './stored.ts';
import { notFound, preconditionFailed, storageError } from './errors.ts';
import type { Session } from './session.ts';
import type { Stored } from './stored.ts';

/** Bytes that a body hands over at a time. */
const CHUNK = 64 * 1024;

export function stat(
  session: Session,
  key: Key,
  options: StatOptions = {},
): ObjectInfo | undefined {
  return find(session, 'stat', key, options)?.info;
}

export function get(session: Session, key: Key, options: GetOptions = {}): GetResult {
  const { read } = session.store.profile.capabilities;
  session.require('get', read.ifMatch, options.ifMatch, 'ifMatch on get');
  checkRange(session, options.range, key);
  const stored = find(session, 'get', key, options);
  if (stored === undefined) throw notFound('get', key, options.version);
  if (options.ifMatch !== undefined && stored.info.etag !== options.ifMatch) {
    throw preconditionFailed('get', key);
  }
  const { info } = stored;
  const start = options.range?.start ?? 0;
  if (options.range !== undefined && start >= info.size) {
    const message = `the range starts at ${start}, but ${JSON.stringify(key)} has ${info.size} bytes`;
    throw storageError('RANGE_NOT_SATISFIABLE', 'get', message, { key });
  }
  const bytes = session.store.bytes(stored).subarray(start, options.range?.end);
  return { info, body: stream(session, bytes, options, key) };
}

/** The object or version as readers see it; counts as one operation. */
function find(session: Session, op: string, key: Key, options: StatOptions): Stored | undefined {
  session.checkKey(op, key);
  session.require(op, session.store.profile.versioned, options.version, 'versions');
  session.enter(op, options, key);
  const stored = session.store.find(key, options.version);
  return stored === undefined || isMarker(stored) ? undefined : stored;
}

/** Hands out copies of `bytes` as they are asked for, until the caller aborts or the driver closes. */
function stream(
  session: Session,
  bytes: Uint8Array,
  options: GetOptions,
  key: Key,
): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        session.check('get', options, key);
        if (at < bytes.byteLength) controller.enqueue(bytes.subarray(at, (at += CHUNK)));
        if (at >= bytes.byteLength) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
