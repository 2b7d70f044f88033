import { judge, type OracleRules } from '@dunnage/conformance/oracle';
import { RegistryBuilder } from '@dunnage/conformance/registry';
import { scenarios, snapshotOf } from '@dunnage/conformance/scenarios';
import { createMemoryDriver } from '@dunnage/driver-memory';
import { describe, expect, test } from 'vitest';

/** Scenarios state what goes by hand, the oracle works it out: two independent opinions. */
describe('the oracle agrees with each scenario', () => {
  for (const scenario of scenarios) {
    if (!('arrange' in scenario)) continue;
    test(scenario.id, async () => {
      const driver = createMemoryDriver();
      const touch = async (...[key, time]: Parameters<typeof driver.touch>) =>
        driver.touch(key, time);
      const registry = new RegistryBuilder(driver, { touch });
      const capabilities = await driver.capabilities();
      const expected = await scenario.arrange(registry, { driver, registry, capabilities, touch });
      const { options = {} } = scenario;
      const rules: OracleRules = {
        deleteUntagged: options.deleteUntagged ?? false,
        minAgeMs: options.minAgeMs ?? 0,
        removeEmptyRepositories: options.removeEmptyRepositories ?? false,
        purgeUploadsOlderThanMs: options.purgeUploadsOlderThanMs ?? null,
        manifestMaxBytes: options.manifestMaxBytes,
        now: await driver.now(),
      };
      const { mustGo, mustStay } = judge(await snapshotOf(driver), rules);
      if (expected.refused === undefined) {
        expect(expected.goes).toEqual(expect.arrayContaining([...mustGo]));
      }
      expect(expected.goes.filter((key) => mustStay.has(key))).toEqual([]);
    });
  }
});
