import { describe, expect, it } from 'vitest';
import { parseKey, type DeleteRequest, type ListPage } from '@dunnage/driver-api';
import { isCoreError, withLimit } from '@dunnage/core';
import {
  bareDriver,
  bodyOf,
  CAPABILITIES,
  collected,
  failure,
  Gate,
  infoOf,
  KEY,
  settled,
  textOf,
} from './bare-driver.ts';

const page = (complete: boolean): ListPage => ({ objects: [], prefixes: [], complete });
const requests = (count: number): DeleteRequest[] =>
  Array.from({ length: count }, (_, index) => ({ key: parseKey(`k${index}`) }));

/** Calls that wait until they are let go, in the order in which they began. */
class Waiting {
  readonly gates: Gate[] = [];
  inFlight = 0;
  peak = 0;
  begun = 0;

  async call(): Promise<void> {
    const gate = new Gate();
    this.gates.push(gate);
    this.begun++;
    this.peak = Math.max(this.peak, ++this.inFlight);
    await gate.opened;
    this.inFlight--;
  }

  async letGo(count = Infinity): Promise<void> {
    for (const gate of this.gates.splice(0, count)) gate.open();
    await settled();
  }
}

it.each([0, -1, 1.5, Number.NaN, Infinity])('refuses a limit of %d', (concurrency) => {
  try {
    withLimit(bareDriver(), { concurrency });
  } catch (error) {
    expect(isCoreError(error) && error.code).toBe('INVALID_OPTION');
    return;
  }
  throw new Error('it was accepted');
});

it('bounds all verbs together', async () => {
  const waiting = new Waiting();
  const inner = bareDriver({
    async stat() {
      await waiting.call();
      return infoOf(KEY);
    },
    async get() {
      await waiting.call();
      return { info: infoOf(KEY), body: bodyOf('x') };
    },
    async put() {
      await waiting.call();
      return infoOf(KEY);
    },
    async *list() {
      await waiting.call();
      yield page(true);
    },
    async *delete(given) {
      await waiting.call();
      for await (const request of given) yield { request, outcome: 'deleted' };
    },
  });
  const driver = withLimit(inner, { concurrency: 3 });
  const all = Promise.all([
    ...Array.from({ length: 4 }, () => driver.stat(KEY)),
    ...Array.from({ length: 4 }, () => driver.get(KEY)),
    ...Array.from({ length: 4 }, () => driver.put(KEY, new Uint8Array())),
    ...Array.from({ length: 4 }, () => collected(driver.list())),
    collected(driver.delete(requests(12))),
  ]);
  await settled();
  while (waiting.inFlight > 0) {
    expect(waiting.inFlight).toBeLessThanOrEqual(3);
    await waiting.letGo(1);
  }
  await all;
  expect([waiting.begun, waiting.peak]).toEqual([20, 3]);
});

describe('under a limit of 1', () => {
  it('two bodies can be read at once', async () => {
    const inner = bareDriver({
      get: async () => ({ info: infoOf(KEY), body: bodyOf('a', 'b', 'c') }),
    });
    const driver = withLimit(inner, { concurrency: 1 });
    const [one, two] = [await driver.get(KEY), await driver.get(KEY)];
    expect([await textOf(one.body), await textOf(two.body)]).toEqual(['abc', 'abc']);
  });

  it('a listing lets others work while its consumer holds a page', async () => {
    const inner = bareDriver({
      async *list() {
        yield page(false);
        yield page(true);
      },
      stat: async () => infoOf(KEY),
    });
    const driver = withLimit(inner, { concurrency: 1 });
    let pages = 0;
    for await (const _ of driver.list()) {
      await driver.stat(KEY);
      pages++;
    }
    expect(pages).toBe(2);
  });

  it('a delete takes its requests from a listing, and its consumer looks at each', async () => {
    const inner = bareDriver({
      async *list() {
        yield { objects: [{ key: KEY }, { key: KEY }], prefixes: [], complete: false };
        yield { objects: [{ key: KEY }, { key: KEY }], prefixes: [], complete: true };
      },
      stat: async () => infoOf(KEY),
      async *delete(given) {
        for await (const request of given) yield { request, outcome: 'deleted' };
      },
    });
    const driver = withLimit(inner, { concurrency: 1 });
    const listed = async function* () {
      for await (const { objects } of driver.list()) yield* objects;
    };
    let outcomes = 0;
    for await (const outcome of driver.delete(listed())) {
      expect(outcome.outcome).toBe('deleted');
      await driver.stat(KEY);
      outcomes++;
    }
    expect(outcomes).toBe(4);
  });

  it('a put reads from a get that it opens itself', async () => {
    let stored = '';
    const inner = bareDriver({
      get: async () => ({ info: infoOf(KEY), body: bodyOf('ab', 'c') }),
      async put(_, source) {
        if (source instanceof Uint8Array) throw new Error('it is a stream');
        for await (const chunk of source) stored += new TextDecoder().decode(chunk);
        return infoOf(KEY);
      },
    });
    const driver = withLimit(inner, { concurrency: 1 });
    const copied = async function* () {
      yield* (await driver.get(KEY)).body;
    };
    await driver.put(KEY, copied());
    expect(stored).toBe('abc');
  });

  it('a slot is free again after an error, and after a consumer left early', async () => {
    const inner = bareDriver({
      stat: () => Promise.reject(failure('PERMISSION_DENIED')),
      now: async () => 1,
      async *list() {
        yield page(false);
        yield page(true);
      },
    });
    const driver = withLimit(inner, { concurrency: 1 });
    await expect(driver.stat(KEY)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    for await (const _ of driver.list()) break;
    expect(await driver.now()).toBe(1);
  });
});

it('ends a wait at once when its signal aborts, and passes the turn on', async () => {
  const waiting = new Waiting();
  const inner = bareDriver({
    async stat() {
      await waiting.call();
      return infoOf(KEY);
    },
  });
  const driver = withLimit(inner, { concurrency: 1 });
  const first = driver.stat(KEY);
  const cancel = new AbortController();
  const second = driver.stat(KEY, { signal: cancel.signal });
  const third = driver.stat(KEY);
  cancel.abort('enough');
  await expect(second).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough', op: 'stat' });
  await waiting.letGo();
  await first;
  await waiting.letGo();
  await third;
  expect(waiting.begun).toBe(2);
});

describe('deletes', () => {
  it('go out in batches of what the store takes, side by side up to the limit', async () => {
    const waiting = new Waiting();
    const sizes: number[] = [];
    const inner = bareDriver({
      async *delete(given) {
        const batch = await collected(given);
        sizes.push(batch.length);
        await waiting.call();
        for (const request of batch) yield { request, outcome: 'deleted' };
      },
    });
    const driver = withLimit(inner, { concurrency: 2 });
    const outcomes = collected(driver.delete(requests(10)));
    await settled();
    expect(sizes).toEqual([3, 3]);
    await waiting.letGo(1);
    expect(sizes).toEqual([3, 3, 3]);
    while (waiting.inFlight > 0) await waiting.letGo();
    const keys = (await outcomes).map(({ request }) => request.key);
    expect(keys.toSorted()).toEqual(requests(10).map(({ key }) => key));
    expect(sizes).toEqual([3, 3, 3, 1]);
  });

  it('hand many keys at a time to a driver with bulk verbs and without batches', async () => {
    const sizes: number[] = [];
    const inner = bareDriver({
      capabilities: async () => ({
        ...CAPABILITIES,
        delete: { ...CAPABILITIES.delete, batchMax: 1 },
      }),
      async *delete(given) {
        const batch = await collected(given);
        sizes.push(batch.length);
        for (const request of batch) yield { request, outcome: 'deleted' };
      },
    });
    await collected(withLimit(inner, { concurrency: 2 }).delete(requests(300)));
    const { bulk: _, ...unbulked } = inner;
    await collected(withLimit(unbulked, { concurrency: 2 }).delete(requests(2)));
    expect(sizes.toSorted((a, b) => b - a)).toEqual([256, 44, 1, 1]);
  });

  it('give the outcomes of all batches under way before the error of one', async () => {
    const waiting = new Waiting();
    const inner = bareDriver({
      async *delete(given) {
        const [first, ...rest] = await collected(given);
        if (first === undefined) return;
        yield { request: first, outcome: 'deleted' };
        if (first.key === 'k0') throw failure('UNAVAILABLE');
        await waiting.call();
        for (const request of rest) yield { request, outcome: 'deleted' };
      },
    });
    const driver = withLimit(inner, { concurrency: 2 });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { request } of driver.delete(requests(30))) seen.push(request.key);
    })();
    reading.catch(() => {});
    await settled();
    await waiting.letGo();
    await expect(reading).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(seen.toSorted()).toEqual(['k0', 'k3', 'k4', 'k5']);
  });

  it('pass an error of the requests on', async () => {
    const inner = bareDriver({
      async *delete(given) {
        for await (const request of given) yield { request, outcome: 'deleted' };
      },
    });
    const broken = async function* () {
      yield* requests(4);
      throw new Error('the plan is cut off');
    };
    const seen: string[] = [];
    const reading = (async () => {
      const driver = withLimit(inner, { concurrency: 2 });
      for await (const { request } of driver.delete(broken())) seen.push(request.key);
    })();
    await expect(reading).rejects.toThrow('the plan is cut off');
    expect(seen).toEqual(['k0', 'k1', 'k2']);
  });

  it('are cancelled when the consumer leaves early', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const inner = bareDriver({
      async *delete(given, options) {
        signals.push(options?.signal);
        for await (const request of given) yield { request, outcome: 'deleted' };
      },
    });
    const driver = withLimit(inner, { concurrency: 1 });
    let closed = false;
    const source = function* () {
      try {
        yield* requests(100);
      } finally {
        closed = true;
      }
    };
    for await (const _ of driver.delete(source())) break;
    expect(closed).toBe(true);
    expect(signals.every((signal) => signal?.aborted)).toBe(true);
  });
});

describe('when the store says "too much"', () => {
  /** How many requests the driver lets through at once. */
  async function room(waiting: Waiting, ask: () => Promise<unknown>): Promise<number> {
    const all = Array.from({ length: 16 }, ask);
    await settled();
    const { inFlight } = waiting;
    while (waiting.inFlight > 0) await waiting.letGo();
    await Promise.all(all);
    return inFlight;
  }

  it('halves the limit once per burst, never below 1, and recovers one by one', async () => {
    const waiting = new Waiting();
    let throttled = true;
    const inner = bareDriver({
      async stat() {
        await waiting.call();
        if (throttled) throw failure('THROTTLED');
        return infoOf(KEY);
      },
      async now() {
        await waiting.call();
        return 1;
      },
    });
    const driver = withLimit(inner, { concurrency: 16 });
    const refused = () => driver.stat(KEY).catch(() => {});
    expect(await room(waiting, refused)).toBe(16);
    throttled = false;
    // 16 refusals of one burst halve it once, to 8; 16 successes then are two rounds.
    expect(await room(waiting, () => driver.now())).toBe(8);
    expect(await room(waiting, () => driver.now())).toBeGreaterThanOrEqual(9);
    throttled = true;
    for (let burst = 0; burst < 8; burst++) await room(waiting, refused);
    throttled = false;
    expect(await room(waiting, () => driver.now())).toBe(1);
    for (let round = 0; round < 30; round++) await room(waiting, () => driver.now());
    expect(await room(waiting, () => driver.now())).toBe(16);
  });

  it('hears it from single outcomes of a delete as well', async () => {
    const waiting = new Waiting();
    const inner = bareDriver({
      async *delete(given) {
        for await (const request of given) {
          yield { request, outcome: 'failed', error: failure('THROTTLED') };
        }
      },
      async now() {
        await waiting.call();
        return 1;
      },
    });
    const driver = withLimit(inner, { concurrency: 8 });
    await collected(driver.delete(requests(3)));
    expect(await room(waiting, () => driver.now())).toBe(4);
  });
});
