import { startGcsDouble } from '@dunnage/doubles/gcs';
import type { GcsBucketSettings } from '@dunnage/doubles/gcs';
import { registerContract } from '@dunnage/conformance/vitest';
import { createGcsDriver } from '@dunnage/driver-gcs';
import { afterAll, describe, it } from 'vitest';

const double = await startGcsDouble();
afterAll(() => double.close());

/** Buckets that differ in what becomes of what is deleted. */
const BUCKETS: Readonly<Record<string, Partial<GcsBucketSettings>>> = {
  plain: {},
  'soft-delete': { softDeleteSeconds: 7 * 24 * 60 * 60 },
  versioned: { versioning: true },
};

for (const [bucket, settings] of Object.entries(BUCKETS)) {
  double.container(bucket, settings);
  registerContract({ describe, it }, `the gcs driver on a ${bucket} bucket`, {
    async open(token) {
      return createGcsDriver({
        bucket,
        root: token,
        endpoint: double.url,
        env: {},
        readOnly: false,
      });
    },
  });
}
