import { startAzureDouble } from '@dunnage/doubles/azure';
import type { AzureContainerHandle, AzureDoubleOptions } from '@dunnage/doubles/azure';
import type { RegistryStorage } from '@dunnage/conformance/registry';
import { registerScenarios, scenarios } from '@dunnage/conformance/scenarios';
import type { Subject } from '@dunnage/conformance/scenarios';
import type { StorageDriver } from '@dunnage/driver-api';
import { createAzureDriver } from '@dunnage/driver-azure';
import { afterAll, describe, expect, it } from 'vitest';

/** A directory of its own in a container for each scenario. */
async function subject(account: string, options: AzureDoubleOptions): Promise<Subject> {
  const double = await startAzureDouble(options);
  afterAll(() => double.close());
  const container = double.container('registry');
  let opened = 0;
  return {
    name: `an account ${account} (double)`,
    async open() {
      const root = `scenario-${++opened}`;
      const driver = createAzureDriver({
        container: 'registry',
        root,
        endpoint: double.endpoint,
        credentials: { type: 'key', key: double.key },
        readOnly: false,
      });
      return {
        driver,
        storage: direct(driver, container, root),
        touch: async (key, modified) => container.touch(`${root}/${key}`, modified),
        [Symbol.asyncDispose]: () => driver.close(),
      };
    },
  };
}

/** Trees are arranged in the double itself: what the driver does with requests is tried by collecting them. */
function direct(
  driver: StorageDriver,
  container: AzureContainerHandle,
  root: string,
): RegistryStorage {
  return {
    get: (key, options) => driver.get(key, options),
    list: (options) => driver.list(options),
    delete: (requests, options) => driver.delete(requests, options),
    async put(key, source) {
      if (!(source instanceof Uint8Array)) return driver.put(key, source);
      const { modified, etag } = container.put(`${root}/${key}`, source);
      return { key, size: source.byteLength, modified, etag };
    },
  };
}

const plain = await registerScenarios(
  { describe, it },
  {
    ...(await subject('without more', {})),
    limit: {
      objects: 9000,
      reason: 'a chain of ten thousand reads, one after the other, is tried on other drivers',
    },
  },
);

/** Where it matters that the bytes of what is deleted stay. */
const aboutSpace = scenarios.filter(({ id }) => id.startsWith('explained/'));
const softDelete = await registerScenarios(
  { describe, it },
  await subject('with soft delete', { softDeleteDays: 7 }),
  aboutSpace,
);
const versions = await registerScenarios(
  { describe, it },
  await subject('with versions', { versioning: true }),
  [...aboutSpace, ...scenarios.filter(({ id }) => id.startsWith('interruptions/'))],
);

/** Where directories are in the way of a collection, or could be. */
const aboutDirectories = scenarios.filter(({ id }) =>
  /^(repositories|interruptions|storage)\//.test(id),
);
const hierarchical = await registerScenarios(
  { describe, it },
  {
    ...(await subject('with a hierarchical namespace', { hns: true })),
    limit: { objects: 1000, reason: 'many objects are tried on the plain account' },
  },
  aboutDirectories,
);

describe('what is left out', () => {
  it('is what needs directories or that space is kept, and what takes too long', () => {
    const names = ({ notApplicable }: typeof plain): string[] =>
      notApplicable.map(({ scenario }) => scenario.id).toSorted();
    expect(names(plain)).toEqual([
      'damaged/index-of-10000',
      'explained/space-not-freed',
      'repositories/empty-directories',
    ]);
    expect(names(softDelete)).toEqual([]);
    expect(names(versions)).toEqual([]);
    expect(names(hierarchical)).toEqual(['storage/many-pages']);
  });
});
