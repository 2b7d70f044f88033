import { startS3Double } from '@dunnage/doubles/s3';
import type { S3Double } from '@dunnage/doubles/s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3Fidelity } from './s3/fidelity.ts';

const UNSTARTED = { url: 'http://127.0.0.1', region: '', accessKeyId: '', secretAccessKey: '' };

describe('the double of S3 answers as S3 does', () => {
  let double: S3Double;
  beforeAll(async () => {
    double = await startS3Double();
  });
  afterAll(() => double.close());

  const names = s3Fidelity(UNSTARTED).probes.map(({ name }) => name);

  it.each(names)('%s', async (name) => {
    const { url, region, credentials } = double;
    const probe = s3Fidelity({ url, region, ...credentials }).probes.find(
      (one) => one.name === name,
    );
    expect(await probe?.run()).toEqual(probe?.expected);
  });
});
