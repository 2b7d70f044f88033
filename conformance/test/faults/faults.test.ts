import { at, laterBy, neverWriting, on, withFaults, type Fault } from '@dunnage/conformance/faults';
import {
  parentOf,
  parseKey,
  ROOT,
  type DeleteOutcome,
  type Key,
  type StorageDriver,
} from '@dunnage/driver-api';
import { createMemoryDriver } from '@dunnage/driver-memory';
import { beforeEach, describe, expect, test } from 'vitest';

const [a, b, c] = ['dir/a', 'dir/b', 'dir/c'].map((text) => parseKey(text)) as [Key, Key, Key];
let inner: ReturnType<typeof createMemoryDriver>;

beforeEach(async () => {
  inner = createMemoryDriver({ profile: 'fs' });
  for (const key of [a, b, c]) await inner.put(key, new TextEncoder().encode(`content of ${key}`));
});

async function keysOf(driver: StorageDriver, pageSize = 1): Promise<Key[]> {
  const keys: Key[] = [];
  let complete = false;
  for await (const page of driver.list({ pageSize })) {
    keys.push(...page.objects.map(({ key }) => key));
    ({ complete } = page);
  }
  if (!complete) keys.push('INCOMPLETE' as Key);
  return keys;
}

async function text(driver: StorageDriver, key: Key): Promise<string> {
  const { body } = await driver.get(key);
  return new Response(body).text();
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const array: T[] = [];
  for await (const item of items) array.push(item);
  return array;
}

async function deleteAll(driver: StorageDriver, keys: readonly Key[]): Promise<DeleteOutcome[]> {
  return all(driver.delete(keys.map((key) => ({ key }))));
}

const fail = (more: Partial<Extract<Fault, { kind: 'fail' }>> = {}): Fault => ({
  kind: 'fail',
  code: 'UNAVAILABLE',
  when: 'before',
  ...more,
});

test('without faults, it is the driver itself, and counts its calls', async () => {
  const driver = withFaults(inner);
  expect(await keysOf(driver)).toEqual([a, b, c]);
  expect(await text(driver, a)).toBe('content of dir/a');
  expect((await driver.stat(a))?.size).toBe(16);
  expect((await deleteAll(driver, [a, b])).map(({ outcome }) => outcome)).toEqual([
    'deleted',
    'deleted',
  ]);
  expect(driver.calls.map(({ number, verb, key }) => `${number} ${verb} ${key}`)).toEqual([
    ...['1 list ', '2 list ', '3 list '],
    ...['4 get dir/a', '5 stat dir/a', '6 delete dir/a', '7 delete dir/b'],
  ]);
});

test('a kill ends everything from its call on', async () => {
  const driver = withFaults(inner, at(2, { kind: 'kill' }));
  await driver.stat(a);
  await expect(driver.stat(b)).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(driver.put(a, new Uint8Array())).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(keysOf(driver)).rejects.toMatchObject({ code: 'CLOSED' });
  expect(driver.killed).toBe(true);
  expect(await text(inner, a)).toBe('content of dir/a');
});

test('a kill in the middle of a batch lets through what came before it', async () => {
  const driver = withFaults(inner, on('delete', /b$/, { kind: 'kill' }));
  await expect(deleteAll(driver, [a, b, c])).rejects.toMatchObject({ code: 'CLOSED' });
  expect(await keysOf(inner)).toEqual([b, c]);
});

describe('a failure', () => {
  test('before the effect has none', async () => {
    const driver = withFaults(inner, on('put', /a$/, fail()));
    const failure = driver.put(a, new Uint8Array());
    await expect(failure).rejects.toMatchObject({ code: 'UNAVAILABLE', applied: 'no', key: a });
    expect(await text(inner, a)).toBe('content of dir/a');
  });

  test('after the effect says that nobody knows', async () => {
    const driver = withFaults(inner, on('put', /a$/, fail({ when: 'after' })));
    const failure = driver.put(a, new Uint8Array());
    await expect(failure).rejects.toMatchObject({ code: 'UNAVAILABLE', applied: 'unknown' });
    expect(await text(inner, a)).toBe('');
  });

  test('strikes as often as told', async () => {
    const driver = withFaults(inner, on('stat', /a$/, fail(), 1));
    await expect(driver.stat(a)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await driver.stat(a)).toMatchObject({ size: 16 });
  });

  test('breaks a body off in the middle', async () => {
    const driver = withFaults(inner, on('get', /a$/, fail({ when: 'after' })));
    const { body } = await driver.get(a);
    const parts: Uint8Array[] = [];
    const reading = (async () => {
      for await (const part of body) parts.push(part);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(Buffer.concat(parts).toString()).toBe('content ');
  });

  test.each([
    ['PERMISSION_DENIED', 'before', 'denied', true],
    ['LOCKED', 'before', 'locked', true],
    ['PRECONDITION_FAILED', 'before', 'precondition-failed', true],
    ['UNAVAILABLE', 'before', 'failed', true],
    ['UNAVAILABLE', 'after', 'unknown', false],
  ] as const)('of a delete with %s %s it is "%s"', async (code, when, outcome, stays) => {
    const driver = withFaults(inner, on('delete', /b$/, fail({ code, when })));
    const outcomes = await deleteAll(driver, [a, b, c]);
    const byKey = new Map(outcomes.map((each) => [each.request.key, each.outcome]));
    expect(Object.fromEntries(byKey)).toEqual({ [a]: 'deleted', [b]: outcome, [c]: 'deleted' });
    expect(await keysOf(inner)).toEqual(stays ? [b] : []);
  });

  test('can end a whole batch', async () => {
    const driver = withFaults(inner, on('delete', /b$/, fail({ whole: true })));
    await expect(deleteAll(driver, [a, b, c])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await keysOf(inner)).toEqual([b, c]);
  });

  test('of a bulk read is the outcome of its key', async () => {
    const { bulk } = withFaults(inner, on('bulk-read', /b$/, fail()));
    const outcomes = bulk && (await all(bulk.read([a, b], { maxBytes: 100 })));
    expect(outcomes?.map(({ status, key }) => `${status} ${key}`).sort()).toEqual([
      'failed dir/b',
      'ok dir/a',
    ]);
  });

  test('of a directory is its outcome', async () => {
    const { bulk } = withFaults(inner, on('children', /dir/, fail()));
    const outcomes = bulk && (await all(bulk.children([ROOT, parentOf(a)])));
    expect(outcomes).toHaveLength(2);
    expect(outcomes).toContainEqual(expect.objectContaining({ prefix: ROOT, status: 'ok' }));
    expect(outcomes).toContainEqual(expect.objectContaining({ prefix: 'dir/', status: 'failed' }));
  });
});

describe('a listing', () => {
  test('that is cut short does not say that it is complete', async () => {
    const driver = withFaults(inner, at(2, { kind: 'cut' }));
    expect(await keysOf(driver, 2)).toEqual([a, b, 'INCOMPLETE']);
  });

  test('repeats a page once', async () => {
    const driver = withFaults(inner, at(2, { kind: 'repeat', times: 'once' }));
    expect(await keysOf(driver)).toEqual([a, b, b, c]);
  });

  test('repeats a page for ever', async () => {
    const driver = withFaults(inner, at(2, { kind: 'repeat', times: 'forever' }));
    const seen: Key[] = [];
    for await (const page of driver.list({ pageSize: 1 })) {
      seen.push(...page.objects.map(({ key }) => key));
      expect(page.complete).toBe(false);
      if (seen.length === 20) break;
    }
    expect(new Set(seen)).toEqual(new Set([a, b]));
  });
});

test('something can happen meanwhile', async () => {
  const driver = withFaults(
    inner,
    at(2, { kind: 'meanwhile', run: async () => void (await deleteAll(inner, [b])) }),
  );
  expect(await driver.stat(b)).toBeDefined();
  expect(await driver.stat(b)).toBeUndefined();
});

test('a driver that never writes refuses every verb that would, and remembers', async () => {
  const driver = neverWriting(inner);
  await expect(driver.put(a, new Uint8Array())).rejects.toMatchObject({ code: 'READ_ONLY' });
  await expect(deleteAll(driver, [a])).rejects.toMatchObject({ code: 'READ_ONLY' });
  await expect(driver.move?.(a, c)).rejects.toMatchObject({ code: 'READ_ONLY' });
  const pruned = driver.pruneEmptyDirectories?.([]);
  await expect(pruned && all(pruned)).rejects.toMatchObject({ code: 'READ_ONLY' });
  expect(driver.attempts).toEqual(['put dir/a', 'delete', 'move dir/c', 'pruneEmptyDirectories']);
  expect(await keysOf(driver)).toEqual([a, b, c]);
});

test('a clock can be set ahead', async () => {
  const ahead = (await laterBy(inner, 3_600_000).now()) - (await inner.now());
  expect(ahead).toBeGreaterThanOrEqual(3_599_000);
  expect(ahead).toBeLessThanOrEqual(3_601_000);
});
