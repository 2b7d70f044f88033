import { getMaxListeners } from 'node:events';
import { parseKey } from '@dunnage/driver-api';
import type { Key } from '@dunnage/driver-api';
import { describe, expect, test } from 'vitest';
import { pull } from '@dunnage/driver-kit';
import { all, failure, session } from './support.ts';

const forever = (): Promise<never> => new Promise(() => undefined);

describe('an operation', () => {
  test('ends with ABORTED when its caller aborts, with the reason as cause', async () => {
    const controller = new AbortController();
    const running = session().run(
      'get',
      { signal: controller.signal },
      'a/b',
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('socket closed')));
        }),
    );
    controller.abort('enough');
    expect(await failure(() => running)).toMatchObject({
      code: 'ABORTED',
      op: 'get',
      key: 'a/b',
      cause: 'enough',
    });
  });

  test('ends with CLOSED when the driver closes, and none begins afterwards', async () => {
    const one = session();
    using operation = one.begin('list');
    const waiting = operation.race(forever);
    one.close();
    one.close();
    expect(await failure(() => waiting)).toMatchObject({ code: 'CLOSED' });
    expect(operation.signal.aborted).toBe(true);
    expect(await failure(() => one.begin('list'))).toMatchObject({ code: 'CLOSED', op: 'list' });
  });

  test('does not begin for a caller who has aborted', async () => {
    const error = await failure(() => session().begin('put', { signal: AbortSignal.abort() }, 'k'));
    expect(error).toMatchObject({ code: 'ABORTED', key: 'k' });
  });

  test('maps what was thrown by the table of the driver, but not errors of the contract', async () => {
    const one = session();
    const thrown = await failure(() =>
      one.run('stat', undefined, 'k', () => Promise.reject(new Error('odd'))),
    );
    expect(thrown).toMatchObject({ code: 'INTERNAL', op: 'stat', message: 'Error: odd' });
    const ours = one.error('LOCKED', 'delete', 'held');
    expect(await failure(() => one.run('stat', undefined, 'k', () => Promise.reject(ours)))).toBe(
      ours,
    );
  });

  test('takes any number of requests to its signal', () => {
    using operation = session().begin('delete');
    expect(getMaxListeners(operation.signal)).toBe(0);
  });

  test('leaves no listener behind on a signal that many share', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (
      listeners--,
      remove(...args)
    );
    const one = session();
    const operations = Array.from({ length: 50 }, () => one.begin('get', { signal }));
    expect(listeners).toBe(1);
    for (const operation of operations) operation[Symbol.dispose]();
    expect(listeners).toBe(0);
  });
});

describe('keys', () => {
  test.each([
    ['a//b', /empty segment/],
    ['ü'.repeat(11), /more than 20 bytes/],
  ])('%s is refused', async (key, why) => {
    const error = await failure(() => session().checkKey('get', key as Key));
    expect(error).toMatchObject({ code: 'INVALID_KEY', key });
    expect((error as Error).message).toMatch(why);
  });

  test('one as long as allowed is taken', () => {
    session().checkKey('get', parseKey('ü'.repeat(10)));
  });
});

test('what a store does not have is refused only where it is asked for', async () => {
  const one = session();
  one.require('put', false, undefined, 'ifMatch');
  one.require('put', false, false, 'ifAbsent');
  one.require('put', true, 'x', 'ifMatch');
  const error = await failure(() => one.require('put', false, 'x', 'ifMatch'));
  expect(error).toMatchObject({
    code: 'UNSUPPORTED',
    driver: 'toy',
  });
});

describe('pulling', () => {
  test('ends while its source hangs, and tells the source', async () => {
    const one = session();
    let ended = false;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: forever,
        return: () => ((ended = true), Promise.resolve({ done: true as const, value: undefined })),
      }),
    };
    using operation = one.begin('delete');
    const pulling = all(pull<string>(operation, source));
    one.close();
    expect(await failure(() => pulling)).toMatchObject({ code: 'CLOSED' });
    expect(ended).toBe(true);
  });

  test('takes from either kind of iterable', async () => {
    using operation = session().begin('delete');
    expect(await all(pull(operation, [1, 2]))).toEqual([1, 2]);
    expect(
      await all(
        pull(
          operation,
          (async function* () {
            yield 3;
          })(),
        ),
      ),
    ).toEqual([3]);
  });
});
