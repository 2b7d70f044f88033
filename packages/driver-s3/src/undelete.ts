import type { Key, ObjectInfo, OpOptions, VersionInfo } from '@dunnage/driver-api';
import type { Operation } from '@dunnage/driver-kit';
import { copyVersion } from './copy.ts';
import { deleteOne } from './delete-one.ts';
import { S3Failure } from './failure.ts';
import { MAX_PAGE } from './limits.ts';
import { look } from './read.ts';
import type { Store } from './store.ts';
import { fetchVersions } from './version-page.ts';
import type { VersionPlace } from './version-page.ts';

/**
 * Makes a version the current one. Where only delete markers hide it, they go, which costs nothing and keeps its
 * age; else it is copied to the front.
 */
export async function undelete(
  store: Store,
  key: Key,
  version: string,
  options?: OpOptions,
): Promise<ObjectInfo> {
  const { session } = store;
  session.checkKey('undelete', key);
  using operation = session.begin('undelete', options, key);
  try {
    await store.requireVersions('undelete', version, operation.signal);
    const history = await historyOf(store, key, operation);
    const wanted = history.find((each) => each.version === version);
    if (wanted === undefined || wanted.deleteMarker) {
      throw new S3Failure({ status: 404, code: 'NoSuchVersion' });
    }
    // What came in the same second may be newer as well as older.
    const newer = history.filter((each) => each !== wanted && each.modified >= wanted.modified);
    if (newer.every((each) => each.deleteMarker)) {
      for (const marker of newer) await removeMarker(store, operation, marker);
      const current = await look(store, key, undefined, operation.signal);
      if (current?.version === version) return current;
    }
    return await copyVersion(store, operation, wanted, key, {});
  } catch (error) {
    throw operation.error(error);
  }
}

/** All versions and markers of one key. */
async function historyOf(
  store: Store,
  key: Key,
  { signal }: Operation,
): Promise<readonly VersionInfo[]> {
  const prefix = store.root.nameOf(key);
  const history: VersionInfo[] = [];
  let from: VersionPlace | undefined;
  do {
    const page = await fetchVersions(
      store,
      { prefix, size: MAX_PAGE, children: false },
      from,
      signal,
    );
    history.push(...page.objects.filter((each) => each.key === key));
    // Keys that only begin alike come behind.
    from = page.truncated && page.objects.at(-1)?.key === key ? page.next : undefined;
  } while (from !== undefined);
  return history;
}

async function removeMarker(
  store: Store,
  operation: Operation,
  { key, version }: VersionInfo,
): Promise<void> {
  const outcome = await deleteOne(store, operation, { key, version });
  if ('error' in outcome) throw outcome.error;
}
