import { startAzureDouble } from '@dunnage/doubles/azure';
import { afterAll, describe } from 'vitest';
import { azuriteDifferences } from '../doubles/test/azure/differences.ts';
import { azureFidelity } from '../doubles/test/azure/fidelity.ts';
import { startAzurite } from './azurite.ts';
import { registerFidelity } from './fidelity.ts';

const double = await startAzureDouble();
const server = await startAzurite();
afterAll(async () => {
  await double.close();
  await server.close();
});

describe('the double of Azure Blob Storage, and Azurite', () => {
  const { endpoint, account, key } = double;
  const known = new Set(azuriteDifferences.map(({ probe }) => probe));
  registerFidelity(
    azureFidelity({ url: endpoint, account, accountKey: key }),
    azureFidelity(server, azuriteDifferences),
    (name) => known.has(name),
  );
});
