import { describe, expect, it } from 'vitest';
import {
  parseKey,
  type BulkVerbs,
  type DeleteOutcome,
  type DeleteRequest,
  type ListPage,
  type ReadOutcome,
  type StorageDriver,
} from '@dunnage/driver-api';
import {
  RetryBudget,
  withRetry,
  type Overrides,
  type RetryNotice,
  type RetryOptions,
} from '@dunnage/core';
import {
  bareDriver,
  bodyOf,
  CAPABILITIES,
  collected,
  failure,
  infoOf,
  KEY,
  settled,
  textOf,
} from './bare-driver.ts';

interface Retrying {
  readonly driver: StorageDriver;
  readonly delays: number[];
  readonly notices: RetryNotice[];
}

/** Retries without waiting, and with the longest pause that jitter allows. */
function retrying(verbs: Overrides, options: RetryOptions = {}): Retrying {
  const delays: number[] = [];
  const notices: RetryNotice[] = [];
  const driver = withRetry(bareDriver(verbs), {
    random: () => 1,
    sleep: async (ms) => void delays.push(ms),
    onRetry: (notice) => void notices.push(notice),
    ...options,
  });
  return { driver, delays, notices };
}

/** Gives the values in turn, throws those that are errors, and then gives the last one for ever. */
function script<Steps extends readonly unknown[]>(
  ...steps: Steps
): { next(): Exclude<Steps[number], Error>; readonly calls: number } {
  let calls = 0;
  return {
    next() {
      const step: unknown = steps[Math.min(calls++, steps.length - 1)];
      if (step instanceof Error) throw step;
      return step as Exclude<Steps[number], Error>;
    },
    get calls() {
      return calls;
    },
  };
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a call', () => {
  it('is tried again when its error passes, after pauses that double up to the cap', async () => {
    const down = failure('UNAVAILABLE', { key: KEY });
    const steps = script(down, down, down, down, infoOf(KEY));
    const { driver, delays, notices } = retrying(
      { stat: async () => steps.next() },
      { baseMs: 100, capMs: 350 },
    );
    expect(await driver.stat(KEY)).toEqual(infoOf(KEY));
    expect(delays).toEqual([100, 200, 350, 350]);
    expect(notices.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(notices[0]).toEqual({
      ...{ op: 'stat', key: KEY, attempt: 1, delayMs: 100, error: down, requests: 1 },
    });
  });

  it('spreads its pauses over all that the jitter allows', async () => {
    const randoms = [0, 0.5, 0.999];
    const down = failure('UNAVAILABLE');
    const steps = script(down, down, down, 1);
    const { driver, delays } = retrying(
      { now: async () => steps.next() },
      { baseMs: 100, random: () => randoms.shift() ?? 1 },
    );
    await driver.now();
    expect(delays).toEqual([0, 100, 400]);
  });

  it('is tried at once when that is safe, but only the first time', async () => {
    const torn = failure('CORRUPT');
    const steps = script(torn, torn, 1);
    const { driver, delays } = retrying({ now: async () => steps.next() }, { baseMs: 100 });
    await driver.now();
    expect(delays).toEqual([0, 200]);
  });

  it('waits at least as long as the store asks for', async () => {
    const steps = script(failure('THROTTLED', { retryAfterMs: 7000 }), 1);
    const { driver, delays } = retrying({ now: async () => steps.next() }, { baseMs: 100 });
    await driver.now();
    expect(delays).toEqual([7100]);
  });

  it('is given up when the store asks for too long', async () => {
    const { driver, delays } = retrying({
      now: () => Promise.reject(failure('THROTTLED', { retryAfterMs: 3_600_000 })),
    });
    expect(await errorOf(driver.now())).toMatchObject({ retry: 'exhausted', code: 'THROTTLED' });
    expect(delays).toEqual([]);
  });

  it('ends as exhausted, with all that the last error said', async () => {
    const original = failure('UNAVAILABLE', {
      ...{ status: 503, providerCode: 'SlowDown', requestId: 'r-1', key: KEY, op: 'stat' },
    });
    const { driver, delays } = retrying({ stat: () => Promise.reject(original) }, { attempts: 4 });
    const error = await errorOf(driver.stat(KEY));
    expect(error).toMatchObject({
      ...{ code: 'UNAVAILABLE', retry: 'exhausted', status: 503, providerCode: 'SlowDown' },
      ...{ requestId: 'r-1', key: KEY, op: 'stat', cause: original },
      message: `${original.message} (tried 4 times)`,
    });
    expect(delays).toHaveLength(3);
  });

  it.each(['NOT_FOUND', 'PERMISSION_DENIED', 'PRECONDITION_FAILED', 'LOCKED', 'INTERNAL'] as const)(
    'is not tried again after %s',
    async (code) => {
      const original = failure(code);
      const steps = script(original);
      const { driver } = retrying({ stat: async () => steps.next() });
      expect(await errorOf(driver.stat(KEY))).toBe(original);
      expect(steps.calls).toBe(1);
    },
  );

  it('is not tried again when somebody else has, or the error is none of the contract', async () => {
    for (const original of [failure('UNAVAILABLE', { retry: 'exhausted' }), new Error('bug')]) {
      const steps = script(original);
      const { driver } = retrying({ stat: async () => steps.next() });
      expect(await errorOf(driver.stat(KEY))).toBe(original);
      expect(steps.calls).toBe(1);
    }
  });

  it('ends at once when it is cancelled while waiting', async () => {
    const cancel = new AbortController();
    const driver = withRetry(bareDriver({ stat: () => Promise.reject(failure('UNAVAILABLE')) }), {
      random: () => 1,
      baseMs: 1_000_000,
      capMs: 1_000_000,
    });
    const result = errorOf(driver.stat(KEY, { signal: cancel.signal }));
    await settled();
    cancel.abort('enough');
    expect(await result).toMatchObject({ code: 'ABORTED', cause: 'enough', key: KEY });
  });
});

describe('the budget', () => {
  it('is shared: what is left after it is used up fails at the first error', async () => {
    const budget = new RetryBudget({ reserve: 3, ratio: 0 });
    const steps = script(failure('UNAVAILABLE'));
    const { driver } = retrying({ stat: async () => steps.next() }, { budget });
    const error = await errorOf(driver.stat(KEY));
    expect(error).toMatchObject({ retry: 'exhausted' });
    expect(String(error)).toContain('budget');
    expect(steps.calls).toBe(4);
    await errorOf(driver.stat(KEY));
    expect(steps.calls).toBe(5);
  });

  it('is earned by requests, a fifth of a retry each, up to its capacity', async () => {
    const budget = new RetryBudget({ reserve: 0, capacity: 4 });
    const { driver } = retrying({ now: async () => 1 }, { budget });
    for (let count = 0; count < 10; count++) await driver.now();
    expect(budget.left).toBeCloseTo(2);
    for (let count = 0; count < 100; count++) await driver.now();
    expect(budget.left).toBe(4);
  });

  it('keeps retries at a fifth of all requests when everything fails', async () => {
    const steps = script(failure('UNAVAILABLE'));
    const { driver } = retrying({ stat: async () => steps.next() }, { budget: { reserve: 0 } });
    for (let count = 0; count < 1000; count++) await errorOf(driver.stat(KEY));
    expect(steps.calls).toBeGreaterThan(1190);
    expect(steps.calls).toBeLessThanOrEqual(1200);
  });
});

describe('a put', () => {
  const lost = failure('TIMEOUT', { applied: 'unknown' });
  const refused = failure('UNAVAILABLE', { applied: 'no' });
  const bytes = new Uint8Array([1]);

  it.each([
    ['bytes, refused', bytes, {}, refused, 2],
    ['bytes, answer lost', bytes, {}, lost, 2],
    ['bytes ifAbsent, refused', bytes, { ifAbsent: true }, refused, 2],
    ['bytes ifAbsent, answer lost', bytes, { ifAbsent: true }, lost, 1],
    ['bytes ifMatch, refused', bytes, { ifMatch: 'e' }, refused, 2],
    ['bytes ifMatch, answer lost', bytes, { ifMatch: 'e' }, lost, 1],
    ['a stream, refused', bodyOf('x'), {}, refused, 1],
  ])('of %s', async (_, source, options, error, calls) => {
    const steps = script(error, infoOf(KEY));
    const { driver } = retrying({ put: async () => steps.next() });
    const result = await errorOf(driver.put(KEY, source, options));
    expect(steps.calls).toBe(calls);
    expect(result).toBe(calls === 1 ? error : undefined);
  });

  it('that may have taken effect once keeps saying so', async () => {
    const steps = script(lost, failure('PERMISSION_DENIED'));
    const { driver } = retrying({ put: async () => steps.next() });
    expect(await errorOf(driver.put(KEY, bytes))).toMatchObject({
      ...{ code: 'PERMISSION_DENIED', applied: 'unknown' },
    });
  });

  it.each([
    ['move', refused, 2],
    ['move', lost, 1],
    ['undelete', lost, 1],
    ['copy', lost, 2],
  ] as const)('and %s after %o', async (op, error, calls) => {
    const steps = script(error, infoOf(KEY));
    const { driver } = retrying({ [op]: async () => steps.next() });
    const verbs = {
      move: async () => driver.move?.(KEY, parseKey('to')),
      copy: async () => driver.copy?.(KEY, parseKey('to')),
      undelete: async () => driver.undelete?.(KEY, 'v'),
    };
    await errorOf(verbs[op]());
    expect(steps.calls).toBe(calls);
  });
});

describe('a listing', () => {
  const page = (name: string, fields: Partial<ListPage> = {}): ListPage => ({
    ...{ objects: [{ key: parseKey(name) }], prefixes: [], complete: false },
    ...fields,
  });

  it("goes on from the last page's cursor, with the options of the first call", async () => {
    const asked: unknown[] = [];
    const breaks = [2, 1, 1];
    const { driver, notices } = retrying({
      async *list(options) {
        asked.push(options);
        let left = breaks.shift() ?? Infinity;
        for (let at = Number(options?.cursor ?? 0); at < 5; at++) {
          if (left-- === 0) throw failure('UNAVAILABLE');
          yield page(`k${at}`, { cursor: String(at + 1), complete: at === 4 });
        }
      },
    });
    const pages = await collected(driver.list({ depth: 'recursive' }));
    expect(pages.flatMap(({ objects }) => objects.map(({ key }) => key))).toEqual([
      ...['k0', 'k1', 'k2', 'k3', 'k4'],
    ]);
    expect(asked).toEqual([
      { depth: 'recursive' },
      { depth: 'recursive', cursor: '2' },
      { depth: 'recursive', cursor: '3' },
      { depth: 'recursive', cursor: '4' },
    ]);
    // Each page that came is progress: the count of attempts starts anew.
    expect(notices.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
  });

  it('starts over when nothing was given yet', async () => {
    const steps = script(failure('UNAVAILABLE'), 'k0');
    const { driver } = retrying({
      async *list() {
        yield page(steps.next(), { complete: true });
      },
    });
    expect(await collected(driver.list())).toHaveLength(1);
  });

  it('fails when it can neither go on nor start over', async () => {
    const original = failure('UNAVAILABLE');
    let lists = 0;
    const { driver } = retrying({
      async *list() {
        lists++;
        yield page('k0');
        throw original;
      },
    });
    expect(await errorOf(collected(driver.list()))).toBe(original);
    expect(lists).toBe(1);
  });

  it('is given up after so many attempts without a page', async () => {
    let lists = 0;
    const { driver } = retrying(
      {
        // oxlint-disable-next-line require-yield
        async *list() {
          lists++;
          throw failure('UNAVAILABLE');
        },
      },
      { attempts: 3 },
    );
    expect(await errorOf(collected(driver.list()))).toMatchObject({ retry: 'exhausted' });
    expect(lists).toBe(3);
  });
});

describe('a get', () => {
  const content = 'abcdefghij';
  const info = infoOf(KEY, { size: 10 });

  /** Serves `content`, breaking each body after so many characters; records what was asked. */
  function breaking(after: readonly number[], fields: Partial<typeof info> = {}) {
    const asked: unknown[] = [];
    const breaks = [...after];
    const verbs: Overrides = {
      get: async (_, options) => {
        asked.push(options);
        const part = content.slice(options?.range?.start ?? 0, options?.range?.end);
        const at = breaks.shift();
        const body =
          at === undefined ? bodyOf(part) : bodyOf(part.slice(0, at), failure('UNAVAILABLE'));
        return { info: { ...info, ...fields }, body };
      },
    };
    return { asked, verbs };
  }

  it('is tried again before its body starts', async () => {
    const steps = script(failure('UNAVAILABLE'), 'x');
    const { driver } = retrying({ get: async () => ({ info, body: bodyOf(steps.next()) }) });
    expect(await textOf((await driver.get(KEY)).body)).toBe('x');
  });

  it('goes on where its body broke, if the object is still the same', async () => {
    const { asked, verbs } = breaking([3, 2]);
    const { driver } = retrying(verbs);
    expect(await textOf((await driver.get(KEY)).body)).toBe(content);
    expect(asked).toEqual([
      undefined,
      { ifMatch: 'e1', range: { start: 3, end: 10 } },
      { ifMatch: 'e1', range: { start: 5, end: 10 } },
    ]);
  });

  it('goes on within the range that was asked', async () => {
    const { asked, verbs } = breaking([3]);
    const { driver } = retrying(verbs);
    const { body } = await driver.get(KEY, { range: { start: 2, end: 8 } });
    expect(await textOf(body)).toBe('cdefgh');
    expect(asked[1]).toEqual({ ifMatch: 'e1', range: { start: 5, end: 8 } });
  });

  it('goes on by version where one was named, without an etag', async () => {
    const { asked, verbs } = breaking([3]);
    const { driver } = retrying(verbs);
    expect(await textOf((await driver.get(KEY, { version: 'v' })).body)).toBe(content);
    expect(asked[1]).toEqual({ version: 'v', range: { start: 3, end: 10 } });
  });

  it('fails as it did where the store has no condition for reads', async () => {
    const { verbs, asked } = breaking([3]);
    const unconditional = { ...CAPABILITIES, read: { ...CAPABILITIES.read, ifMatch: false } };
    const { driver } = retrying({ ...verbs, capabilities: async () => unconditional });
    expect(await errorOf(textOf((await driver.get(KEY)).body))).toMatchObject({
      ...{ code: 'UNAVAILABLE', retry: 'after-backoff' },
    });
    expect(asked).toHaveLength(1);
  });

  it('fails as it did when the object has changed meanwhile', async () => {
    const { verbs } = breaking([3]);
    let gets = 0;
    const { driver } = retrying({
      get: async (key, options) => {
        if (gets++ > 0) throw failure('PRECONDITION_FAILED');
        if (verbs.get === undefined) throw new Error('no get');
        return verbs.get(key, options);
      },
    });
    expect(await errorOf(textOf((await driver.get(KEY)).body))).toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it('does not take a body for whole that failed at its end', async () => {
    const { driver } = retrying({
      get: async () => ({ info, body: bodyOf(content, failure('CORRUPT')) }),
    });
    expect(await errorOf(textOf((await driver.get(KEY)).body))).toMatchObject({ code: 'CORRUPT' });
  });

  it('is given up when its body never gets further', async () => {
    const { verbs, asked } = breaking(Array.from({ length: 50 }, () => 0));
    const { driver } = retrying(verbs, { attempts: 4 });
    // A body that breaks before its first byte.
    expect(await errorOf(textOf((await driver.get(KEY)).body))).toMatchObject({
      retry: 'exhausted',
    });
    expect(asked.length).toBeLessThanOrEqual(5);
  });

  it('lets go of the store when its reader leaves', async () => {
    let cancelled: unknown;
    const body = new ReadableStream<Uint8Array>({
      cancel(reason) {
        cancelled = reason;
      },
    });
    const { driver } = retrying({ get: async () => ({ info, body }) });
    await (await driver.get(KEY)).body.cancel('enough');
    expect(cancelled).toBe('enough');
  });
});

describe('a delete', () => {
  const requests = (...names: readonly string[]): DeleteRequest[] =>
    names.map((name) => ({ key: parseKey(name) }));
  const brief = (outcomes: readonly DeleteOutcome[]): string[] =>
    outcomes.map(({ request, outcome }) => `${request.key} ${outcome}`).toSorted();

  /** Answers each request as `answer` says, which sees how often its key was sent before. */
  function deleting(answer: (key: string, sent: number) => DeleteOutcome['outcome']) {
    const sent = new Map<string, number>();
    const rounds: string[][] = [];
    const verbs: Overrides = {
      async *delete(given) {
        const round: string[] = [];
        rounds.push(round);
        for await (const request of given) {
          round.push(request.key);
          const before = sent.get(request.key) ?? 0;
          sent.set(request.key, before + 1);
          const outcome = answer(request.key, before);
          if (outcome === 'failed') yield { request, outcome, error: failure('THROTTLED') };
          else if (outcome === 'unknown') {
            yield { request, outcome, error: failure('TIMEOUT', { applied: 'unknown' }) };
          } else if (outcome === 'denied') {
            yield { request, outcome, error: failure('PERMISSION_DENIED') };
          } else if (outcome === 'deleted') yield { request, outcome };
          else throw new Error(outcome);
        }
      },
    };
    return { rounds, verbs };
  }

  it('sends again what failed, and only that, all together', async () => {
    const { rounds, verbs } = deleting((key, sent) =>
      key === 'b' && sent < 2 ? 'failed' : key === 'd' && sent < 1 ? 'failed' : 'deleted',
    );
    const { driver, notices } = retrying(verbs);
    const outcomes = await collected(driver.delete(requests('a', 'b', 'c', 'd')));
    expect(brief(outcomes)).toEqual(['a deleted', 'b deleted', 'c deleted', 'd deleted']);
    expect(rounds).toEqual([['a', 'b', 'c', 'd'], ['b', 'd'], ['b']]);
    expect(notices).toMatchObject([
      { op: 'delete', attempt: 1, requests: 2 },
      { op: 'delete', attempt: 2, requests: 1 },
    ]);
  });

  it('gives each request one outcome when some fail for ever, the error marked', async () => {
    const { rounds, verbs } = deleting((key) =>
      key === 'a' ? 'failed' : key === 'b' ? 'denied' : 'deleted',
    );
    const { driver } = retrying(verbs, { attempts: 3 });
    const outcomes = await collected(driver.delete(requests('a', 'b', 'c')));
    expect(brief(outcomes)).toEqual(['a failed', 'b denied', 'c deleted']);
    expect(outcomes.find(({ outcome }) => outcome === 'failed')).toMatchObject({
      error: { code: 'THROTTLED', retry: 'exhausted' },
    });
    expect(rounds).toEqual([['a', 'b', 'c'], ['a'], ['a']]);
  });

  const sentLately = { modified: Number.MAX_SAFE_INTEGER };
  const old = { modified: 0 };
  it.each([
    ['it is gone', undefined, {}, ['k deleted'], 1],
    ['the same, older object is there', infoOf(KEY, old), {}, ['k deleted'], 2],
    ['an object written since is there', infoOf(KEY, sentLately), {}, ['k unknown'], 1],
    [
      'an object written since with the same etag is there',
      infoOf(KEY, { ...sentLately, etag: 'e' }),
      { ifMatch: 'e' },
      ['k unknown'],
      1,
    ],
    ['another object is there', infoOf(KEY, old), { ifMatch: 'e' }, ['k precondition-failed'], 1],
    ['the named version is there', infoOf(KEY, sentLately), { version: 'v' }, ['k deleted'], 2],
  ])('looks again after a lost answer: %s', async (_, found, fields, expected, sends) => {
    const { rounds, verbs } = deleting((_key, sent) => (sent === 0 ? 'unknown' : 'deleted'));
    const { driver } = retrying({ ...verbs, stat: async () => found });
    const outcomes = await collected(driver.delete([{ key: parseKey('k'), ...fields }]));
    expect(brief(outcomes)).toEqual(expected);
    expect(rounds.slice(0, sends).flat()).toEqual(Array.from({ length: sends }, () => 'k'));
    expect(rounds.flat()).toHaveLength(sends);
  });

  it.each([
    [{ versions: 'enabled' as const }, 'k marked'],
    [
      { delete: { ...CAPABILITIES.delete, freesSpace: 'after-retention' as const } },
      'k soft-deleted',
    ],
  ])('says how a lost delete went by what the store does: %o', async (differing, expected) => {
    const { verbs } = deleting(() => 'unknown');
    const { driver } = retrying({
      ...verbs,
      capabilities: async () => ({ ...CAPABILITIES, ...differing }),
      stat: async () => undefined,
    });
    expect(brief(await collected(driver.delete(requests('k'))))).toEqual([expected]);
  });

  it('leaves it unknown when it cannot look', async () => {
    const { verbs } = deleting(() => 'unknown');
    const { driver } = retrying({
      ...verbs,
      stat: () => Promise.reject(failure('PERMISSION_DENIED')),
    });
    expect(brief(await collected(driver.delete(requests('a', 'b'))))).toEqual([
      ...['a unknown', 'b unknown'],
    ]);
  });

  it('takes up the requests that a broken stream left unanswered', async () => {
    let streams = 0;
    const { driver } = retrying({
      stat: async (key) => (key === 'b' ? undefined : infoOf(key, old)),
      async *delete(given) {
        streams++;
        const batch = await collected(given);
        for (const request of batch) {
          if (streams === 1 && request.key !== 'a') throw failure('UNAVAILABLE');
          // A copy, as it comes out of a worker thread.
          yield { request: structuredClone(request), outcome: 'deleted' };
        }
      },
    });
    const outcomes = await collected(driver.delete(requests('a', 'b', 'c')));
    expect(brief(outcomes)).toEqual(['a deleted', 'b deleted', 'c deleted']);
    expect(streams).toBe(2);
  });

  it('does not take silence for success', async () => {
    const { driver } = retrying(
      {
        stat: async (key) => infoOf(key, old),
        async *delete(given) {
          for await (const request of given) {
            if (request.key !== 'b') yield { request, outcome: 'deleted' };
          }
        },
      },
      { attempts: 2 },
    );
    const outcomes = await collected(driver.delete(requests('a', 'b', 'b')));
    expect(brief(outcomes)).toEqual(['a deleted', 'b unknown', 'b unknown']);
  });

  it('passes on an error of its requests, and closes them when the consumer leaves', async () => {
    const { verbs } = deleting(() => 'deleted');
    const { driver } = retrying(verbs);
    const torn = failure('UNAVAILABLE');
    const broken = async function* () {
      yield* requests('a');
      throw torn;
    };
    expect(await errorOf(collected(driver.delete(broken())))).toBe(torn);
    let closed = false;
    const source = function* () {
      try {
        yield* requests('a', 'b', 'c');
      } finally {
        closed = true;
      }
    };
    for await (const _ of driver.delete(source())) break;
    expect(closed).toBe(true);
  });

  it('takes no more requests than it can hold while those before them wait', async () => {
    let taken = 0;
    let most = 0;
    const { verbs } = deleting((_, sent) => (sent === 0 ? 'failed' : 'deleted'));
    const { driver } = retrying(verbs, { budget: { reserve: 1e6 } });
    const source = function* () {
      for (; taken < 25_000; taken++) yield { key: parseKey(`k${taken}`) };
    };
    let given = 0;
    for await (const _ of driver.delete(source())) most = Math.max(most, taken - given++);
    expect(given).toBe(25_000);
    expect(most).toBeLessThanOrEqual(10_001);
  });

  it('spends a share of a retry per key, as keys share a request', async () => {
    const budget = new RetryBudget({ reserve: 1, ratio: 0 });
    const { rounds, verbs } = deleting((_, sent) => (sent === 0 ? 'failed' : 'deleted'));
    const { driver } = retrying(verbs, { budget });
    // The store takes three keys per request.
    const outcomes = await collected(driver.delete(requests('a', 'b', 'c', 'd')));
    expect(brief(outcomes)).toEqual(['a deleted', 'b deleted', 'c deleted', 'd failed']);
    expect(rounds).toHaveLength(2);
  });
});

function bulkOf(driver: StorageDriver): BulkVerbs {
  if (driver.bulk === undefined) throw new Error('it has no bulk verbs');
  return driver.bulk;
}

describe('a bulk verb', () => {
  const keys = ['a', 'b', 'c'].map((name) => parseKey(name));

  it('asks again for failed items, all together', async () => {
    const rounds: string[][] = [];
    const { driver, notices } = retrying({
      bulk: {
        async *read(given) {
          const round: string[] = [];
          rounds.push(round);
          for await (const key of given) {
            round.push(key);
            if (key === 'b' && rounds.length < 3) {
              yield { status: 'failed', key, error: failure('EXHAUSTED') };
            } else yield { status: 'missing', key };
          }
        },
      },
    });
    const outcomes = await collected(bulkOf(driver).read(keys, { maxBytes: 1 }));
    expect(outcomes.map(({ key, status }) => `${key} ${status}`)).toEqual([
      ...['a missing', 'c missing', 'b missing'],
    ]);
    expect(rounds).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
    expect(notices).toMatchObject([{ op: 'bulk.read', attempt: 1 }, { attempt: 2 }]);
  });

  it('passes on what fails for good, and marks what failed too often', async () => {
    const { driver } = retrying(
      {
        bulk: {
          async *read(given): AsyncIterable<ReadOutcome> {
            for await (const key of given) {
              const error = failure(key === 'a' ? 'PERMISSION_DENIED' : 'EXHAUSTED');
              yield { status: 'failed', key, error };
            }
          },
        },
      },
      { attempts: 2 },
    );
    const outcomes = await collected(bulkOf(driver).read(keys, { maxBytes: 1 }));
    expect(outcomes).toMatchObject([
      { key: 'a', error: { retry: 'never' } },
      { key: 'b', error: { retry: 'exhausted' } },
      { key: 'c', error: { retry: 'exhausted' } },
    ]);
  });
});
