import type { StorageDriver } from '@dunnage/driver-api';
import { CoreError, isCoreError } from '../errors.ts';
import { decodePlan, headerOf, PlanEncoder, type PlanHeader } from '../plan/document.ts';
import type { PlanEntry } from '../plan/entry.ts';
import { Judge } from '../plan/judge.ts';
import { keepUnnamed } from '../plan/keep-unnamed.ts';
import { KindTally } from '../plan/tally.ts';
import { carryOut } from './carry-out.ts';
import type { ApplyOptions, GcRules } from './options.ts';
import { reportRun } from './report-run.ts';
import type { GcReport } from './report.ts';
import { takeStock } from './take-stock.ts';
import { withRun, type Run } from './with-run.ts';

/**
 * Applies a plan that an earlier run wrote: takes stock and marks anew, then deletes what is both in the plan and
 * still garbage, unchanged. What is not is reported as `changed`.
 * @param plan the document's bytes, read once.
 * @throws {CoreError} as `collect`, and `PLAN_INVALID`, `PLAN_FOREIGN`.
 */
export async function applyPlan(
  driver: StorageDriver,
  plan: AsyncIterable<Uint8Array>,
  options: ApplyOptions = {},
): Promise<GcReport> {
  return withRun(driver, { ...options, dryRun: false }, async (run) => {
    const { rules } = await journalPlan(run, decodePlan(plan), driver);
    return applyJournal(run, rules, options);
  });
}

/** Copies a plan to the journal; its header. What is no whole plan for this storage leaves nothing behind. */
async function journalPlan(
  { journal, context, dropPlan }: Run,
  lines: AsyncGenerator<PlanHeader | PlanEntry>,
  driver: StorageDriver,
): Promise<PlanHeader> {
  try {
    const header = await headerOf(lines);
    checkStorageOf(header, driver);
    const encoder = new PlanEncoder();
    await journal.write(encoder.header({ ...header, runId: context.runId }));
    for await (const entry of lines) await journal.write(encoder.entry(entry as PlanEntry));
    await journal.write(encoder.footer());
    await journal.finish();
    return header;
  } catch (error) {
    if (isCoreError(error)) await dropPlan();
    throw error;
  }
}

/**
 * Goes on with an interrupted sweep: like {@link applyPlan}, with the plan that the interrupted run left on the
 * storage.
 * @throws {CoreError} as {@link applyPlan}, and `NOTHING_TO_RESUME`.
 */
export async function resume(driver: StorageDriver, options: ApplyOptions = {}): Promise<GcReport> {
  return withRun(driver, { ...options, dryRun: false }, async (run) => {
    for (const journal of run.leftovers.toReversed()) {
      const header = await journal.wholePlan();
      if (header === undefined) continue;
      run.journal = journal;
      return applyJournal(run, header.rules, options);
    }
    await run.removeJournals();
    throw new CoreError({
      code: 'NOTHING_TO_RESUME',
      message: 'there is no interrupted sweep on this storage',
      advice: 'Run `dunnage gc`.',
    });
  });
}

/** The part that `apply` and `resume` share: the plan is in the journal, and not believed. */
async function applyJournal(run: Run, rules: GcRules, options: ApplyOptions): Promise<GcReport> {
  const { context } = run;
  const garbage = await takeStock(context, { rules, memory: run.memory });
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

function checkStorageOf(header: PlanHeader, driver: StorageDriver): void {
  if (header.storage === driver.id) return;
  throw new CoreError({
    code: 'PLAN_FOREIGN',
    message: `the plan was made for ${header.storage}; this storage is ${driver.id}`,
    advice: 'Nothing was deleted. Name the storage that the plan was made for, or make a new plan.',
  });
}
