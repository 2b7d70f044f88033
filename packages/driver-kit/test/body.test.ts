import { setImmediate } from 'node:timers/promises';
import { bodyOf, bodyOfBytes } from '@dunnage/driver-kit';
import { describe, expect, test } from 'vitest';
import { all, failure, session } from './support.ts';

function chunks(...texts: readonly string[]) {
  const state = { ended: false, given: 0 };
  const iterable = (async function* () {
    try {
      for (const text of texts) {
        state.given++;
        yield Buffer.from(text);
      }
    } finally {
      state.ended = true;
    }
  })();
  return { state, iterable };
}

function open(length: number, iterable: AsyncIterable<Uint8Array>, one = session()) {
  return bodyOf(one.begin('get', {}, 'k'), { driver: 'toy', key: 'k', length, chunks: iterable });
}

describe('a body', () => {
  test('is handed out as it is asked for', async () => {
    const { iterable, state } = chunks('ab', 'cde');
    const body = open(5, iterable);
    await setImmediate();
    expect(state.given).toBe(0);
    expect(Buffer.concat(await all(body)).toString()).toBe('abcde');
    expect(state.ended).toBe(true);
  });

  test.each([
    [6, ['ab', 'cde'], /only 5 bytes where 6/],
    [4, ['ab', 'cde'], /more than 4 bytes/],
  ])('of another length than the %i bytes announced is CORRUPT', async (length, texts, message) => {
    const { iterable, state } = chunks(...texts);
    const error = await failure(() => all(open(length, iterable)));
    expect(error).toMatchObject({ code: 'CORRUPT', retry: 'safe', key: 'k' });
    expect((error as Error).message).toMatch(message);
    expect(state.ended).toBe(true);
  });

  test('frees its socket when it is cancelled', async () => {
    const { iterable, state } = chunks('ab', 'cde');
    const reader = open(5, iterable).getReader();
    await reader.read();
    await reader.cancel();
    expect(state.ended).toBe(true);
  });

  test('ends with the driver, also when the store keeps silent', async () => {
    const one = session();
    const silent = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
    };
    const reading = all(open(5, silent, one));
    one.close();
    expect(await failure(() => reading)).toMatchObject({ code: 'CLOSED' });
  });
});

test('bytes that are there are a body, empty ones too', async () => {
  expect(await all(bodyOfBytes(Buffer.from('xy')))).toEqual([Buffer.from('xy')]);
  expect(await all(bodyOfBytes(Buffer.alloc(0)))).toEqual([]);
});
