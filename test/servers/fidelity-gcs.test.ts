import { startGcsDouble } from '@dunnage/doubles/gcs';
import { afterAll, describe } from 'vitest';
import { gcsFidelity } from '../doubles/test/gcs/fidelity.ts';
import { startFakeGcs } from './fake-gcs.ts';
import { registerFidelity } from './fidelity.ts';

const double = await startGcsDouble({ token: 'secret' });
const server = await startFakeGcs();
afterAll(async () => {
  await double.close();
  await server.close();
});

describe('the double of Google Cloud Storage, and fake-gcs-server', () => {
  const { probes } = gcsFidelity({ url: server.url, project: server.projectId }, 'fake-gcs-server');
  const known = new Set(
    probes.filter(({ difference }) => difference !== undefined).map(({ name }) => name),
  );
  registerFidelity(gcsFidelity({ url: double.url, token: 'secret' }).probes, probes, (name) =>
    known.has(name),
  );
});
