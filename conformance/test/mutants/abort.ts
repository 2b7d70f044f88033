import { setImmediate as nextTurn } from 'node:timers/promises';
import { aborted } from '@dunnage/driver-api';
import type { Mutant } from './mutant.ts';

export const ABORT: readonly Mutant[] = [
  {
    name: 'ignores the signal of every verb',
    caughtBy: 'K1',
    spoil: (driver) => ({
      ...driver,
      stat: (key) => driver.stat(key),
      get: (key) => driver.get(key),
      put: (key, source) => driver.put(key, source),
      list: () => driver.list(),
      delete: (requests) => driver.delete(requests),
    }),
  },
  {
    name: 'looks at the signal only before a put',
    caughtBy: 'K2a',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, { signal, ...options } = {}) {
        if (signal?.aborted === true) throw aborted('memory', 'put', signal, key);
        return driver.put(key, source, options);
      },
    }),
  },
  {
    name: 'looks at the signal only before a get',
    caughtBy: 'K2b',
    spoil: (driver) => ({
      ...driver,
      async get(key, { signal, ...options } = {}) {
        if (signal?.aborted === true) throw aborted('memory', 'get', signal, key);
        return driver.get(key, options);
      },
    }),
  },
  {
    name: 'looks at the signal only before a listing',
    caughtBy: 'K2c',
    spoil: (driver) => ({
      ...driver,
      async *list({ signal, ...options } = {}) {
        if (signal?.aborted === true) throw aborted('memory', 'list', signal);
        yield* driver.list(options);
      },
    }),
  },
  {
    name: 'looks at the signal only before a delete',
    caughtBy: 'K2d',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests, { signal } = {}) {
        if (signal?.aborted === true) throw aborted('memory', 'delete', signal);
        yield* driver.delete(requests);
      },
    }),
  },
  {
    name: 'works on after it was closed',
    caughtBy: 'K4',
    spoil: (driver) => ({
      ...driver,
      close: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    }),
  },
  {
    name: 'listens to the signal only when it waits already',
    caughtBy: 'K2e',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, { signal, ...options } = {}) {
        if (signal?.aborted === true) throw aborted('memory', 'put', signal, key);
        const putting = driver.put(key, source, options);
        await nextTurn();
        if (signal === undefined) return putting;
        const { promise, reject } = Promise.withResolvers<never>();
        signal.addEventListener('abort', () => reject(aborted('memory', 'put', signal, key)));
        return Promise.race([putting, promise]);
      },
    }),
  },
];
