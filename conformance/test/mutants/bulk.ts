import type { BulkVerbs, StorageDriver } from '@dunnage/driver-api';
import type { MemoryDriver } from '@dunnage/driver-memory';
import type { Mutant } from './mutant.ts';

function changeBulk(
  driver: MemoryDriver,
  change: (bulk: BulkVerbs) => Partial<BulkVerbs>,
): StorageDriver {
  const { bulk } = driver;
  if (bulk === undefined) throw new TypeError('the fs profile has bulk verbs');
  return { ...driver, bulk: { ...bulk, ...change(bulk) } };
}

export const BULK: readonly Mutant[] = [
  {
    name: 'leaves out directories of bulk.children',
    caughtBy: 'X1',
    profile: 'fs',
    spoil: (driver) =>
      changeBulk(driver, (bulk) => ({
        async *children(prefixes, options) {
          for await (const outcome of bulk.children(prefixes, options)) {
            yield outcome.status === 'ok'
              ? { ...outcome, directories: outcome.directories.slice(1) }
              : outcome;
          }
        },
      })),
  },
  {
    name: 'says ok of missing objects in bulk.stat',
    caughtBy: 'X2',
    profile: 'fs',
    spoil: (driver) =>
      changeBulk(driver, (bulk) => ({
        async *stat(keys, options) {
          for await (const outcome of bulk.stat(keys, options)) {
            const { key, status } = outcome;
            yield status === 'missing'
              ? { key, status: 'ok', info: { key, size: 0, modified: 0 } }
              : outcome;
          }
        },
      })),
  },
  {
    name: 'gives no outcome of missing objects in bulk.stat',
    caughtBy: 'X2',
    profile: 'fs',
    spoil: (driver) =>
      changeBulk(driver, (bulk) => ({
        async *stat(keys, options) {
          for await (const outcome of bulk.stat(keys, options))
            if (outcome.status !== 'missing') yield outcome;
        },
      })),
  },
  {
    name: 'cuts objects that are too large in bulk.read',
    caughtBy: 'X3',
    profile: 'fs',
    spoil: (driver) =>
      changeBulk(driver, (bulk) => ({
        async *read(keys, { maxBytes, ...options }) {
          for await (const outcome of bulk.read(keys, {
            ...options,
            maxBytes: maxBytes < 0 ? maxBytes : 1e9,
          })) {
            yield outcome.status === 'ok'
              ? { ...outcome, bytes: outcome.bytes.subarray(0, maxBytes) }
              : outcome;
          }
        },
      })),
  },
  {
    name: 'ends bulk.stat at the first bad request',
    caughtBy: 'X4',
    profile: 'fs',
    spoil: (driver) =>
      changeBulk(driver, (bulk) => ({
        async *stat(keys, options) {
          for await (const outcome of bulk.stat(keys, options)) {
            if (outcome.status === 'failed') throw outcome.error;
            yield outcome;
          }
        },
      })),
  },
];
