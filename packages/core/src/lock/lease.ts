import type { Key } from '@dunnage/driver-api';
import type { LockObject, Seen } from './lock-object.ts';
import type { LockRecord } from './record.ts';
import { lockLost } from './refusal.ts';

/** A lock that is held, and renewed in the background until it is released or lost. */
export interface Lease extends AsyncDisposable {
  readonly key: Key;
  /** Aborts with a `CoreError` `LOCK_LOST` as reason, before anybody else may take the lock over. */
  readonly signal: AbortSignal;
  /**
   * Gives the lock back: deletes it if it is still ours. Never throws, so that it hides no error of the run;
   * a lock that could not be deleted expires by itself. A second call does nothing.
   */
  release(): Promise<void>;
}

export interface LeaseInit {
  readonly object: LockObject;
  readonly key: Key;
  /** Our own record, as it was written. */
  readonly record: LockRecord;
  readonly seen: Seen;
  readonly ttlMs: number;
  /** `performance.now()` before the record's expiry was determined. */
  readonly since: number;
  readonly now: (signal: AbortSignal) => Promise<number>;
  readonly onHousekeeping: (message: string) => void;
}

/** Renewals per life of the lock: two may fail before it is lost. */
const RENEWALS_PER_TTL = 3;
/** Pause after a failed renewal, as a share of the life. */
const RETRIES_PER_TTL = 20;
/** We let go a little before others may take over: clocks of stores tick in seconds. */
const MARGIN_MS = 2000;

/**
 * Renews at a third of the lock's life. Whether there is time left is measured by our own monotonic clock,
 * from before the store was asked for the time: a wall clock that jumps, here or there, changes nothing.
 */
export class RenewedLease implements Lease {
  readonly key: Key;
  readonly #init: LeaseInit;
  readonly #lost = new AbortController();
  /** Ends the renewal under way: the lease is lost or released. */
  readonly #ended = new AbortController();
  #record: LockRecord;
  #seen: Seen;
  #expiry: ReturnType<typeof setTimeout> | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  /** Settles when the renewal under way, if any, has ended. */
  #renewing: Promise<void> = Promise.resolve();
  #released: Promise<void> | undefined;
  /** Why the last renewal failed. */
  #failure: unknown;

  constructor(init: LeaseInit) {
    this.key = init.key;
    this.#init = init;
    this.#record = init.record;
    this.#seen = init.seen;
    this.#extend(init.since);
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  release(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  async #release(): Promise<void> {
    this.#stop();
    await this.#renewing;
    if (this.signal.aborted) return;
    const { object, onHousekeeping } = this.#init;
    let why: string | undefined;
    try {
      why = await object.remove(this.#record.token);
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    if (why === undefined) return;
    const expires = new Date(this.#record.expires).toISOString();
    onHousekeeping(`the lock ${this.key} could not be deleted (${why}); it expires at ${expires}`);
  }

  /** Starts the time anew, counted from `since`. */
  #extend(since: number): void {
    const { ttlMs } = this.#init;
    const age = performance.now() - since;
    this.#failure = undefined;
    clearTimeout(this.#expiry);
    const margin = Math.min(MARGIN_MS, ttlMs / 6);
    this.#expiry = background(() => this.#expire(), ttlMs - margin - age);
    this.#renewIn(ttlMs / RENEWALS_PER_TTL - age);
  }

  #renewIn(ms: number): void {
    clearTimeout(this.#renewal);
    this.#renewal = background(() => {
      this.#renewing = this.#renew();
    }, ms);
  }

  async #renew(): Promise<void> {
    const { object, ttlMs, now } = this.#init;
    const { signal } = this.#ended;
    try {
      const since = performance.now();
      const expires = (await now(signal)) + ttlMs;
      const record = { ...this.#record, expires, renewals: this.#record.renewals + 1 };
      const found = await object.renew(this.#seen, record, { signal });
      if (signal.aborted) return;
      const content = found?.content;
      if (found === undefined || typeof content !== 'object' || content.token !== record.token) {
        return this.#lose(describe(found));
      }
      // Not always what was just written: an earlier renewal may have been late, and then its time counts.
      this.#seen = found;
      this.#record = content;
      if (content.expires === expires) this.#extend(since);
      else this.#renewIn(ttlMs / RETRIES_PER_TTL);
    } catch (error) {
      if (signal.aborted) return;
      // Until the time is up, it is only late.
      this.#failure = error;
      this.#renewIn(ttlMs / RETRIES_PER_TTL);
    }
  }

  #expire(): void {
    const why = this.#failure instanceof Error ? ` (${this.#failure.message})` : '';
    this.#lose(`it could not be renewed in time${why}`, this.#failure);
  }

  #lose(why: string, cause?: unknown): void {
    this.#stop();
    this.#lost.abort(lockLost(this.key, why, cause));
  }

  #stop(): void {
    clearTimeout(this.#expiry);
    clearTimeout(this.#renewal);
    this.#ended.abort();
  }
}

function describe(found: Seen | undefined): string {
  if (found === undefined) return 'somebody deleted it';
  const { content } = found;
  if (typeof content === 'string') return `somebody replaced it, and now ${content}`;
  return `${content.owner} (run ${content.runId}) took it over`;
}

/** A timer that does not keep the process alive: a lease that nobody released shall not either. */
function background(work: () => void, ms: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(work, Math.max(0, ms));
  timer.unref?.();
  return timer;
}
