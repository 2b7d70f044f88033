import { parseKey } from '@dunnage/driver-api';
import type { Key, StorageDriver } from '@dunnage/driver-api';
import type { Mutant } from './mutant.ts';

/** Calls every verb with another key. */
function changeKeys(driver: StorageDriver, change: (key: Key) => Key): StorageDriver {
  return {
    ...driver,
    async stat(key, options) {
      const info = await driver.stat(change(key), options);
      return info && { ...info, key };
    },
    get: (key, options) => driver.get(change(key), options),
    put: async (key, source, options) => ({
      ...(await driver.put(change(key), source, options)),
      key,
    }),
    async *delete(requests, options) {
      for await (const request of requests) {
        const changed = { ...request, key: change(request.key) };
        for await (const outcome of driver.delete([changed], options))
          yield { ...outcome, request };
      }
    },
  };
}

export const NAMES: readonly Mutant[] = [
  {
    name: 'folds upper into lower case',
    caughtBy: 'B8',
    spoil: (driver) => changeKeys(driver, (key) => key.toLowerCase() as Key),
  },
  {
    name: 'composes characters',
    caughtBy: 'B5',
    spoil: (driver) => changeKeys(driver, (key) => key.normalize('NFC') as Key),
  },
  {
    name: 'decodes percent signs',
    caughtBy: 'B6',
    spoil: (driver) => changeKeys(driver, (key) => key.replaceAll(/%46/g, 'F') as Key),
  },
  {
    name: 'trims spaces',
    caughtBy: 'B7',
    spoil: (driver) => changeKeys(driver, (key) => key.trim() as Key),
  },
  {
    name: 'tidies up keys that are not valid',
    caughtBy: 'B2',
    spoil: (driver) =>
      changeKeys(driver, (key) =>
        parseKey(
          `x/${key}`
            .split(/[/.\0]+/)
            .filter(Boolean)
            .join('/'),
        ),
      ),
  },
  {
    name: 'takes repeated segments for one',
    caughtBy: 'B3',
    spoil: (driver) =>
      changeKeys(driver, (key) => key.replaceAll(/\b(\w+)(\/\1)+\b/g, '$1') as Key),
  },
  {
    name: 'cuts long keys',
    caughtBy: 'B9',
    spoil: (driver) => changeKeys(driver, (key) => key.slice(0, 1000).replace(/\/$/, '') as Key),
  },
  {
    name: 'has no place for an object beside objects below its name',
    caughtBy: 'B10',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, options) {
        const info = await driver.put(key, source, options);
        const above = key.slice(0, Math.max(0, key.lastIndexOf('/')));
        if (above !== '')
          for await (const outcome of driver.delete([{ key: above as Key }])) void outcome;
        return info;
      },
    }),
  },
  {
    name: 'refuses names that begin with an underscore',
    caughtBy: 'B1',
    spoil: (driver) => changeKeys(driver, (key) => parseKey(key.replaceAll(/(^|\/)_/g, '$1/'))),
  },
];
