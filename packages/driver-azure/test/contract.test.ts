import { startAzureDouble } from '@dunnage/doubles/azure';
import type { AzureDoubleOptions } from '@dunnage/doubles/azure';
import { registerContract } from '@dunnage/conformance/vitest';
import { createAzureDriver } from '@dunnage/driver-azure';
import { afterAll, describe, it } from 'vitest';

/** Accounts that differ in what they do with versions, deletes, directories and pages. */
const ACCOUNTS: Readonly<Record<string, AzureDoubleOptions>> = {
  'a plain account': {},
  'an account with versions': { versioning: true },
  'an account with a hierarchical namespace': { hns: true },
};

for (const [name, options] of Object.entries(ACCOUNTS)) {
  const double = await startAzureDouble(options);
  afterAll(() => double.close());
  double.container('registry');
  const { endpoint, key } = double;
  registerContract({ describe, it }, `the azure driver on ${name}`, {
    async open(token) {
      return createAzureDriver({
        container: 'registry',
        root: token,
        endpoint,
        credentials: { type: 'key', key },
        readOnly: false,
        // Blocks and copies in blocks, without megabytes of content.
        singlePutBytes: 256 * 1024,
        singleCopyBytes: 4,
      });
    },
  });
}
