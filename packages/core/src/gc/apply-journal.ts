import { isCoreError } from '../errors.ts';
import { Judge } from '../plan/judge.ts';
import { keepUnnamed } from '../plan/keep-unnamed.ts';
import { KindTally } from '../plan/tally.ts';
import { carryOut } from './carry-out.ts';
import type { ApplyOptions, GcRules } from './options.ts';
import { reportRun } from './report-run.ts';
import type { GcReport } from './report.ts';
import { takeStock } from './take-stock.ts';
import type { Run } from './with-run.ts';

/** Goes on with the newest interrupted sweep; `undefined` when there is none. */
export async function resumeJournal(
  run: Run,
  options: ApplyOptions,
): Promise<GcReport | undefined> {
  for (const journal of run.leftovers.toReversed()) {
    const header = await journal.wholePlan();
    if (header === undefined) continue;
    run.journal = journal;
    return applyJournal(run, header.rules, options, true);
  }
  return undefined;
}

/**
 * Carries out the plan in the journal, which is not believed: stock is taken and marked anew.
 * @param evenIfEmpty also when there are no repositories any more: an interrupted sweep may have removed the last link.
 */
export async function applyJournal(
  run: Run,
  rules: GcRules,
  options: ApplyOptions,
  evenIfEmpty: boolean,
): Promise<GcReport> {
  const { context } = run;
  const garbage = await takeStock(context, { rules, memory: run.memory, evenIfEmpty });
  if (garbage === undefined) {
    await run.removeJournals();
    return reportRun(run, { rules, garbage });
  }
  const planned = await context.phase('plan', async () => {
    const tally = new KindTally();
    try {
      await keepUnnamed(garbage, run.journal.entries());
      const judge = new Judge(garbage);
      for await (const line of run.journal.entries()) {
        if (judge.judge(line).verdict === 'goes') tally.add(line);
      }
    } catch (error) {
      // Whoever resumed it would meet the same entry.
      if (isCoreError(error) && error.code === 'PLAN_INVALID') await run.journal.remove();
      throw error;
    }
    return tally.summary(context.driver.id, garbage.stock.blobs.count);
  });
  return carryOut(run, rules, garbage, planned, options);
}
