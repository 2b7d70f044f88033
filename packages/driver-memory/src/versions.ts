import { compareKeys, ROOT } from '@dunnage/driver-api';
import type { Key, ListOptions, ListPage, VersionInfo } from '@dunnage/driver-api';
import { checkListOptions, decodeCursor, encodeCursor } from '@dunnage/driver-kit';
import { isMarker } from './stored.ts';
import { DRIVER, storageError } from './errors.ts';
import type { Session } from './session.ts';
import type { Stored } from './stored.ts';

/** All versions and delete markers: keys in byte order, of each key the newest first. */
export async function* versionsOf(
  session: Session,
  options: ListOptions = {},
): AsyncGenerator<ListPage<VersionInfo>, void, undefined> {
  const able = session.store.profile.capabilities.list;
  const pageSize = checkListOptions(session, 'versionsOf', options, able);
  if (options.depth === 'children') {
    throw storageError('UNSUPPORTED', 'versionsOf', 'versions are listed recursively only');
  }
  const { prefix = ROOT, startAfter = '', cursor } = options;
  const [lastKey, lastVersion] =
    cursor === undefined ? [] : decodeCursor(DRIVER, 'versionsOf', cursor, prefix, 2);
  session.check('versionsOf', options);
  const all = collectVersions(session).filter(
    ({ key }) => key.startsWith(prefix) && (startAfter === '' || compareKeys(key, startAfter) > 0),
  );
  let at = lastKey === undefined ? 0 : positionAfter(all, lastKey, lastVersion);
  do {
    session.enter('versionsOf', options);
    const objects = all.slice(at, at + pageSize);
    at += pageSize;
    const last = objects.at(-1);
    if (at >= all.length || last === undefined) {
      yield { objects, prefixes: [], complete: true };
      return;
    }
    const next = encodeCursor(prefix, last.key, last.version);
    yield { objects, prefixes: [], complete: false, cursor: next };
  } while (at < all.length);
}

function collectVersions(session: Session): VersionInfo[] {
  const keys = [...session.store.versions()].sort((a, b) => compareKeys(a.key, b.key));
  return keys.flatMap(({ key, history, current }) => {
    const states = current === undefined ? [...history] : [...history, current];
    return states.reverse().map((stored, index) => describe(key, stored, index === 0));
  });
}

function describe(key: Key, stored: Stored, latest: boolean): VersionInfo {
  const { version = '' } = stored.info;
  return { ...stored.info, key, version, latest, deleteMarker: isMarker(stored) };
}

/** Versions older than the last one seen, or those of later keys where it is gone. */
function positionAfter(
  all: readonly VersionInfo[],
  lastKey: string,
  lastVersion: string | undefined,
): number {
  const at = all.findIndex(({ key, version }) => key === lastKey && version === lastVersion);
  if (at >= 0) return at + 1;
  const later = all.findIndex(({ key }) => compareKeys(key, lastKey) > 0);
  return later < 0 ? all.length : later;
}
