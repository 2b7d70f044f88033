import type { StorageDriver } from '@dunnage/driver-api';
import { CoreError, isCoreError } from '../errors.ts';
import { decodePlan, headerOf, PlanEncoder, type PlanHeader } from '../plan/document.ts';
import type { PlanEntry } from '../plan/entry.ts';
import { applyJournal, resumeJournal } from './apply-journal.ts';
import type { ApplyOptions } from './options.ts';
import type { GcReport } from './report.ts';
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
    return applyJournal(run, rules, options, false);
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
    const report = await resumeJournal(run, options);
    if (report !== undefined) return report;
    await run.removeJournals();
    throw new CoreError({
      code: 'NOTHING_TO_RESUME',
      message: 'there is no interrupted sweep on this storage',
      advice: 'Run `dunnage gc`.',
    });
  });
}

function checkStorageOf(header: PlanHeader, driver: StorageDriver): void {
  if (header.storage === driver.id) return;
  throw new CoreError({
    code: 'PLAN_FOREIGN',
    message: `the plan was made for ${header.storage}; this storage is ${driver.id}`,
    advice: 'Nothing was deleted. Name the storage that the plan was made for, or make a new plan.',
  });
}
