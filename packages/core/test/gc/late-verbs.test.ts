import { collect } from '@dunnage/core';
import { RegistryBuilder } from '@dunnage/conformance/registry';
import type { Prefix, StorageDriver } from '@dunnage/driver-api';
import { createMemoryDriver } from '@dunnage/driver-memory';
import { expect, it } from 'vitest';

it('uses a verb that a driver has only once its store was asked what it is', async () => {
  const driver = createMemoryDriver({ profile: 'fs' });
  const builder = new RegistryBuilder(driver);
  await builder.image({ repository: 'kept', tag: 'latest' });
  await builder.image({ repository: 'app' });
  const late: { -readonly [Member in keyof StorageDriver]: StorageDriver[Member] } = {
    ...driver,
    async capabilities() {
      Object.assign(late, { pruneEmptyDirectories: driver.pruneEmptyDirectories?.bind(driver) });
      return driver.capabilities();
    },
  };
  delete late.pruneEmptyDirectories;
  await collect(late, { deleteUntagged: true, minAgeMs: 0, maxDeletePercent: 100 });
  const prefixes: string[] = [];
  const prefix = 'docker/registry/v2/blobs/sha256/' as Prefix;
  for await (const page of driver.list({ prefix, depth: 'children' })) {
    for (const each of page.prefixes) {
      for await (const below of driver.list({ prefix: each, depth: 'children' })) {
        prefixes.push(...below.prefixes);
      }
    }
  }
  // One directory for each blob of the image that is kept, none for those that went.
  expect(prefixes).toHaveLength(3);
});
