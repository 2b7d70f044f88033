import { afterAll, describe, expect, it } from 'vitest';
import { startAzurite } from '../../../servers/azurite.ts';
import { azuriteDifferences } from './differences.ts';
import { azureFidelity } from './fidelity.ts';

const server = await startAzurite();

/** An independent server answers alike, but for what is argued in `differences.ts`: the probes ask what is so. */
describe('Azurite', () => {
  afterAll(async () => {
    await server.close();
  });

  it.each(azureFidelity(server, azuriteDifferences))('$name', async ({ run, expected }) => {
    expect(await run()).toStrictEqual(expected);
  });
});
