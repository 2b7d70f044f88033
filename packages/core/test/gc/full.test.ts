import { collect, forward } from '@dunnage/core';
import { RegistryBuilder } from '@dunnage/conformance/registry';
import { StorageError, type StorageDriver } from '@dunnage/driver-api';
import { createMemoryDriver } from '@dunnage/driver-memory';
import { expect, it } from 'vitest';

/** Deletes and reads, but has no room for one more object. */
function full(driver: StorageDriver): StorageDriver {
  return forward(driver, () => ({
    async put(key) {
      throw new StorageError({
        code: 'EXHAUSTED',
        op: 'put',
        driver: driver.name,
        key,
        message: `cannot put ${key}: no space left`,
        retry: 'never',
      });
    },
  }));
}

it.each(['fs', 's3'] as const)('frees space on a full storage (%s)', async (profile) => {
  const driver = createMemoryDriver({ profile });
  const builder = new RegistryBuilder(driver);
  await builder.image({ repository: 'app', tag: 'v1' });
  await builder.blob('nobody needs it');
  const report = await collect(full(driver), {
    minAgeMs: 0,
    confirm: async ({ objects }) => objects === 1,
  });
  expect(report.status).toBe('done');
  expect(report.deleted.blob.count).toBe(1);
  expect(report.findings.map(({ message }) => message)).toEqual([
    expect.stringContaining('no room for the lock'),
    expect.stringContaining('no room for the journal'),
  ]);
});
