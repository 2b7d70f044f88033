import { setImmediate } from 'node:timers/promises';
import { inBatches } from '@dunnage/driver-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { all, failure, session } from './support.ts';

test('each request has its outcome once, in batches of the size, so many at a time', async () => {
  const numbers = fc.integer({ min: 1, max: 7 });
  await fc.assert(
    fc.asyncProperty(fc.nat(40), numbers, numbers, async (count, size, parallel) => {
      using operation = session().begin('delete');
      const requests = Array.from({ length: count }, (_, index) => index);
      const sizes: number[] = [];
      let running = 0;
      let most = 0;
      const outcomes = inBatches(
        operation,
        requests,
        { size: () => size, parallel },
        async (batch) => {
          sizes.push(batch.length);
          most = Math.max(most, ++running);
          // Batches end in another order than they began.
          for (let turn = batch[0] ?? 0; turn < count; turn++) await setImmediate();
          running--;
          return batch;
        },
      );
      expect((await all(outcomes)).toSorted((a, b) => a - b)).toEqual(requests);
      expect(sizes.slice(0, -1).every((each) => each === size)).toBe(true);
      expect(sizes).toHaveLength(Math.ceil(count / size));
      expect(most).toBeLessThanOrEqual(parallel);
    }),
    { numRuns: 60 },
  );
});

test('a batch that fails ends the stream, after the outcomes of the others', async () => {
  using operation = session().begin('delete');
  const seen: number[] = [];
  const outcomes = inBatches(
    operation,
    [1, 2, 3, 4, 5],
    { size: () => 1, parallel: 2 },
    async ([first = 0]) => {
      if (first === 2) throw new Error('refused');
      await setImmediate();
      return [first];
    },
  );
  const error = await failure(async () => {
    for await (const outcome of outcomes) seen.push(outcome);
  });
  expect((error as Error).message).toBe('refused');
  expect(seen).toContain(1);
  expect(seen).not.toContain(5);
});

test('requests are pulled only as fast as batches are sent', async () => {
  using operation = session().begin('delete');
  let pulled = 0;
  const requests = function* () {
    for (;;) yield pulled++;
  };
  const outcomes = inBatches(
    operation,
    requests(),
    { size: () => 10, parallel: 2 },
    async (batch) => batch,
  );
  for await (const outcome of outcomes) if (outcome > 50) break;
  expect(pulled).toBeLessThan(100);
});

test('a consumer that leaves waits for what is under way', async () => {
  using operation = session().begin('delete');
  let ended = 0;
  const outcomes = inBatches(
    operation,
    [1, 2, 3, 4],
    { size: () => 1, parallel: 4 },
    async ([first = 0]) => {
      for (let turn = 0; turn < first * 10; turn++) await setImmediate();
      ended++;
      return [first];
    },
  );
  for await (const _ of outcomes) break;
  expect(ended).toBe(4);
});
