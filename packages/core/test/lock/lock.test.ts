import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryDriver, PROFILE_NAMES, type MemoryDriver } from '@dunnage/driver-memory';
import { parseKey, StorageError, type StorageDriver } from '@dunnage/driver-api';
import {
  acquireLock,
  checkLock,
  DEFAULT_LOCK_KEY,
  forward,
  isCoreError,
  type CoreError,
  type Lease,
  type LockHolder,
  type LockOptions,
} from '@dunnage/core';

const TTL = 60_000;
const START = Date.UTC(2026, 0, 2, 3, 4, 5);
const EXACT = ['fs', 's3', 's3-versioned', 'gcs', 'azure'] as const;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

function options(runId: string, fields: Partial<LockOptions> = {}): LockOptions {
  return { owner: `host-${runId}`, runId, ttlMs: TTL, sleep: async () => {}, ...fields };
}

async function refusal(attempt: Promise<Lease>): Promise<CoreError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isCoreError(error)) throw new Error(`no refusal, but ${String(error)}`);
  return error;
}

async function contentOf(driver: StorageDriver): Promise<Record<string, unknown>> {
  const { body } = await driver.get(DEFAULT_LOCK_KEY);
  return (await new Response(body).json()) as Record<string, unknown>;
}

/** Lets promises settle that wait for nothing but each other. */
async function idle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

function reasonOf(lease: Lease): CoreError {
  if (!isCoreError(lease.signal.reason)) throw new Error('the lease is not lost');
  return lease.signal.reason;
}

describe.each(PROFILE_NAMES)('on a %s store', (profile) => {
  const open = (): MemoryDriver => createMemoryDriver({ profile });

  it('is held, refused to others, and free again after its release', async () => {
    const driver = open();
    const lease = await acquireLock(driver, options('a'));
    driver.settle();
    expect((await checkLock(driver)).status).toBe('held');
    expect((await refusal(acquireLock(driver, options('b')))).code).toBe('LOCKED');
    await lease.release();
    driver.settle();
    expect(await checkLock(driver)).toEqual({ status: 'free', key: DEFAULT_LOCK_KEY });
    expect(lease.signal.aborted).toBe(false);
    await (await acquireLock(driver, options('b'))).release();
  });

  it('is taken over after a crash, when it has expired and not before', async () => {
    const driver = open();
    const crashing = createMemoryDriver({ store: driver.store });
    await acquireLock(crashing, options('crashed'));
    await crashing.close();
    driver.settle();
    await vi.advanceTimersByTimeAsync(TTL - 1);
    expect((await refusal(acquireLock(driver, options('b')))).code).toBe('LOCKED');
    await vi.advanceTimersByTimeAsync(1);
    expect((await checkLock(driver)).status).toBe('expired');
    const from: LockHolder[] = [];
    const lease = await acquireLock(
      driver,
      options('b', { onTakenOver: (holder) => from.push(holder) }),
    );
    expect(from).toEqual([
      {
        key: DEFAULT_LOCK_KEY,
        ...{ owner: 'host-crashed', runId: 'crashed', acquired: START, expires: START + TTL },
      },
    ]);
    driver.settle();
    expect(await contentOf(driver)).toMatchObject({ runId: 'b' });
    await lease.release();
  });

  it('is renewed for as long as it is held', async () => {
    const driver = open();
    const lease = await acquireLock(driver, options('a'));
    driver.settle();
    for (let minute = 0; minute < 10; minute++) {
      await vi.advanceTimersByTimeAsync(TTL);
      driver.settle();
      expect((await refusal(acquireLock(driver, options('b')))).code).toBe('LOCKED');
    }
    expect(lease.signal.aborted).toBe(false);
    expect((await contentOf(driver))['renewals']).toBeGreaterThanOrEqual(20);
    await lease.release();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is lost when somebody else is there at the next renewal, and left to him', async () => {
    const driver = open();
    const lease = await acquireLock(driver, options('a'));
    driver.settle();
    const theirs = { ...(await contentOf(driver)), runId: 'thief', owner: 'x', token: 't' };
    await driver.put(DEFAULT_LOCK_KEY, new TextEncoder().encode(JSON.stringify(theirs)));
    driver.settle();
    await vi.advanceTimersByTimeAsync(TTL / 3);
    expect(reasonOf(lease).code).toBe('LOCK_LOST');
    expect(reasonOf(lease).message).toContain('x (run thief) took it over');
    await lease.release();
    driver.settle();
    expect((await contentOf(driver))['runId']).toBe('thief');
  });

  it('is lost when somebody deletes it', async () => {
    const driver = open();
    const lease = await acquireLock(driver, options('a'));
    for await (const outcome of driver.delete([{ key: DEFAULT_LOCK_KEY }]))
      expect(outcome).toBeTruthy();
    driver.settle();
    await vi.advanceTimersByTimeAsync(TTL / 3);
    expect(reasonOf(lease).message).toContain('somebody deleted it');
  });

  it.each([
    ['not JSON', 'owner: me'],
    ['JSON of another kind', '[]'],
    ['of a later version', '{"version":2}'],
    ['without a time', '{"version":1,"owner":"o","runId":"r","token":"t","renewals":0}'],
    ['far too long', 'x'.repeat(70_000)],
  ])('refuses to touch a lock that is %s, and says what to do', async (_, content) => {
    const driver = open();
    await driver.put(DEFAULT_LOCK_KEY, new TextEncoder().encode(content));
    driver.settle();
    const error = await refusal(acquireLock(driver, options('a')));
    expect(error).toMatchObject({ code: 'LOCKED', key: DEFAULT_LOCK_KEY });
    expect(error.message).toContain(DEFAULT_LOCK_KEY);
    expect(error.advice).toContain(`delete ${DEFAULT_LOCK_KEY}`);
    expect((await checkLock(driver)).status).toBe('unreadable');
    expect(await new Response((await driver.get(DEFAULT_LOCK_KEY)).body).text()).toBe(content);
  });

  it('says so once, where it is best effort', async () => {
    const told: string[] = [];
    const driver = open();
    const onHousekeeping = (message: string) => void told.push(message);
    await (await acquireLock(driver, options('a', { onHousekeeping }))).release();
    const isExact = (EXACT as readonly string[]).includes(profile);
    expect(told).toHaveLength(isExact ? 0 : 1);
    if (!isExact) expect(told[0]).toContain('no conditional writes');
  });
});

it.each(EXACT)('of 20 at once on a %s store exactly one wins', async (profile) => {
  const { store } = createMemoryDriver({ profile });
  for (let round = 0; round < 10; round++) {
    const drivers = Array.from({ length: 20 }, (_, index) =>
      yielding(createMemoryDriver({ store }), round * 20 + index),
    );
    const attempts = await allSettled(
      drivers.map((driver, index) => acquireLock(driver, options(`run-${index}`))),
    );
    const won = attempts.filter((attempt) => attempt.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'LOCKED' });
    }
    // The winner crashes: in the next round they race for the takeover of its lock.
    for (const driver of drivers) await driver.close();
    await vi.advanceTimersByTimeAsync(2 * TTL);
  }
});

it('of 20 at once on a store without conditions one wins, as long as no write outlasts the wait', async () => {
  for (let round = 0; round < 10; round++) {
    const { store } = createMemoryDriver({ profile: 'plain' });
    const attempts = await allSettled(
      Array.from({ length: 20 }, (_, index) =>
        acquireLock(yielding(createMemoryDriver({ store }), round * 20 + index), {
          ...options(`run-${index}`),
          ...{ settleMs: 1000, sleep: after },
        }),
      ),
    );
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
  }
});

it.each([...EXACT, 'plain'] as const)(
  'on a %s store a writer that looked before and writes after another has finished does not hold it too',
  async (profile) => {
    const { store } = createMemoryDriver({ profile });
    const slow = forward(createMemoryDriver({ store }), (inner) => ({
      async put(...args) {
        await after(500);
        return inner.put(...args);
      },
    }));
    // Where the store has no conditions, everyone waits for longer than this write takes.
    const settling = profile === 'plain' ? { settleMs: 1000, sleep: after } : {};
    const attempts = await allSettled([
      acquireLock(slow, options('slow', settling)),
      acquireLock(createMemoryDriver({ store }), options('quick', settling)),
    ]);
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
  },
);

it('names who holds it, since when and until when, and what to do', async () => {
  const driver = createMemoryDriver();
  const lease = await acquireLock(driver, options('a'));
  const error = await refusal(acquireLock(driver, options('b')));
  expect(error.message).toBe(
    'host-a (run a) has held the lock dunnage/lock.json since 2026-01-02T03:04:05.000Z, and for now until 2026-01-02T03:05:05.000Z',
  );
  expect(error.advice).toContain('expires at 2026-01-02T03:05:05.000Z');
  await lease.release();
});

it('can be kept under another key', async () => {
  const driver = createMemoryDriver();
  const key = parseKey('elsewhere/lock');
  const lease = await acquireLock(driver, options('a', { key }));
  expect(await checkLock(driver, { key })).toMatchObject({ status: 'held', holder: { key } });
  expect((await checkLock(driver)).status).toBe('free');
  await lease.release();
});

describe('when requests fail', () => {
  it('holds what it wrote when only the answer was lost', async () => {
    const memory = createMemoryDriver();
    const driver = forward(memory, (inner) => ({
      async put(...args) {
        await inner.put(...args);
        throw lostAnswer();
      },
    }));
    const lease = await acquireLock(driver, options('a'));
    expect((await checkLock(memory)).status).toBe('held');
    // Renewals whose answers are lost count too.
    await vi.advanceTimersByTimeAsync(5 * TTL);
    expect(lease.signal.aborted).toBe(false);
    await lease.release();
    expect((await checkLock(memory)).status).toBe('free');
  });

  it('writes again when a lost request was never carried out', async () => {
    const memory = createMemoryDriver();
    let failures = 3;
    const driver = forward(memory, (inner) => ({
      async put(...args) {
        if (failures-- > 0) throw lostAnswer();
        return inner.put(...args);
      },
    }));
    const lease = await acquireLock(driver, options('a'));
    expect((await checkLock(memory)).status).toBe('held');
    await lease.release();
  });

  it('passes on that it may not write', async () => {
    const denied = new StorageError({
      ...{ code: 'PERMISSION_DENIED', op: 'put', driver: 'memory', message: 'no' },
    });
    const driver = forward(createMemoryDriver(), () => ({ put: () => Promise.reject(denied) }));
    await expect(acquireLock(driver, options('a'))).rejects.toBe(denied);
  });

  it('bridges renewals that fail for less than its life', async () => {
    const outage = { on: false };
    const lease = await acquireLock(failing(createMemoryDriver(), outage), options('a'));
    for (let time = 0; time < 10; time++) {
      outage.on = true;
      await vi.advanceTimersByTimeAsync(TTL / 3);
      outage.on = false;
      await vi.advanceTimersByTimeAsync(TTL / 3);
    }
    expect(lease.signal.aborted).toBe(false);
    await lease.release();
  });

  it('is lost before it expires when renewals fail for longer, and says why', async () => {
    const outage = { on: false };
    const memory = createMemoryDriver();
    const lease = await acquireLock(failing(memory, outage), options('a'));
    outage.on = true;
    await vi.advanceTimersByTimeAsync(TTL - 2001);
    expect(lease.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(reasonOf(lease).code).toBe('LOCK_LOST');
    expect(reasonOf(lease).message).toContain('could not be renewed in time (the store is away)');
    // It is lost while nobody else could have it yet.
    expect((await checkLock(memory)).status).toBe('held');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is lost in time when a renewal hangs', async () => {
    let hang = false;
    const memory = createMemoryDriver();
    const driver = forward(memory, (inner) => ({
      put: (...args) =>
        hang
          ? new Promise((_, reject) => {
              args[2]?.signal?.addEventListener('abort', () => reject(lostAnswer()));
            })
          : inner.put(...args),
    }));
    const lease = await acquireLock(driver, options('a'));
    hang = true;
    await vi.advanceTimersByTimeAsync(TTL);
    expect(reasonOf(lease).code).toBe('LOCK_LOST');
    await lease.release();
  });

  it('can be released while a renewal hangs', async () => {
    let hang = false;
    const memory = createMemoryDriver();
    const driver = forward(memory, (inner) => ({
      async put(...args) {
        const info = await inner.put(...args);
        if (!hang) return info;
        return new Promise((_, reject) => {
          args[2]?.signal?.addEventListener('abort', () => reject(lostAnswer()));
        });
      },
    }));
    const lease = await acquireLock(driver, options('a'));
    hang = true;
    await vi.advanceTimersByTimeAsync(TTL / 3);
    await lease.release();
    expect((await checkLock(memory)).status).toBe('free');
  });

  it('reports a lock that it could not delete, and does not throw', async () => {
    const told: string[] = [];
    const outage = { on: false };
    const lease = await acquireLock(
      failing(createMemoryDriver(), outage),
      options('a', { onHousekeeping: (message) => told.push(message) }),
    );
    outage.on = true;
    await lease.release();
    await lease.release();
    expect(told).toEqual([
      'the lock dunnage/lock.json could not be deleted (the store is away); it expires at 2026-01-02T03:05:05.000Z',
    ]);
  });
});

describe('with clocks that differ', () => {
  it.each([-3_600_000, 3_600_000])(
    'counts by the store alone, which is %d ms off',
    async (skew) => {
      const driver = createMemoryDriver({ clock: () => Date.now() + skew });
      const lease = await acquireLock(driver, options('a'));
      expect(await checkLock(driver)).toMatchObject({
        holder: { acquired: START + skew, expires: START + skew + TTL },
      });
      await vi.advanceTimersByTimeAsync(10 * TTL);
      expect(lease.signal.aborted).toBe(false);
      expect((await refusal(acquireLock(driver, options('b')))).code).toBe('LOCKED');
      await lease.release();
    },
  );

  it('keeps the lease when the local clock is set', async () => {
    const time = { store: START };
    const driver = createMemoryDriver({ clock: () => time.store });
    const lease = await acquireLock(driver, options('a'));
    vi.setSystemTime(START + 100 * TTL);
    await idle();
    expect(lease.signal.aborted).toBe(false);
    await lease.release();
  });
});

it('stops acquiring when it is cancelled, but keeps the lease until it is released', async () => {
  const driver = createMemoryDriver();
  const run = new AbortController();
  const lease = await acquireLock(driver, options('a', { signal: run.signal }));
  run.abort();
  await vi.advanceTimersByTimeAsync(3 * TTL);
  expect((await checkLock(driver)).status).toBe('held');
  await lease.release();
  await expect(acquireLock(driver, options('b', { signal: run.signal }))).rejects.toMatchObject({
    code: 'ABORTED',
  });
});

it('checks without writing', async () => {
  const memory = createMemoryDriver();
  const lease = await acquireLock(memory, options('a'));
  const calls: string[] = [];
  const reading = forward(memory, () => ({
    put: () => Promise.reject(new Error(`put ${calls.push('put')}`)),
    delete: () => {
      throw new Error(`delete ${calls.push('delete')}`);
    },
  }));
  expect((await checkLock(reading)).status).toBe('held');
  expect(calls).toEqual([]);
  await lease.release();
});

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** `Promise.allSettled` under fake timers. */
async function allSettled<T>(promises: Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
  const all = Promise.allSettled(promises);
  await vi.advanceTimersByTimeAsync(10_000);
  return all;
}

function lostAnswer(): StorageError {
  return new StorageError({
    ...{ code: 'TIMEOUT', op: 'put', driver: 'memory', message: 'no answer', applied: 'unknown' },
  });
}

function failing(driver: StorageDriver, outage: { readonly on: boolean }): StorageDriver {
  const check = (): void => {
    if (!outage.on) return;
    throw new StorageError({
      ...{ code: 'UNAVAILABLE', op: 'any', driver: 'memory', message: 'the store is away' },
    });
  };
  return forward(driver, (inner) => ({
    async get(...args) {
      check();
      return inner.get(...args);
    },
    async put(...args) {
      check();
      return inner.put(...args);
    },
    async now(...args) {
      check();
      return inner.now(...args);
    },
  }));
}

/** Gives way before and after each request, for times that look random and are the same in each run. */
function yielding(driver: StorageDriver, seed: number): StorageDriver {
  let state = seed * 2_654_435_761 + 1;
  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      setTimeout(resolve, (state >>> 16) % 50);
    });
  const slowly =
    <Args extends unknown[], Result>(verb: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await turn();
      const result = await verb(...args);
      await turn();
      return result;
    };
  return forward(driver, (inner) => ({
    get: slowly(inner.get),
    put: slowly(inner.put),
    now: slowly(inner.now),
  }));
}
