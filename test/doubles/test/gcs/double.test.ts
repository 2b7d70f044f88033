import { startGcsDouble } from '@dunnage/doubles/gcs';
import type { GcsDouble } from '@dunnage/doubles/gcs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probes } from './probes.ts';
import { Wire } from './wire.ts';

/** The double answers as the service does. What other servers answer: `differences.ts`. */
describe('the double of Cloud Storage', () => {
  let double: GcsDouble;
  beforeAll(async () => {
    double = await startGcsDouble({ token: 'secret' });
  });
  afterAll(async () => {
    await double.close();
  });

  for (const { name, run, facts } of probes) {
    it(name, async () => {
      expect(await run(new Wire({ url: double.url, token: 'secret' }))).toStrictEqual(facts);
    });
  }
});
