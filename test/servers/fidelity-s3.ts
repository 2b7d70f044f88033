import { startS3Double } from '@dunnage/doubles/s3';
import { afterAll, describe } from 'vitest';
import { s3Fidelity } from '../doubles/test/s3/fidelity.ts';
import { registerFidelity } from './fidelity.ts';
import type { S3Server } from './server.ts';

/** Compares the double of S3 with a real server, which is closed at the end. */
export async function registerS3Fidelity(
  name: 'ceph' | 'swift' | 'versitygw',
  server: S3Server,
): Promise<void> {
  const double = await startS3Double();
  afterAll(async () => {
    await double.close();
    await server.close();
  });
  const { url, region, credentials } = double;
  const { probes } = s3Fidelity(server, name);
  const known = new Set(
    probes.filter(({ reason }) => reason !== undefined).map((probe) => probe.name),
  );
  describe(`the double of S3, and ${name}`, () => {
    registerFidelity(s3Fidelity({ url, region, ...credentials }).probes, probes, (probe) =>
      known.has(probe),
    );
  });
}
