import type { Key, OpOptions, StorageDriver } from '@dunnage/driver-api';
import { DEFAULT_LOCK_KEY } from './acquire.ts';
import { readLock } from './lock-object.ts';
import { holderOf, type LockHolder } from './record.ts';

/** What is to be said of a lock. */
export type LockState =
  | { readonly status: 'free'; readonly key: Key }
  | { readonly status: 'held' | 'expired'; readonly key: Key; readonly holder: LockHolder }
  /** Not to be understood: {@link acquireLock} would refuse. */
  | { readonly status: 'unreadable'; readonly key: Key; readonly why: string };

/** Looks who holds the lock, and writes nothing. */
export async function checkLock(
  driver: StorageDriver,
  options: OpOptions & { readonly key?: Key | undefined } = {},
): Promise<LockState> {
  const { key = DEFAULT_LOCK_KEY, signal } = options;
  const seen = await readLock(driver, key, { signal });
  if (seen === undefined) return { status: 'free', key };
  const { content } = seen;
  if (typeof content === 'string') return { status: 'unreadable', key, why: content };
  const isHeld = content.expires > (await driver.now({ signal }));
  return { status: isHeld ? 'held' : 'expired', key, holder: holderOf(key, content) };
}
