import type { StorageDriver } from '@dunnage/driver-api';
import type { Mutant } from './mutant.ts';

export const HONESTY: readonly Mutant[] = [
  {
    name: 'declares empty directories without a way to remove them',
    caughtBy: 'O5',
    spoil: (driver) => ({
      ...driver,
      capabilities: async (options) => ({
        ...(await driver.capabilities(options)),
        emptyDirectories: true,
      }),
    }),
  },
  {
    name: 'declares something else the second time',
    caughtBy: 'O4',
    spoil(driver) {
      let asked = 0;
      return {
        ...driver,
        async capabilities(options) {
          const can = await driver.capabilities(options);
          return { ...can, delete: { ...can.delete, batchMax: can.delete.batchMax + asked++ } };
        },
      };
    },
  },
  {
    name: 'declares conditions that it refuses',
    caughtBy: 'I2c',
    profile: 'plain',
    spoil: (driver) => ({
      ...driver,
      async capabilities(options) {
        const can = await driver.capabilities(options);
        return { ...can, delete: { ...can.delete, ifMatch: true } };
      },
    }),
  },
  {
    name: 'declares an order that it does not keep',
    caughtBy: 'E2',
    profile: 'plain',
    spoil: (driver) => ({
      ...driver,
      async capabilities(options) {
        const can = await driver.capabilities(options);
        return { ...can, list: { ...can.list, order: 'utf8-bytes' } };
      },
    }),
  },
  {
    name: 'declares consistency that it does not have',
    caughtBy: 'H1',
    profile: 'eventual',
    spoil: (driver) => ({
      ...driver,
      async capabilities(options) {
        const { list, read, ...can } = await driver.capabilities(options);
        const strong = { afterWrite: 'strong', afterDelete: 'strong' } as const;
        return { ...can, list: { ...list, ...strong }, read: { ...read, afterWrite: 'strong' } };
      },
    }),
  },
  {
    name: 'declares pages of no end',
    caughtBy: 'O3',
    spoil: (driver) => ({
      ...driver,
      async capabilities(options) {
        const can = await driver.capabilities(options);
        return { ...can, list: { ...can.list, maxPageSize: Infinity } };
      },
    }),
  },
  {
    name: 'takes a depth that it does not know for "recursive"',
    caughtBy: 'O2',
    spoil: (driver) => ({
      ...driver,
      list: ({ depth = 'recursive', ...options } = {}) =>
        driver.list({ ...options, depth: depth === 'children' ? depth : 'recursive' }),
    }),
  },
  {
    name: 'opens the same storage whichever is named',
    caughtBy: 'R2',
    spoil: (() => {
      let first: StorageDriver | undefined;
      return (driver) => (first ??= driver);
    })(),
  },
  {
    name: 'takes everything along when it is closed',
    caughtBy: 'R3',
    spoil: (driver) => ({
      ...driver,
      async close() {
        for await (const page of driver.list()) {
          for await (const outcome of driver.delete(page.objects)) void outcome;
        }
        await driver.close();
      },
    }),
  },
];
