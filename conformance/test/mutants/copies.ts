import type { Key } from '@dunnage/driver-api';
import type { Mutant } from './mutant.ts';

export const COPIES: readonly Mutant[] = [
  {
    name: 'aliases a copy to its source',
    caughtBy: 'A9',
    spoil(driver) {
      const aliases = new Map<Key, Key>();
      return {
        ...driver,
        async copy(from, to, options) {
          const info = await driver.copy?.(from, to, options);
          if (info === undefined) throw new TypeError('the s3 profile copies');
          aliases.set(to, from);
          return info;
        },
        get: (key, options) => driver.get(aliases.get(key) ?? key, options),
      };
    },
  },
  {
    name: 'copies where it should move',
    caughtBy: 'A9b',
    profile: 'fs',
    spoil: (driver) => ({
      ...driver,
      async move(from, to) {
        const { body } = await driver.get(from);
        return driver.put(to, body);
      },
    }),
  },
];
