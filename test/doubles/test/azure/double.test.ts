import { startAzureDouble } from '@dunnage/doubles/azure';
import { afterAll, describe, expect, it } from 'vitest';
import { azureFidelity } from './fidelity.ts';

const double = await startAzureDouble();
const endpoint = { url: double.endpoint, account: double.account, accountKey: double.key };

/** The double answers as the service does. */
describe('the double of Azure Blob Storage', () => {
  afterAll(async () => {
    await double.close();
  });

  it.each(azureFidelity(endpoint))('$name', async ({ run, expected }) => {
    expect(await run()).toStrictEqual(expected);
  });
});
