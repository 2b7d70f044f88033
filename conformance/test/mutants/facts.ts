import { hasCode, StorageError } from '@dunnage/driver-api';
import type { Key, ObjectInfo, StorageDriver } from '@dunnage/driver-api';
import { changeListed } from './mutant.ts';
import type { Mutant } from './mutant.ts';

/** Changes what every verb tells of an object. */
function changeInfo(
  driver: StorageDriver,
  change: (info: ObjectInfo) => ObjectInfo,
): Pick<StorageDriver, 'stat' | 'get' | 'put' | 'list'> {
  return {
    async stat(key, options) {
      const info = await driver.stat(key, options);
      return info && change(info);
    },
    async get(key, options) {
      const { info, body } = await driver.get(key, options);
      return { info: change(info), body };
    },
    put: async (key, source, options) => change(await driver.put(key, source, options)),
    list: changeListed(driver, (object) => change(object as ObjectInfo)),
  };
}

export const FACTS: readonly Mutant[] = [
  {
    name: 'gives all objects one etag',
    caughtBy: 'I6',
    profile: 'azure',
    spoil: (driver) => ({
      ...driver,
      ...changeInfo(driver, (info) => ({ ...info, etag: 'same' })),
    }),
  },
  {
    name: 'gives an etag on put that stat does not give',
    caughtBy: 'A10',
    spoil: (driver) => ({
      ...driver,
      put: async (...args) => ({ ...(await driver.put(...args)), etag: 'pending' }),
    }),
  },
  {
    name: 'tells the present as the time of the last write',
    caughtBy: 'H4',
    spoil: (driver) => {
      let time = driver.store.clock();
      return {
        ...driver,
        ...changeInfo(driver, (info) => ({ ...info, modified: (time += 1000) })),
      };
    },
  },
  {
    name: 'tells a time of the last write that is an hour too early',
    caughtBy: 'H4',
    spoil: (driver) => ({
      ...driver,
      ...changeInfo(driver, (info) => ({ ...info, modified: info.modified - 3_600_000 })),
    }),
  },
  {
    name: 'keeps the time of the first write when it is overwritten',
    caughtBy: 'H4',
    spoil(driver) {
      const first = new Map<Key, number>();
      const keep = (info: ObjectInfo): ObjectInfo => {
        const modified = first.get(info.key) ?? info.modified;
        first.set(info.key, modified);
        return { ...info, modified };
      };
      return { ...driver, ...changeInfo(driver, keep) };
    },
  },
  {
    name: 'has a clock of another year',
    caughtBy: 'H4',
    spoil: (driver) => ({ ...driver, now: async () => Date.UTC(2000, 0, 1) }),
  },
  {
    name: 'tells seconds instead of milliseconds',
    caughtBy: 'H4',
    spoil: (driver) => ({
      ...driver,
      ...changeInfo(driver, (info) => ({ ...info, modified: Math.floor(info.modified / 1000) })),
    }),
  },
  {
    name: 'remembers that an object was missing',
    caughtBy: 'H2',
    spoil(driver) {
      const missing = new Set<Key>();
      return {
        ...driver,
        async stat(key, options) {
          const info = missing.has(key) ? undefined : await driver.stat(key, options);
          if (info === undefined) missing.add(key);
          return info;
        },
      };
    },
  },
  {
    name: 'remembers what it has seen, whoever deletes it',
    caughtBy: 'H3',
    spoil(driver) {
      const seen = new Map<Key, ObjectInfo>();
      return {
        ...driver,
        async put(key, source, options) {
          const info = await driver.put(key, source, options);
          seen.set(key, info);
          return info;
        },
        stat: async (key, options) => seen.get(key) ?? driver.stat(key, options),
      };
    },
  },
  {
    name: 'fails where stat should say that there is nothing',
    caughtBy: 'A5',
    spoil: (driver) => ({
      ...driver,
      async stat(key, options) {
        const info = await driver.stat(key, options);
        if (info !== undefined) return info;
        throw new StorageError({
          code: 'NOT_FOUND',
          op: 'stat',
          driver: 'memory',
          message: 'there is no such object',
        });
      },
    }),
  },
  {
    name: 'throws errors that are not of the contract',
    caughtBy: 'A5',
    spoil: (driver) => ({
      ...driver,
      async get(key, options) {
        try {
          return await driver.get(key, options);
        } catch (cause) {
          throw new Error('ENOENT', { cause });
        }
      },
    }),
  },
  {
    name: 'does not say which object an error is about',
    caughtBy: 'J3',
    spoil: (driver) => ({
      ...driver,
      async get(key, options) {
        try {
          return await driver.get(key, options);
        } catch (error) {
          if (!hasCode(error, 'NOT_FOUND')) throw error;
          const { code, op, message } = error;
          throw new StorageError({ code, op, message, driver: 'memory' });
        }
      },
    }),
  },
  {
    name: 'throws errors that are nothing as data',
    caughtBy: 'J4',
    spoil: (driver) => ({
      ...driver,
      async get(key, options) {
        try {
          return await driver.get(key, options);
        } catch (error) {
          if (error instanceof Error) Object.defineProperty(error, 'toJSON', { value: () => ({}) });
          throw error;
        }
      },
    }),
  },
];
