import type { ContractCheck } from './check.ts';
import { ContractContext } from './context.ts';
import type { ContractTarget } from './target.ts';

/** `'passed'`: the driver fulfils the rule. `'refused'`: it lacks the feature, and says so when asked. */
export type CheckResult = 'passed' | 'refused';

let runs = 0;

/** Runs one check on a storage of its own. Throws what the check throws. */
export async function runCheck(check: ContractCheck, target: ContractTarget): Promise<CheckResult> {
  const token = `${check.id.toLowerCase()}-${process.pid}-${++runs}`;
  const context = await ContractContext.open(target, token);
  try {
    const { optional } = check;
    if (optional !== undefined && !optional.declared(context.capabilities, context.driver)) {
      await optional.refused(context);
      return 'refused';
    }
    await check.run(context);
    return 'passed';
  } finally {
    await context.close();
  }
}
