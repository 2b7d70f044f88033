import type { Key, ObjectInfo } from '@dunnage/driver-api';
import { etagOf, infoOf, md5In, wholeSeconds } from './facts.ts';
import { look } from './read.ts';
import type { Store } from './store.ts';

/** What is known of an object that was just written: the store does not tell when it was, so it is asked. */
export async function written(
  store: Store,
  key: Key,
  facts: {
    readonly size: number;
    readonly etag: string | undefined;
    readonly version: string | undefined;
  },
  signal: AbortSignal,
): Promise<ObjectInfo> {
  store.bucketSeen = true;
  const { size, version } = facts;
  const etag = etagOf(facts.etag);
  // It is stored: that its facts can't be read is no reason to say that it failed.
  const seen = await look(store, key, version, signal).catch(() => undefined);
  if (seen !== undefined && (etag === undefined || seen.etag === etag)) return seen;
  // Somebody has written it again since.
  return infoOf(key, size, wholeSeconds(Date.now()), etag, md5In(etag), version);
}
