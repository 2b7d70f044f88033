import { runScenario, worldOf } from './run.ts';
import type { Scenario, Subject } from './scenario.ts';
import { scenarios as all } from './catalogue.ts';

/** The part of a test runner that registering takes: that of vitest, mocha, jest and `node:test`. */
export interface TestRunner {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, run: () => Promise<void>) => unknown;
}

/** Which scenarios can be tried on a storage, and why each of the others can't. */
export interface ScenarioPlan {
  readonly applicable: readonly Scenario[];
  readonly notApplicable: readonly { readonly scenario: Scenario; readonly reason: string }[];
}

/** Sorts scenarios by what a storage can do; opens it once to see. */
export async function planScenarios(
  subject: Subject,
  scenarios: readonly Scenario[] = all,
): Promise<ScenarioPlan> {
  await using opened = await subject.open();
  const world = await worldOf(opened);
  const applicable: Scenario[] = [];
  const notApplicable: { scenario: Scenario; reason: string }[] = [];
  for (const scenario of scenarios) {
    const { limit } = subject;
    const isTooLarge = limit !== undefined && (scenario.objects ?? 0) > limit.objects;
    const reason = isTooLarge
      ? limit.reason
      : scenario.needs?.find((need) => !need.met(world))?.reason;
    if (reason === undefined) applicable.push(scenario);
    else notApplicable.push({ scenario, reason });
  }
  return { applicable, notApplicable };
}

/**
 * Registers one test for each scenario that can be tried on the storage.
 * @returns the plan, so that the caller can state (and test) what was left out and why.
 */
export async function registerScenarios(
  { describe, it }: TestRunner,
  subject: Subject,
  scenarios: readonly Scenario[] = all,
): Promise<ScenarioPlan> {
  const plan = await planScenarios(subject, scenarios);
  describe(`collecting on ${subject.name}`, () => {
    for (const scenario of plan.applicable) {
      it(`${scenario.id}: ${scenario.title}`, () => runScenario(scenario, subject));
    }
  });
  return plan;
}
