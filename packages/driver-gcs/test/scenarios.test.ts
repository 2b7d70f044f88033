import { startGcsDouble } from '@dunnage/doubles/gcs';
import type { GcsBucketSettings } from '@dunnage/doubles/gcs';
import { registerScenarios, scenarios } from '@dunnage/conformance/scenarios';
import type { Subject } from '@dunnage/conformance/scenarios';
import { createGcsDriver } from '@dunnage/driver-gcs';
import { afterAll, describe, expect, it } from 'vitest';

const double = await startGcsDouble();
afterAll(() => double.close());

/** A directory of its own in a bucket for each scenario. */
function subject(bucket: string, settings: Partial<GcsBucketSettings>): Subject {
  const container = double.container(bucket, settings);
  let opened = 0;
  return {
    name: `a ${bucket} bucket of Google Cloud Storage (double)`,
    async open() {
      const root = `scenario-${++opened}`;
      const driver = createGcsDriver({
        bucket,
        root,
        endpoint: double.url,
        env: {},
        readOnly: false,
      });
      return {
        driver,
        touch: async (key, modified) => container.touch(`${root}/${key}`, modified),
        [Symbol.asyncDispose]: () => driver.close(),
      };
    },
  };
}

const plain = await registerScenarios(
  { describe, it },
  {
    ...subject('plain', {}),
    limit: {
      objects: 9000,
      reason: 'a chain of ten thousand reads, one after the other, is tried on other drivers',
    },
  },
);

/** Where it matters that the bytes of what is deleted stay. */
const aboutDeletes = scenarios.filter(({ id }) => /^(explained|interruptions)\//.test(id));
const kept = await registerScenarios(
  { describe, it },
  subject('soft-delete', { softDeleteSeconds: 604_800 }),
  aboutDeletes,
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
    expect(names(kept)).toEqual([]);
    expect(kept.applicable.length).toBeGreaterThan(5);
  });
});
