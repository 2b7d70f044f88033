import { registerScenarios } from '@dunnage/conformance/scenarios';
import { createAzureDriver } from '@dunnage/driver-azure';
import { parseKey } from '@dunnage/driver-api';
import { afterAll, describe, expect, it } from 'vitest';
import {
  azuriteSubject,
  azuriteTarget,
  registerOnAzurite,
} from '../../packages/driver-azure/test/azurite.ts';
import { startAzurite } from './azurite.ts';
import { createAzureContainer } from './buckets.ts';

const server = await startAzurite();
afterAll(() => server.close());

registerOnAzurite(await azuriteTarget(server), 'all');

const plan = await registerScenarios(
  { describe, it },
  azuriteSubject(server, {
    objects: 1500,
    reason: 'in Azurite each change takes as long as there are blobs: thousands take minutes',
  }),
);

describe('what is left out on Azurite', () => {
  it('is what needs old objects, directories, or deletes that keep bytes, and what is too large', () => {
    const reasons = new Map(
      plan.notApplicable.map(({ scenario, reason }) => [scenario.id, reason] as const),
    );
    expect([...reasons.keys()].toSorted()).toMatchInlineSnapshot(`
      [
        "ages/clock-of-the-store",
        "ages/old-enough",
        "ages/old-tagged",
        "ages/upload-without-startedat",
        "ages/young-child",
        "ages/young-index-entry",
        "ages/young-layer-link",
        "ages/young-link-in-empty-repository",
        "ages/young-revision",
        "damaged/index-of-10000",
        "explained/space-not-freed",
        "meanwhile/link-again",
        "meanwhile/rewritten",
        "repositories/empty-directories",
        "tags/1200",
        "tags/1200-one-corrupt",
      ]
    `);
  });
});

it('is emptied by batches of 256, whatever of it answers too late', async () => {
  const container = 'batches';
  await createAzureContainer(server, container);
  await using driver = createAzureDriver({
    container,
    endpoint: server.url,
    credentials: { type: 'key', key: server.accountKey },
    readOnly: false,
  });
  const keys = Array.from({ length: 600 }, (_, n) => parseKey(`b/${n}`));
  for (let at = 0; at < keys.length; at += 50) {
    await Promise.all(keys.slice(at, at + 50).map((key) => driver.put(key, new Uint8Array(1))));
  }
  const seen = new Set<string>();
  for await (const { outcome } of driver.delete(keys.map((key) => ({ key })))) seen.add(outcome);
  // A batch keeps it busy for seconds, and then it cuts connections that wait: that is "unknown".
  expect([...seen].every((outcome) => ['deleted', 'unknown'].includes(outcome))).toBe(true);
  for await (const { outcome } of driver.delete(keys.map((key) => ({ key })))) {
    expect(['deleted', 'missing', 'unknown']).toContain(outcome);
  }
  expect(await driver.stat(parseKey('b/0'))).toBeUndefined();
});
