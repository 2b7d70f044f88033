import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ListPage, StorageDriver } from '@dunnage/driver-api';
import { isCoreError, withTimeout } from '@dunnage/core';
import { bareDriver, bodyOf, collected, Gate, infoOf, KEY, textOf } from './bare-driver.ts';

const MS = 1000;
const never = (): Promise<never> => new Promise(() => {});
const page: ListPage = { objects: [], prefixes: [], complete: true };
const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function timed(inner: StorageDriver): StorageDriver {
  return withTimeout(inner, { timeoutMs: MS });
}

/** What becomes of `work` while time passes. */
async function outcome(work: () => Promise<unknown>, ms = 10 * MS): Promise<unknown> {
  const settled = work().catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(ms);
  return settled;
}

it.each([0, -1, Number.NaN, Infinity, 2 ** 31])(
  'refuses %d ms, which no timer can wait for',
  (timeoutMs) => {
    try {
      withTimeout(bareDriver(), { timeoutMs });
    } catch (error) {
      expect(isCoreError(error) && error.code).toBe('INVALID_OPTION');
      return;
    }
    throw new Error('it was accepted');
  },
);

it.each(['stat', 'get', 'now', 'capabilities'] as const)(
  'ends a %s without an answer, which changed nothing',
  async (op) => {
    const driver = timed(bareDriver({ [op]: never }));
    const error = await outcome(() =>
      op === 'stat' || op === 'get' ? driver[op](KEY) : driver[op](),
    );
    expect(error).toMatchObject({ code: 'TIMEOUT', op, applied: 'no', retry: 'after-backoff' });
  },
);

it.each(['put', 'copy', 'move', 'undelete', 'abortUpload'] as const)(
  'ends a %s without an answer, which may have taken effect',
  async (op) => {
    const driver = timed(bareDriver({ [op]: never }));
    const calls = {
      put: () => driver.put(KEY, new Uint8Array()),
      copy: async () => driver.copy?.(KEY, KEY),
      move: async () => driver.move?.(KEY, KEY),
      undelete: async () => driver.undelete?.(KEY, 'v'),
      abortUpload: async () => driver.abortUpload?.(KEY, 'u'),
    };
    expect(await outcome(calls[op])).toMatchObject({
      code: 'TIMEOUT',
      op,
      applied: 'unknown',
      key: KEY,
    });
  },
);

it('fires at its time, not before, and cancels the request', async () => {
  let signal: AbortSignal | undefined;
  const driver = timed(
    bareDriver({
      stat: (_, options) => {
        signal = options?.signal;
        return never();
      },
    }),
  );
  const result = driver.stat(KEY).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(MS - 1);
  expect(signal?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(2);
  expect(signal?.aborted).toBe(true);
  expect(await result).toMatchObject({ code: 'TIMEOUT' });
});

it('leaves no timer and no listener behind', async () => {
  const long = new AbortController();
  const removed = vi.spyOn(long.signal, 'removeEventListener');
  const added = vi.spyOn(long.signal, 'addEventListener');
  const driver = timed(
    bareDriver({
      stat: async () => infoOf(KEY),
      get: async () => ({ info: infoOf(KEY), body: bodyOf('a', 'b') }),
      put: () => Promise.reject(new Error('no')),
      async *list() {
        yield page;
      },
    }),
  );
  const options = { signal: long.signal };
  await driver.stat(KEY, options);
  await textOf((await driver.get(KEY, options)).body);
  await (await driver.get(KEY, options)).body.cancel();
  await driver.put(KEY, new Uint8Array(), options).catch(() => {});
  await collected(driver.list(options));
  for await (const _ of driver.list(options)) break;
  expect(vi.getTimerCount()).toBe(0);
  expect(added.mock.calls.length).toBeGreaterThan(0);
  expect(removed.mock.calls.length).toBe(added.mock.calls.length);
});

it("hands the caller's own cancellation on", async () => {
  const cancel = new AbortController();
  const driver = timed(
    bareDriver({
      stat: (_, options) =>
        new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () =>
            reject(new Error(String(options.signal?.reason))),
          );
        }),
    }),
  );
  const result = driver.stat(KEY, { signal: cancel.signal });
  cancel.abort(new Error('enough'));
  await expect(result).rejects.toThrow('enough');
});

describe('a body', () => {
  it('may take as long as it likes, as long as chunks come', async () => {
    let chunks = 20;
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          await wait(MS - 100);
          if (chunks-- > 0) controller.enqueue(new Uint8Array([120]));
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const driver = timed(bareDriver({ get: async () => ({ info: infoOf(KEY), body }) }));
    const text = await outcome(async () => textOf((await driver.get(KEY)).body), 100 * MS);
    expect(text).toBe('x'.repeat(20));
  });

  it('may be read as slowly as its reader likes', async () => {
    const driver = timed(
      bareDriver({ get: async () => ({ info: infoOf(KEY), body: bodyOf('a', 'b') }) }),
    );
    const text = await outcome(async () => {
      let read = '';
      for await (const chunk of (await driver.get(KEY)).body) {
        read += new TextDecoder().decode(chunk);
        await wait(5 * MS);
      }
      return read;
    }, 100 * MS);
    expect(text).toBe('ab');
  });

  it('that gets stuck fails, and is let go', async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: never,
      cancel() {
        cancelled = true;
      },
    });
    const driver = timed(bareDriver({ get: async () => ({ info: infoOf(KEY), body }) }));
    const error = await outcome(async () => textOf((await driver.get(KEY)).body));
    expect(error).toMatchObject({ code: 'TIMEOUT', op: 'get', applied: 'no' });
    expect(cancelled).toBe(true);
  });
});

describe('a put from a stream', () => {
  it('may take as long as it likes, as long as the driver takes chunks', async () => {
    const driver = timed(
      bareDriver({
        async put(_, source) {
          if (source instanceof Uint8Array) throw new Error('it is a stream');
          for await (const _chunk of source) await wait(MS - 100);
          return infoOf(KEY);
        },
      }),
    );
    const result = await outcome(() => driver.put(KEY, slowly(20, 5 * MS)), 1000 * MS);
    expect(result).toEqual(infoOf(KEY));
  });

  it('fails when the driver takes no more', async () => {
    const driver = timed(
      bareDriver({
        async put(_, source) {
          if (source instanceof Uint8Array) throw new Error('it is a stream');
          for await (const _chunk of source) await never();
          return infoOf(KEY);
        },
      }),
    );
    const result = await outcome(() => driver.put(KEY, slowly(20, 1)));
    expect(result).toMatchObject({ code: 'TIMEOUT', applied: 'unknown' });
  });
});

describe('a listing', () => {
  it('is bounded page by page, and waits for its consumer', async () => {
    const driver = timed(
      bareDriver({
        async *list() {
          for (let count = 0; count < 5; count++) {
            await wait(MS - 100);
            yield page;
          }
        },
      }),
    );
    const pages = await outcome(async () => {
      let count = 0;
      for await (const _ of driver.list()) {
        await wait(5 * MS);
        count++;
      }
      return count;
    }, 100 * MS);
    expect(pages).toBe(5);
  });

  it('fails when a page does not come', async () => {
    const driver = timed(
      bareDriver({
        async *list() {
          yield page;
          await never();
        },
      }),
    );
    const seen: ListPage[] = [];
    const error = await outcome(async () => {
      for await (const one of driver.list()) seen.push(one);
    });
    expect(error).toMatchObject({ code: 'TIMEOUT', op: 'list', applied: 'no' });
    expect(seen).toEqual([page]);
  });
});

describe('a stream of requests', () => {
  const deleting = (before: () => Promise<void>): StorageDriver =>
    timed(
      bareDriver({
        async *delete(requests) {
          for await (const request of requests) {
            await before();
            yield { request, outcome: 'deleted' };
          }
        },
      }),
    );

  it('may take as long as it likes, as long as outcomes come', async () => {
    const driver = deleting(() => wait(MS - 100));
    const outcomes = await outcome(
      () => collected(driver.delete(Array.from({ length: 20 }, () => ({ key: KEY })))),
      100 * MS,
    );
    expect(outcomes).toHaveLength(20);
  });

  it('waits for its requests without counting', async () => {
    const driver = deleting(async () => {});
    const requests = async function* () {
      yield { key: KEY };
      await wait(50 * MS);
      yield { key: KEY };
    };
    expect(await outcome(() => collected(driver.delete(requests())), 100 * MS)).toHaveLength(2);
  });

  it('fails when no outcome comes: the requests may have taken effect', async () => {
    const gate = new Gate();
    const driver = deleting(() => gate.opened);
    const error = await outcome(() => collected(driver.delete([{ key: KEY }])));
    expect(error).toMatchObject({ code: 'TIMEOUT', op: 'delete', applied: 'unknown' });
    expect(vi.getTimerCount()).toBe(0);
  });
});

async function* slowly(count: number, ms: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) {
    await wait(ms);
    yield new Uint8Array([index]);
  }
}
