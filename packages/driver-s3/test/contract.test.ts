import { registerContract } from '@dunnage/conformance/vitest';
import type { S3BucketSettings } from '@dunnage/doubles/s3';
import { startS3Double } from '@dunnage/doubles/s3';
import { createS3Driver } from '@dunnage/driver-s3';
import type { S3Options } from '@dunnage/driver-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { optionsFor } from './support.ts';

const double = await startS3Double();
afterAll(() => double.close());

/** Checks with thousands of objects: what they are about is the same in all buckets. */
const MANY = /^(?:E1b|F2) /;

interface Subject {
  readonly name: string;
  readonly directory?: true;
  readonly bucket?: S3BucketSettings;
  readonly driver?: Partial<S3Options>;
  /** Which checks are left to the first one. */
  readonly without?: RegExp;
  /** A check that is not fulfilled, and why. */
  readonly difference?: readonly [id: string, why: string];
}

const SUBJECTS: readonly Subject[] = [
  { name: 'a bucket' },
  { name: 'a versioned bucket', bucket: { versioning: 'Enabled' }, without: MANY },
  {
    name: 'a bucket with versioning suspended',
    bucket: { versioning: 'Suspended' },
    without: MANY,
  },
  {
    name: 'a directory bucket',
    directory: true,
    without: MANY,
    // Nor does it say so: the outcome is no worse than that of a plain delete.
    difference: ['I2c', 'it has deleted, under any condition, what is not there'],
  },
  {
    name: 'a bucket, as it treats one of Amazon',
    driver: { checksums: 'crc32', conditionalPuts: true, conditionalDeletes: true },
    without: MANY,
  },
  {
    name: 'a bucket of a store that only resembles S3',
    bucket: {
      quirks: [
        ...(['delete-ignores-conditions', 'delete-needs-md5'] as const),
        ...(['no-chunked-bodies', 'no-conditional-writes'] as const),
      ],
    },
    without: MANY,
  },
];

for (const [
  index,
  { name, directory, bucket: settings, driver, without, difference },
] of SUBJECTS.entries()) {
  const bucket = `bucket-${index}${directory === true ? '--use1-az4--x-s3' : ''}`;
  double.container(bucket, settings);
  const runner = {
    describe,
    it: (title: string, run: () => Promise<void>) => {
      if (without?.test(title) === true) return;
      if (difference?.[0] !== title.split(' ')[0]) it(title, run);
      else it(`${title}, but: ${difference?.[1]}`, () => expect(run()).rejects.toThrow('deleted'));
    },
  };
  registerContract(runner, `the S3 driver on ${name}`, {
    // Every storage is a directory of its own, with others beside it.
    open: async (token) =>
      createS3Driver({ ...optionsFor(double, bucket), root: `of/${token}`, ...driver }),
  });
}
