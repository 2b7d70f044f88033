import { parseKey, type Key, type StorageDriver } from '@dunnage/driver-api';
import { requireTimerMs } from '../layers/check.ts';
import { sleep } from '../layers/retry/sleep.ts';
import { RenewedLease, type Lease } from './lease.ts';
import { LockObject, tokenOf } from './lock-object.ts';
import { holderOf, type LockHolder, type LockRecord } from './record.ts';
import { lockContended, lockedBy, lockUnreadable } from './refusal.ts';

/** Beside the registry's root, never in it. */
export const DEFAULT_LOCK_KEY: Key = parseKey('dunnage/lock.json');

export interface LockOptions {
  /** Default: {@link DEFAULT_LOCK_KEY}. */
  readonly key?: Key | undefined;
  /** Who we are, for people: host, user, process. */
  readonly owner: string;
  readonly runId: string;
  /** How long the lock lives without renewal, in milliseconds. */
  readonly ttlMs: number;
  /** Ends the attempt to acquire. The lease, once there, is ended by {@link Lease.release} alone. */
  readonly signal?: AbortSignal | undefined;
  /** The lock of somebody who let it expire is ours now. */
  readonly onTakenOver?: ((from: LockHolder) => void) | undefined;
  /** What the operator should know of the lock itself: that it is best effort here, or was left behind. */
  readonly onHousekeeping?: ((message: string) => void) | undefined;
  /** Where the store has no conditional writes: longer than any write should take, in ms; default 2,000. */
  readonly settleMs?: number | undefined;
  /** For the waits of such stores. Default: a timer. */
  readonly sleep?: ((ms: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

/** Races lost in a row before we say so. */
const ATTEMPTS_MAX = 10;

/**
 * Acquires the lock, or takes it over from somebody who let it expire. Time is the store's: no clock of
 * this host decides whose lock has expired.
 *
 * On stores with `put.ifAbsent` and `put.ifMatch` there is never more than one holder. On others it is best
 * effort, and `onHousekeeping` says so: see {@link LockObject.replace}.
 *
 * @param driver must still work when the run is cancelled, or the lock can't be released then: one without
 * the run's signal.
 * @throws {CoreError} `LOCKED`: who holds it, since and until when; also when the object can't be understood.
 */
export async function acquireLock(driver: StorageDriver, options: LockOptions): Promise<Lease> {
  const { key = DEFAULT_LOCK_KEY, owner, runId, signal } = options;
  const ttlMs = requireTimerMs('lock time to live', options.ttlMs);
  const onHousekeeping = options.onHousekeeping ?? (() => {});
  const object = new LockObject(driver, key, await driver.capabilities({ signal }), {
    ms: options.settleMs ?? 2000,
    sleep: options.sleep ?? sleep,
  });
  if (!object.exact) {
    onHousekeeping(
      `this storage has no conditional writes, so the lock ${key} keeps other collectors out as a rule but not for certain: don't start two at the same moment`,
    );
  }
  const token = crypto.randomUUID();
  let takenFrom: LockHolder | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const since = performance.now();
    const now = await driver.now({ signal });
    const before = await object.read({ signal });
    if (typeof before?.content === 'string') throw lockUnreadable(key, before.content);
    if (before === undefined) takenFrom = undefined;
    // Else it is ours already: an earlier attempt was late to show.
    else if (before.content.token !== token) {
      takenFrom = holderOf(key, before.content);
      if (before.content.expires > now) throw lockedBy(takenFrom);
    }
    const record: LockRecord = {
      ...{ owner, runId, token },
      ...{ acquired: now, expires: now + ttlMs, renewals: attempt - 1 },
    };
    const after = await object.replace(before, record, { signal });
    const isOurs = after !== undefined && tokenOf(after) === token;
    if (!isOurs || typeof after.content === 'string') continue;
    // An earlier attempt of ours, of which only the answer was lost, may have been the one that counts.
    if (after.content.renewals !== record.renewals) continue;
    if (takenFrom !== undefined) options.onTakenOver?.(takenFrom);
    return new RenewedLease({
      ...{ object, key, record, seen: after, ttlMs, since, onHousekeeping },
      now: (ended) => driver.now({ signal: ended }),
    });
  }
  throw lockContended(key);
}
