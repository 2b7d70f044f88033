import { startGcsDouble } from '@dunnage/doubles/gcs';
import type { GcsDouble } from '@dunnage/doubles/gcs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeGcsServer } from './differences.ts';
import { gcsFidelity } from './fidelity.ts';

/** The double answers as the service does. */
describe('the double of Cloud Storage', () => {
  let double: GcsDouble;
  beforeAll(async () => {
    double = await startGcsDouble({ token: 'secret' });
  });
  afterAll(async () => {
    await double.close();
  });

  for (const [index, { name }] of gcsFidelity({ url: '' }).probes.entries()) {
    it(name, async () => {
      const probe = gcsFidelity({ url: double.url, token: 'secret' }).probes[index];
      expect(await probe?.run()).toStrictEqual(probe?.expected);
    });
  }
});

it('each known difference is one, of a probe that there is', () => {
  const probes = new Map(gcsFidelity({ url: '' }).probes.map((probe) => [probe.name, probe]));
  for (const [name, difference] of Object.entries(fakeGcsServer)) {
    const expected = probes.get(name)?.expected ?? {};
    expect(Object.keys(expected), name).toEqual(
      expect.arrayContaining(Object.keys(difference?.facts ?? {})),
    );
    for (const [fact, value] of Object.entries(difference?.facts ?? {})) {
      expect(value, `${name}: ${fact}`).not.toStrictEqual(expected[fact]);
    }
  }
});
