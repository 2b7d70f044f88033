import { CONTRACT } from '../contract/index.ts';
import { runCheck } from '../contract/run.ts';
import type { ContractTarget } from '../contract/target.ts';

/** What the adapter needs of vitest, or of any runner that is spelled the same. */
export interface TestRunner {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, run: () => Promise<void>) => unknown;
}

/** Registers each check of the driver contract as a test. */
export function registerContract(
  { describe, it }: TestRunner,
  name: string,
  target: ContractTarget,
): void {
  describe(`${name} fulfils the driver contract`, () => {
    for (const check of CONTRACT) {
      it(`${check.id} ${check.title}`, async () => {
        await runCheck(check, target);
      });
    }
  });
}
