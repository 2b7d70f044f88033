import { getEventListeners } from 'node:events';
import { parseKey } from '@dunnage/driver-api';
import { createMemoryDriver } from '@dunnage/driver-memory';
import { expect, it } from 'vitest';
import { keysOf } from './support.ts';

/** A source that waits until it is let go. */
async function* heldUntil(gate: Promise<void>): AsyncGenerator<Uint8Array> {
  await gate;
  yield Buffer.from('x');
}

it('listens once to a signal that many operations share, and no longer than they run', async () => {
  const driver = createMemoryDriver();
  const { signal } = new AbortController();
  const gate = Promise.withResolvers<void>();
  const keys = Array.from({ length: 30 }, (_, n) => parseKey(`k${n}`));
  const puts = keys.map(async (key) => driver.put(key, heldUntil(gate.promise), { signal }));
  expect(getEventListeners(signal, 'abort').length).toBe(1);
  gate.resolve();
  await Promise.all(puts);
  expect(getEventListeners(signal, 'abort').length).toBe(0);
  expect((await keysOf(driver)).length).toBe(30);
});

it('ends all operations that share a signal when it aborts', async () => {
  const driver = createMemoryDriver();
  const abort = new AbortController();
  const never = new Promise<void>(() => undefined);
  const keys = Array.from({ length: 30 }, (_, n) => parseKey(`k${n}`));
  const puts = keys.map(async (key) => driver.put(key, heldUntil(never), { signal: abort.signal }));
  abort.abort();
  for (const put of await Promise.allSettled(puts)) {
    expect(put).toMatchObject({ status: 'rejected', reason: { code: 'ABORTED' } });
  }
  expect(await keysOf(driver)).toEqual([]);
});
