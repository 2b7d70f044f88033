import { buffer } from 'node:stream/consumers';
import { unsupported } from '@dunnage/driver-api';
import type { GetResult, Key, Source, StorageDriver } from '@dunnage/driver-api';
import type { Mutant } from './mutant.ts';

async function bytesOf(source: Source): Promise<Uint8Array> {
  return source instanceof Uint8Array ? source : buffer(source);
}

function streamOf(bytes: Uint8Array): GetResult['body'] {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** Puts what `change` makes of the content. */
function changeStored(
  driver: StorageDriver,
  change: (bytes: Uint8Array, key: Key) => Uint8Array | Promise<Uint8Array>,
): StorageDriver['put'] {
  return async (key, source, { size, checksum, ...options } = {}) => {
    const bytes = await bytesOf(source);
    const changed = await change(bytes, key);
    const promised =
      changed === bytes
        ? { ...(size !== undefined && { size }), ...(checksum && { checksum }) }
        : {};
    return driver.put(key, changed, { ...options, ...promised });
  };
}

export const CONTENT: readonly Mutant[] = [
  {
    name: 'takes the end of a range as inclusive',
    caughtBy: 'D1',
    spoil: (driver) => ({
      ...driver,
      get(key, { range, ...options } = {}) {
        if (range?.end === undefined)
          return driver.get(key, { ...options, ...(range && { range }) });
        return driver.get(key, { ...options, range: { ...range, end: range.end + 1 } });
      },
    }),
  },
  {
    name: 'begins a range one byte late',
    caughtBy: 'D1',
    spoil: (driver) => ({
      ...driver,
      async get(key, options) {
        const result = await driver.get(key, options);
        if ((options?.range?.start ?? 0) === 0) return result;
        return { ...result, body: streamOf((await buffer(result.body)).subarray(1)) };
      },
    }),
  },
  {
    name: 'ignores the range',
    caughtBy: 'D1',
    spoil: (driver) => ({
      ...driver,
      get: (key, { range, ...options } = {}) =>
        driver.get(key, range === undefined ? options : { ...options }),
    }),
  },
  {
    name: 'tells the length of a range as that of the object',
    caughtBy: 'D1',
    spoil: (driver) => ({
      ...driver,
      async get(key, options) {
        const { info, body } = await driver.get(key, options);
        const { start = 0, end = info.size } = options?.range ?? {};
        return { body, info: { ...info, size: Math.min(end, info.size) - start } };
      },
    }),
  },
  {
    name: 'gives nothing for a range beyond the end instead of an error',
    caughtBy: 'D3',
    spoil: (driver) => ({
      ...driver,
      async get(key, options) {
        const info = await driver.stat(key);
        if (info === undefined || (options?.range?.start ?? -1) < info.size)
          return driver.get(key, options);
        return { info, body: streamOf(new Uint8Array(0)) };
      },
    }),
  },
  {
    name: 'keeps the old content where the new one is as long',
    caughtBy: 'A2',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, options) {
        const bytes = await bytesOf(source);
        const info = await driver.stat(key);
        return info?.size === bytes.length ? info : driver.put(key, bytes, options);
      },
    }),
  },
  {
    name: 'keeps the end of a longer old content',
    caughtBy: 'A2',
    spoil: (driver) => ({
      ...driver,
      put: changeStored(driver, async (bytes, key) => {
        const before = (await driver.stat(key)) && (await buffer((await driver.get(key)).body));
        return before && before.length > bytes.length
          ? Buffer.concat([bytes, before.subarray(bytes.length)])
          : bytes;
      }),
    }),
  },
  {
    name: 'keeps the old content where the new one is empty',
    caughtBy: 'A3',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, options) {
        const info = await driver.stat(key);
        const bytes = await bytesOf(source);
        return bytes.length === 0 && info !== undefined ? info : driver.put(key, bytes, options);
      },
    }),
  },
  {
    name: 'stores two megabytes at most',
    caughtBy: 'A1',
    spoil: (driver) => ({
      ...driver,
      put: changeStored(driver, (bytes) => (bytes.length > 2e6 ? bytes.subarray(0, 2e6) : bytes)),
    }),
  },
  {
    name: 'stores text: bytes that are not UTF-8 are lost',
    caughtBy: 'A1',
    spoil: (driver) => ({
      ...driver,
      put: changeStored(driver, (bytes) => Buffer.from(Buffer.from(bytes).toString())),
    }),
  },
  {
    name: 'remembers chunks that their source uses again',
    caughtBy: 'C3',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, options) {
        if (source instanceof Uint8Array) return driver.put(key, source, options);
        const chunks: Uint8Array[] = [];
        for await (const chunk of source) chunks.push(chunk);
        return driver.put(key, Buffer.concat(chunks), options);
      },
    }),
  },
  {
    name: 'stores a source that is not as long as promised',
    caughtBy: 'C4',
    spoil: (driver) => ({
      ...driver,
      put: (key, source, { size, ...options } = {}) =>
        driver.put(key, source, size === undefined ? options : { ...options }),
    }),
  },
  {
    name: 'stores what came before the source failed',
    caughtBy: 'M2',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, options) {
        if (source instanceof Uint8Array) return driver.put(key, source, options);
        const chunks: Uint8Array[] = [];
        try {
          for await (const chunk of source) chunks.push(Uint8Array.from(chunk));
        } catch (error) {
          await driver.put(key, Buffer.concat(chunks));
          throw error;
        }
        return driver.put(key, Buffer.concat(chunks), options);
      },
    }),
  },
  {
    name: 'takes the error of a source for its end',
    caughtBy: 'M2',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, options) {
        if (source instanceof Uint8Array) return driver.put(key, source, options);
        const chunks: Uint8Array[] = [];
        try {
          for await (const chunk of source) chunks.push(Uint8Array.from(chunk));
        } catch {
          // Stores what there is.
        }
        return driver.put(key, Buffer.concat(chunks), options);
      },
    }),
  },
  {
    name: 'checks no checksum',
    caughtBy: 'N1',
    spoil: (driver) => ({
      ...driver,
      put: (key, source, { checksum, ...options } = {}) =>
        checksum?.algorithm === 'crc32c'
          ? Promise.reject(unsupported('memory', 'put', 'crc32c'))
          : driver.put(key, source, options),
    }),
  },
  {
    name: 'tells a checksum of something else',
    caughtBy: 'N2',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, options) {
        const info = await driver.put(key, source, options);
        return { ...info, checksums: { md5: '0'.repeat(32) } };
      },
    }),
  },
  {
    name: 'removes the old object before it stores the new one',
    caughtBy: 'G3',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, options) {
        const bytes = await bytesOf(source);
        for await (const outcome of driver.delete([{ key }])) void outcome;
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        return driver.put(key, bytes, options);
      },
    }),
  },
  {
    name: 'stores a part first, where readers see it',
    caughtBy: 'G3',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, options) {
        const bytes = await bytesOf(source);
        await driver.put(key, bytes.subarray(0, bytes.length >> 1));
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        return driver.put(key, bytes, options);
      },
    }),
  },
  {
    name: 'gives an empty content for an object that is missing',
    caughtBy: 'A5',
    spoil: (driver) => ({
      ...driver,
      async get(key, options) {
        if ((await driver.stat(key)) !== undefined) return driver.get(key, options);
        return { info: { key, size: 0, modified: 0 }, body: streamOf(new Uint8Array(0)) };
      },
    }),
  },
  {
    name: 'drops the first write of a key',
    caughtBy: 'A1',
    spoil(driver) {
      const seen = new Set<Key>();
      return {
        ...driver,
        async put(key, source, options) {
          if (seen.has(key)) return driver.put(key, source, options);
          seen.add(key);
          return { key, size: (await bytesOf(source)).length, modified: await driver.now() };
        },
      };
    },
  },
  {
    name: 'keeps fifty writes of a key and no more',
    caughtBy: 'A6',
    spoil(driver) {
      const writes = new Map<Key, number>();
      return {
        ...driver,
        async put(key, source, options) {
          const count = (writes.get(key) ?? 0) + 1;
          writes.set(key, count);
          const info = count > 50 ? await driver.stat(key) : undefined;
          return info ?? driver.put(key, source, options);
        },
      };
    },
  },
  {
    name: 'makes something of ranges that are none',
    caughtBy: 'D3b',
    spoil: (driver) => ({
      ...driver,
      get(key, { range, ...options } = {}) {
        if (range === undefined) return driver.get(key, options);
        const start = Math.max(0, Math.floor(range.start) || 0);
        const end = range.end !== undefined && range.end <= start ? start + 1 : range.end;
        return driver.get(key, { ...options, range: { start, ...(end !== undefined && { end }) } });
      },
    }),
  },
];
