import { joinPrefix, parentOf, ROOT } from '@dunnage/driver-api';
import type { Key, ObjectInfo, OpOptions, PutOptions, Source } from '@dunnage/driver-api';
import { checkPutOptions, partsOf } from '@dunnage/driver-kit';
import { DRIVER, notFound, preconditionFailed, storageError } from './errors.ts';
import type { Session } from './session.ts';

export async function put(
  session: Session,
  key: Key,
  source: Source,
  options: PutOptions = {},
): Promise<ObjectInfo> {
  session.checkKey('put', key);
  checkPutOptions(session, 'put', key, options, session.store.profile.capabilities.put);
  const bytes = await collect(session, key, source, options);
  session.enter('put', options, key);
  return commit(session, 'put', key, bytes, options);
}

export function copy(session: Session, from: Key, to: Key, options: PutOptions = {}): ObjectInfo {
  return transfer(session, 'copy', from, to, options);
}

export function move(session: Session, from: Key, to: Key, options: PutOptions = {}): ObjectInfo {
  const info = transfer(session, 'move', from, to, options);
  if (from !== to) session.store.remove(from, {});
  return info;
}

export function undelete(
  session: Session,
  key: Key,
  version: string,
  options: OpOptions = {},
): ObjectInfo {
  session.checkKey('undelete', key);
  session.enter('undelete', options, key);
  const info = session.store.restore(key, version);
  if (info === undefined) throw notFound('undelete', key, version);
  return info;
}

function transfer(
  session: Session,
  op: string,
  from: Key,
  to: Key,
  options: PutOptions,
): ObjectInfo {
  session.checkKey(op, from);
  session.checkKey(op, to);
  checkPutOptions(session, op, to, options, session.store.profile.capabilities.put);
  session.enter(op, options, from);
  const stored = session.store.current(from);
  if (stored === undefined) throw notFound(op, from);
  if (from === to && options.ifAbsent !== true) return stored.info;
  return commit(session, op, to, session.store.bytes(stored), options);
}

/** All of a source, in one part. */
async function collect(
  session: Session,
  key: Key,
  source: Source,
  put: PutOptions,
): Promise<Uint8Array> {
  using operation = session.begin('put', put, key);
  const whole: Uint8Array[] = [];
  const parts = { driver: DRIVER, key, source, put, partSize: () => Infinity };
  for await (const { bytes } of partsOf(operation, parts)) whole.push(bytes);
  return Buffer.concat(whole);
}

/** Checks the conditions and stores, in one step that nothing can come between. */
function commit(
  session: Session,
  op: string,
  key: Key,
  bytes: Uint8Array,
  options: PutOptions,
): ObjectInfo {
  const { store } = session;
  const current = store.current(key);
  if (options.ifAbsent === true && current !== undefined) {
    throw storageError('ALREADY_EXISTS', op, `${JSON.stringify(key)} exists already`, { key });
  }
  if (options.ifMatch !== undefined && current?.info.etag !== options.ifMatch) {
    throw preconditionFailed(op, key);
  }
  if (!store.profile.capabilities.keys.objectAndPrefixMayCoexist) checkRoom(session, op, key);
  return store.put(key, bytes);
}

/** In a file system `a` is a file or a directory, not both. */
function checkRoom(session: Session, op: string, key: Key): void {
  const { store } = session;
  if (store.hasDirectory(joinPrefix(ROOT, key))) {
    const message = `${JSON.stringify(key)} is a directory: there can't be an object of that name`;
    throw storageError('INVALID_KEY', op, message, { key, providerCode: 'EISDIR' });
  }
  for (let parent = parentOf(key); parent !== ROOT && !store.hasDirectory(parent);) {
    const above = parent.slice(0, -1) as Key;
    if (store.current(above) !== undefined) {
      const message = `${JSON.stringify(above)} is an object: there can't be ${JSON.stringify(key)} below it`;
      throw storageError('INVALID_KEY', op, message, { key, providerCode: 'ENOTDIR' });
    }
    parent = parentOf(above);
  }
}
