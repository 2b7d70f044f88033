import { registerScenarios, scenarios } from '@dunnage/conformance/scenarios';
import { afterAll, describe, expect, it } from 'vitest';
import { startAzurite } from '../../../test/servers/azurite.ts';
import { azuriteSubject, azuriteTarget, registerOnAzurite } from './azurite.ts';

const server = await startAzurite();
afterAll(() => server.close());

registerOnAzurite(await azuriteTarget(server), 'quick');

/** What a collection comes to is tried on the double in full; here, what depends on the store most. */
const SOME = /^(storage|interruptions|meanwhile)\//;
const plan = await registerScenarios(
  { describe, it },
  azuriteSubject(server, {
    objects: 100,
    reason: 'Azurite takes long where there are many blobs; `npm run test:servers` takes the time',
  }),
  scenarios.filter(({ id }) => SOME.test(id)),
);

it('collects there', () => {
  expect(plan.applicable.length).toBeGreaterThan(20);
});
