import { startS3Double } from '@dunnage/doubles/s3';
import type { S3Double } from '@dunnage/doubles/s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences } from './s3/differences.ts';
import type { S3Implementation } from './s3/differences.ts';
import { s3Fidelity } from './s3/fidelity.ts';
import type { S3Endpoint } from './s3/wire.ts';

const NOWHERE: S3Endpoint = {
  url: 'http://127.0.0.1',
  region: 'us-east-1',
  accessKeyId: '',
  secretAccessKey: '',
};

describe.each(['us-east-1', 'eu-west-1'])('the double answers as S3 does in %s', (region) => {
  let double: S3Double;
  beforeAll(async () => {
    double = await startS3Double({ region });
  });
  afterAll(() => double.close());

  it.each(s3Fidelity(NOWHERE).probes.map(({ name }) => name))('%s', async (name) => {
    const { probes } = s3Fidelity({ url: double.url, region, ...double.credentials });
    const probe = probes.find((candidate) => candidate.name === name);
    expect(await probe?.run()).toEqual(probe?.expected);
  });
});

it.each(Object.keys(differences))('what %s does otherwise belongs to probes', (name) => {
  const { probes } = s3Fidelity(NOWHERE, name as S3Implementation);
  expect(probes.filter(({ reason }) => reason !== undefined)).not.toEqual([]);
});
