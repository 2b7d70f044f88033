import { randomUUID } from 'node:crypto';
import { registerScenarios, scenarios } from '@dunnage/conformance/scenarios';
import type { Subject } from '@dunnage/conformance/scenarios';
import type { RegistryStorage } from '@dunnage/conformance/registry';
import type { S3Bucket, S3BucketSettings } from '@dunnage/doubles/s3';
import { startS3Double } from '@dunnage/doubles/s3';
import { createS3Driver } from '@dunnage/driver-s3';
import type { StorageDriver } from '@dunnage/driver-api';
import { afterAll, describe, expect, it } from 'vitest';
import { optionsFor } from './support.ts';

const double = await startS3Double();
afterAll(() => double.close());

const ROOT = 'of/it';

/** Why scenarios with many objects are left out. */
const MANY = 'paging and batches are tried with fewer objects, and on the memory driver with more';

function subject(name: string, settings: S3BucketSettings, objects: number, suffix = ''): Subject {
  return {
    name,
    limit: { objects, reason: MANY },
    async open() {
      const bucket = double.container(`${randomUUID()}${suffix}`, settings);
      const driver = createS3Driver({ ...optionsFor(double, bucket.name), root: ROOT });
      return {
        driver,
        storage: direct(driver, bucket),
        touch: async (key, modified) => bucket.touch(`${ROOT}/${key}`, modified),
        [Symbol.asyncDispose]: () => driver.close(),
      };
    },
  };
}

/** The driver, but that it puts objects straight into the bucket: arranging registries is not what is tested. */
function direct(driver: StorageDriver, bucket: S3Bucket): RegistryStorage {
  return {
    get: (key, options) => driver.get(key, options),
    list: (options) => driver.list(options),
    delete: (requests, options) => driver.delete(requests, options),
    async put(key, source) {
      if (!(source instanceof Uint8Array)) throw new TypeError('only bytes are put here');
      const { modifiedMs } = bucket.put(`${ROOT}/${key}`, source);
      return { key, size: source.byteLength, modified: modifiedMs };
    },
  };
}

/** What S3 has not: no bucket of any kind. */
const NO_DIRECTORIES = 'repositories/empty-directories';
const FREES_SPACE = 'explained/space-not-freed';

interface Trial {
  readonly subject: Subject;
  /** Groups of scenarios that hang on what is special about it; else all. */
  readonly groups?: readonly string[];
  /** What is left out for another reason than the number of objects. */
  readonly leftOut: readonly string[];
}

const TRIALS: readonly Trial[] = [
  { subject: subject('S3', {}, 1500), leftOut: [NO_DIRECTORIES, FREES_SPACE] },
  {
    // Markers instead of deletes.
    subject: subject('S3 with versioning', { versioning: 'Enabled' }, 300),
    groups: ['images', 'failures', 'meanwhile', 'explained'],
    leftOut: [],
  },
  {
    // No order, no hashes in listings.
    subject: subject('an S3 directory bucket', {}, 300, '--use1-az4--x-s3'),
    groups: ['images', 'tags', 'repositories', 'storage'],
    leftOut: [NO_DIRECTORIES],
  },
  {
    // No conditions: neither for the lock nor for deletes.
    subject: subject(
      'a store that only resembles S3',
      { quirks: ['delete-ignores-conditions', 'no-conditional-writes', 'delete-needs-md5'] },
      300,
    ),
    groups: ['images', 'interruptions', 'meanwhile', 'plans'],
    leftOut: [],
  },
];

for (const { subject: each, groups, leftOut } of TRIALS) {
  const chosen = scenarios.filter(({ id }) => groups?.includes(id.split('/')[0] ?? '') !== false);
  const { notApplicable } = await registerScenarios({ describe, it }, each, chosen);
  it(`${each.name} leaves out only what it can't have`, () => {
    const others = notApplicable.filter(({ reason }) => reason !== MANY);
    expect(others.map(({ scenario }) => scenario.id)).toEqual(leftOut);
  });
}
