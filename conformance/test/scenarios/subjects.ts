import type { Subject } from '@dunnage/conformance/scenarios';
import { createFsDriver } from '@dunnage/driver-fs';
import { createMemoryDriver, type ProfileName } from '@dunnage/driver-memory';
import type { RegistryStorage } from '@dunnage/conformance/registry';
import type { StorageDriver } from '@dunnage/driver-api';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A memory driver that imitates a kind of store. */
export function memory(profile: ProfileName): Subject {
  return {
    name: `memory (${profile})`,
    ...(profile !== 's3' &&
      profile !== 'plain' && {
        limit: {
          objects: 500,
          reason: 'paging and batches are tried on the profiles s3 and plain, which differ most',
        },
      }),
    async open() {
      const driver = createMemoryDriver({ profile });
      return {
        driver,
        touch: async (key, modified) => driver.touch(key, modified),
        settle: async () => driver.settle(),
        [Symbol.asyncDispose]: () => driver.close(),
      };
    },
  };
}

/** A file system, in a directory of its own. */
export const fs: Subject = {
  name: 'fs',
  limit: {
    objects: 1500,
    reason: 'more files teach no more than the memory driver does, and take a test machine long',
  },
  async open() {
    const root = await mkdtemp(join(tmpdir(), 'dunnage-scenario-'));
    const driver = createFsDriver({ root, threads: 1 });
    return {
      driver,
      storage: hasty(driver, root),
      touch: (key, modified) => utimes(join(root, key), modified / 1000, modified / 1000),
      async [Symbol.asyncDispose]() {
        await driver.close();
        await rm(root, { recursive: true });
      },
    };
  },
};

/** The driver, but that it writes without waiting for the disk: arranging trees is not what is tested. */
function hasty(driver: StorageDriver, root: string): RegistryStorage {
  return {
    get: (key, options) => driver.get(key, options),
    list: (options) => driver.list(options),
    delete: (requests, options) => driver.delete(requests, options),
    async put(key, source) {
      const path = join(root, key);
      if (!(source instanceof Uint8Array)) throw new TypeError('only bytes are written here');
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, source);
      return { key, size: source.byteLength, modified: Date.now() };
    },
  };
}
