import type { ContractCheck } from './check.ts';
import { ContractContext } from './context.ts';
import { within } from './patience.ts';
import type { ContractTarget } from './target.ts';

/** `'passed'`: the driver fulfils the rule. `'refused'`: it lacks the feature, and says so when asked. */
export type CheckResult = 'passed' | 'refused';

let runs = 0;

/** Runs one check on a storage of its own. Throws what the check throws. */
export async function runCheck(check: ContractCheck, target: ContractTarget): Promise<CheckResult> {
  const token = `${check.id.toLowerCase()}-${process.pid}-${++runs}`;
  const context = await ContractContext.open(target, token);
  let result: CheckResult;
  try {
    result = await within(target.limitMs ?? 60_000, `check ${check.id}`, perform(check, context));
  } catch (error) {
    // What failed first is what matters, also where the driver can't be closed afterwards.
    await context.close().catch(() => undefined);
    throw error;
  }
  await context.close();
  return result;
}

async function perform(check: ContractCheck, context: ContractContext): Promise<CheckResult> {
  const { optional } = check;
  if (optional !== undefined && !optional.declared(context.capabilities, context.driver)) {
    await optional.refused(context);
    return 'refused';
  }
  await check.run(context);
  return 'passed';
}
