import { setImmediate as nextTurn } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import type { GetResult, Key, Source, StorageDriver } from '@dunnage/driver-api';
import type { Mutant } from './mutant.ts';

/** Puts, with the number of puts that are under way. */
function countPuts(
  put: (
    underWay: number,
    ...args: Parameters<StorageDriver['put']>
  ) => ReturnType<StorageDriver['put']>,
): StorageDriver['put'] {
  let underWay = 0;
  return async (...args) => {
    underWay++;
    try {
      await nextTurn();
      return await put(underWay, ...args);
    } finally {
      underWay--;
    }
  };
}

async function toBytes(source: Source): Promise<Uint8Array> {
  return source instanceof Uint8Array ? source : buffer(source);
}

/** Bodies take a place in a pool, and give it back when they are read to their end, or `cancelled`. */
function poolBodies(
  driver: StorageDriver,
  places: number,
  freedByCancel: boolean,
): StorageDriver['get'] {
  let free = places;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    free++;
    waiting.shift()?.();
  };
  return async (key, options) => {
    if (free <= 0) await new Promise<void>((resolve) => waiting.push(resolve));
    free--;
    const { info, body } = await driver.get(key, options);
    const reader = body.getReader();
    const pooled: GetResult['body'] = new ReadableStream({
      async pull(controller) {
        const { done, value } = await reader.read();
        if (!done) controller.enqueue(value);
        else {
          release();
          controller.close();
        }
      },
      cancel() {
        if (freedByCancel) release();
      },
    });
    return { info, body: pooled };
  };
}

export const CONCURRENCY: readonly Mutant[] = [
  {
    name: 'loses a put when many are under way',
    caughtBy: 'G1',
    spoil: (driver) => ({
      ...driver,
      put: countPuts(async (underWay, key, source, options) =>
        underWay === 10
          ? { key, size: (await toBytes(source)).length, modified: await driver.now() }
          : driver.put(key, source, options),
      ),
    }),
  },
  {
    name: 'mixes the contents of puts of one key',
    caughtBy: 'G2',
    spoil(driver) {
      const pending = new Map<Key, Uint8Array[]>();
      return {
        ...driver,
        async put(key, source, options) {
          const parts = pending.get(key) ?? [];
          pending.set(key, parts);
          parts.push(await toBytes(source));
          await nextTurn();
          const info = await driver.put(key, Buffer.concat(parts), options);
          pending.delete(key);
          return info;
        },
      };
    },
  },
  {
    name: 'mixes up the contents of puts of different keys',
    caughtBy: 'N5',
    spoil(driver) {
      let last: Uint8Array | undefined;
      return {
        ...driver,
        async put(key, source, options) {
          last = await toBytes(source);
          await nextTurn();
          return driver.put(key, last, options);
        },
      };
    },
  },
  {
    name: 'says nothing of an object that somebody else is deleting',
    caughtBy: 'G4',
    spoil: (driver) => ({
      ...driver,
      async *delete(requests, options) {
        for await (const request of requests) {
          await nextTurn();
          if ((await driver.stat(request.key)) !== undefined)
            yield* driver.delete([request], options);
        }
      },
    }),
  },
  {
    name: 'lists only what it has put itself',
    caughtBy: 'G6',
    spoil(driver) {
      const own = new Set<Key>();
      return {
        ...driver,
        put(key, source, options) {
          own.add(key);
          return driver.put(key, source, options);
        },
        async *list(options) {
          for await (const page of driver.list(options)) {
            yield { ...page, objects: page.objects.filter(({ key }) => own.has(key)) };
          }
        },
      };
    },
  },
  {
    name: 'shares one range among reads at the same time',
    caughtBy: 'D4',
    spoil(driver) {
      let range: { start: number; end?: number } | undefined;
      return {
        ...driver,
        async get(key, options = {}) {
          range = options.range;
          await nextTurn();
          return driver.get(key, range === undefined ? options : { ...options, range });
        },
      };
    },
  },
  {
    name: 'asks a source for the next chunk before it has this one',
    caughtBy: 'M1',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, options) {
        if (source instanceof Uint8Array) return driver.put(key, source, options);
        const iterator = source[Symbol.asyncIterator]();
        const chunks: Uint8Array[] = [];
        for (let done = false; !done;) {
          for (const next of await Promise.all([iterator.next(), iterator.next()])) {
            if (next.done === true) done = true;
            else chunks.push(next.value);
          }
        }
        return driver.put(key, Buffer.concat(chunks), options);
      },
    }),
  },
  {
    name: 'takes an empty chunk for the end of a source',
    caughtBy: 'M4',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, options) {
        if (source instanceof Uint8Array) return driver.put(key, source, options);
        const chunks: Uint8Array[] = [];
        for await (const chunk of source) {
          if (chunk.length === 0) break;
          chunks.push(Uint8Array.from(chunk));
        }
        return driver.put(key, Buffer.concat(chunks), options);
      },
    }),
  },
  {
    name: 'keeps the place of a body that was cancelled',
    caughtBy: 'M3',
    spoil: (driver) => ({ ...driver, get: poolBodies(driver, 10, false) }),
  },
  {
    name: 'has room for fifty bodies, read or not',
    caughtBy: 'M5',
    spoil: (driver) => ({ ...driver, get: poolBodies(driver, 50, true) }),
  },
  {
    name: 'waits at close for a source that hangs',
    caughtBy: 'K4b',
    spoil: (driver) => ({
      ...driver,
      put: async (key, source, options) => driver.put(key, await toBytes(source), options),
    }),
  },
  {
    name: 'waits at close for listings that were left early',
    caughtBy: 'E13',
    spoil(driver) {
      let open = 0;
      return {
        ...driver,
        async *list(options) {
          open++;
          yield* driver.list(options);
          open--;
        },
        async close() {
          if (open > 0) await new Promise(() => undefined);
          await driver.close();
        },
      };
    },
  },
  {
    name: 'ends a listing when something is deleted meanwhile',
    caughtBy: 'F9',
    spoil(driver) {
      let deletes = 0;
      return {
        ...driver,
        async *list(options) {
          const before = deletes;
          for await (const page of driver.list(options)) {
            yield deletes === before ? page : { objects: [], prefixes: [], complete: true };
            if (deletes !== before) return;
          }
        },
        delete(requests, options) {
          deletes++;
          return driver.delete(requests, options);
        },
      };
    },
  },
];
