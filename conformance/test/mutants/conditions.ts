import type { PutOptions, StorageDriver } from '@dunnage/driver-api';
import type { Mutant } from './mutant.ts';

/** Puts without some of the options. */
function withoutOptions(
  driver: StorageDriver,
  ...names: readonly (keyof PutOptions)[]
): StorageDriver['put'] {
  return async (key, source, options = {}) => {
    const kept = Object.entries(options).filter(
      ([name]) => !names.includes(name as keyof PutOptions),
    );
    return driver.put(key, source, Object.fromEntries(kept));
  };
}

export const CONDITIONS: readonly Mutant[] = [
  {
    name: 'ignores ifAbsent',
    caughtBy: 'I1',
    spoil: (driver) => ({ ...driver, put: withoutOptions(driver, 'ifAbsent') }),
  },
  {
    name: 'ignores an ifAbsent that it does not declare',
    caughtBy: 'I1',
    profile: 'plain',
    spoil: (driver) => ({ ...driver, put: withoutOptions(driver, 'ifAbsent') }),
  },
  {
    name: 'looks first and puts then, for ifAbsent',
    caughtBy: 'I5',
    spoil: (driver) => ({
      ...driver,
      async put(key, source, options) {
        if (options?.ifAbsent === true && (await driver.stat(key)) !== undefined) {
          return driver.put(key, source, options);
        }
        return withoutOptions(driver, 'ifAbsent')(key, source, options);
      },
    }),
  },
  {
    name: 'ignores ifMatch on put',
    caughtBy: 'I2a',
    spoil: (driver) => ({ ...driver, put: withoutOptions(driver, 'ifMatch') }),
  },
  {
    name: 'checks ifMatch on put only where there is an object',
    caughtBy: 'I2a',
    spoil: (driver) => ({
      ...driver,
      put: async (key, source, options) =>
        (await driver.stat(key)) === undefined
          ? withoutOptions(driver, 'ifMatch')(key, source, options)
          : driver.put(key, source, options),
    }),
  },
  {
    name: 'ignores an ifMatch on put that it does not declare',
    caughtBy: 'I2a',
    profile: 'plain',
    spoil: (driver) => ({ ...driver, put: withoutOptions(driver, 'ifMatch') }),
  },
  {
    name: 'ignores ifMatch on get',
    caughtBy: 'I2b',
    spoil: (driver) => ({
      ...driver,
      get: (key, { ifMatch, ...options } = {}) =>
        driver.get(key, ifMatch === undefined ? options : { ...options }),
    }),
  },
];
