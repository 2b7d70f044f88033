import { expect, it, vi } from 'vitest';
import { isStorageError, parseKey, type StorageDriver } from '@dunnage/driver-api';
import { createMemoryDriver } from '@dunnage/driver-memory';
import { forward, stackLayers, type RetryNotice } from '@dunnage/core';
import {
  bareDriver,
  bodyOf,
  collected,
  failure,
  Gate,
  infoOf,
  KEY,
  settled,
  textOf,
} from './bare-driver.ts';

const patient = { random: () => 1, sleep: async () => {} };

it('counts every attempt, and tells of each retry', async () => {
  let failures = 2;
  const notices: RetryNotice[] = [];
  const inner = bareDriver({
    async stat() {
      if (failures-- > 0) throw failure('UNAVAILABLE');
      return infoOf(KEY);
    },
  });
  const { driver, counts } = stackLayers(inner, {
    retry: patient,
    onRetry: (notice) => notices.push(notice),
  });
  await driver.stat(KEY);
  expect(counts()).toEqual({ stat: 3 });
  expect(notices).toHaveLength(2);
});

it('refuses writes before they cost a request or a retry, when told so', async () => {
  const { driver, counts } = stackLayers(createMemoryDriver(), { readOnly: true });
  await expect(driver.put(KEY, new Uint8Array())).rejects.toMatchObject({ code: 'READ_ONLY' });
  expect(() => driver.delete([{ key: KEY }])).toThrow('read-only');
  expect(await driver.stat(KEY)).toBeUndefined();
  expect(counts()).toEqual({ stat: 1 });
});

it('lets others go ahead of a request that waits for its next attempt', async () => {
  const pause = new Gate();
  let failures = 1;
  const inner = bareDriver({
    async stat() {
      if (failures-- > 0) throw failure('UNAVAILABLE');
      return infoOf(KEY);
    },
    now: async () => 7,
  });
  const { driver } = stackLayers(inner, {
    concurrency: 1,
    retry: { sleep: () => pause.opened },
  });
  const waiting = driver.stat(KEY);
  await settled();
  // With the limit outside of retry this would hang.
  expect(await driver.now()).toBe(7);
  pause.open();
  expect(await waiting).toEqual(infoOf(KEY));
});

it('does not take waiting for a turn for a slow store', async () => {
  vi.useFakeTimers();
  try {
    const inner = bareDriver({
      stat: () =>
        new Promise((resolve) => {
          setTimeout(() => resolve(infoOf(KEY)), 900);
        }),
    });
    const { driver, counts } = stackLayers(inner, { concurrency: 1, timeoutMs: 1000 });
    const all = Promise.all(Array.from({ length: 5 }, () => driver.stat(KEY)));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await all).toHaveLength(5);
    expect(counts()).toEqual({ stat: 5 });
  } finally {
    vi.useRealTimers();
  }
});

it('tries again what timed out', async () => {
  vi.useFakeTimers();
  try {
    let calls = 0;
    const inner = bareDriver({
      stat: () => (calls++ === 0 ? new Promise(() => {}) : Promise.resolve(infoOf(KEY))),
    });
    const { driver } = stackLayers(inner, { timeoutMs: 1000, retry: patient });
    const result = driver.stat(KEY);
    await vi.advanceTimersByTimeAsync(1001);
    expect(await result).toEqual(infoOf(KEY));
  } finally {
    vi.useRealTimers();
  }
});

it.each(['run', 'call'] as const)("ends everything when the %s's signal aborts", async (which) => {
  const run = new AbortController();
  const call = new AbortController();
  const hanging = (signal: AbortSignal | undefined): Promise<never> =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(failure('ABORTED')));
    });
  const inner = bareDriver({
    stat: (_, options) => hanging(options?.signal),
    get: async (_, options) => ({
      info: infoOf(KEY),
      body: new ReadableStream({ pull: () => hanging(options?.signal) }, { highWaterMark: 0 }),
    }),
    // oxlint-disable-next-line require-yield
    async *list(options) {
      await hanging(options?.signal);
    },
    // oxlint-disable-next-line require-yield
    async *delete(requests, options) {
      for await (const _ of requests) await hanging(options?.signal);
    },
  });
  const { driver } = stackLayers(inner, { signal: run.signal, concurrency: 4 });
  const options = { signal: call.signal };
  const { body } = await driver.get(KEY, options);
  const all = [
    ...Array.from({ length: 6 }, () => driver.stat(KEY, options)),
    textOf(body),
    collected(driver.list(options)),
    collected(driver.delete([{ key: KEY }], options)),
  ].map((work) => work.catch((error: unknown) => isStorageError(error) && error.code));
  await settled();
  (which === 'run' ? run : call).abort();
  expect(new Set(await Promise.all(all))).toEqual(new Set(['ABORTED']));
});

it("leaves nothing on the run's signal, however many requests there were", async () => {
  const warnings: Error[] = [];
  const warned = (warning: Error): void => void warnings.push(warning);
  process.on('warning', warned);
  const run = new AbortController();
  const added = vi.spyOn(run.signal, 'addEventListener');
  const removed = vi.spyOn(run.signal, 'removeEventListener');
  const inner = bareDriver({
    stat: async () => infoOf(KEY),
    get: async () => ({ info: infoOf(KEY), body: bodyOf('a') }),
    async *delete(requests) {
      for await (const request of requests) yield { request, outcome: 'deleted' };
    },
  });
  const { driver } = stackLayers(inner, { signal: run.signal });
  const call = (): { signal: AbortSignal } => ({ signal: new AbortController().signal });
  await Promise.all(Array.from({ length: 100 }, () => driver.stat(KEY, call())));
  await Promise.all(
    Array.from({ length: 100 }, async () => textOf((await driver.get(KEY, call())).body)),
  );
  await collected(driver.delete(Array.from({ length: 100 }, () => ({ key: KEY }))));
  await settled();
  process.off('warning', warned);
  expect(added.mock.calls.length).toBeGreaterThan(0);
  expect(removed.mock.calls.length).toBeGreaterThanOrEqual(added.mock.calls.length);
  expect(warnings).toEqual([]);
});

it('deletes every key once, through refusals, lost answers and batches that break', async () => {
  const memory = createMemoryDriver({
    profile: 's3',
    batchMax: 7,
    clock: () => Date.now() + 60_000,
  });
  const keys = Array.from({ length: 500 }, (_, index) => parseKey(`k/${index}`));
  for (const key of keys) {
    await memory.put(key, new Uint8Array([1]));
    memory.touch(key, 1000);
  }
  const { driver } = stackLayers(faulty(memory), {
    concurrency: 4,
    retry: { ...patient, budget: { reserve: 10_000 } },
  });
  const outcomes = await collected(driver.delete(keys.map((key) => ({ key }))));
  expect(outcomes.map(({ request }) => request.key).toSorted()).toEqual(keys.toSorted());
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['deleted']));
  const listed = await collected(memory.list());
  expect(listed.flatMap(({ objects }) => objects)).toEqual([]);
});

/** Refuses every 5th key, loses the answer for every 7th after deleting, breaks off every 9th batch. */
function faulty(driver: StorageDriver): StorageDriver {
  let keys = 0;
  let batches = 0;
  return forward(driver, (inner) => ({
    async *delete(requests, options) {
      const breaks = ++batches % 9 === 0;
      for await (const request of requests) {
        keys++;
        if (keys % 5 === 0) {
          yield { request, outcome: 'failed', error: failure('THROTTLED') };
          continue;
        }
        for await (const outcome of inner.delete([request], options)) {
          if (breaks) throw failure('UNAVAILABLE', { applied: 'unknown' });
          const error = failure('TIMEOUT', { applied: 'unknown' });
          yield keys % 7 === 0 ? { request, outcome: 'unknown', error } : outcome;
        }
      }
    },
  }));
}
