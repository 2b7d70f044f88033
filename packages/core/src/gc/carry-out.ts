import type { StorageDriver } from '@dunnage/driver-api';
import { CoreError } from '../errors.ts';
import type { Garbage } from '../plan/garbage.ts';
import { Judge } from '../plan/judge.ts';
import { keepUnnamed } from '../plan/keep-unnamed.ts';
import type { PlanSummary } from '../plan/summary.ts';
import { Sweep } from '../sweep/sweep.ts';
import { checkGuards } from './guards.ts';
import type { ApplyOptions, GcRules } from './options.ts';
import { reportRun } from './report-run.ts';
import type { GcReport } from './report.ts';
import { takeStock } from './take-stock.ts';
import type { Run } from './with-run.ts';

/** Carries out the plan in the journal, once the guards and the user agree. */
export async function carryOut(
  run: Run,
  rules: GcRules,
  garbage: Garbage,
  planned: PlanSummary,
  options: ApplyOptions,
): Promise<GcReport> {
  const { context } = run;
  const { driver, findings, emit, signal } = context;
  emit({ type: 'planned', summary: planned });
  // What is resumed has passed the guard already, when there was more; a limit that is given anew counts.
  const resumed = run.leftovers.includes(run.journal);
  try {
    if (!resumed || options.maxDeletePercent !== undefined) {
      checkGuards(planned, context.settings);
    }
  } catch (error) {
    await run.dropPlan();
    throw error;
  }
  if (planned.objects > 0 && options.confirm !== undefined && !(await options.confirm(planned))) {
    await run.dropPlan();
    return reportRun(run, { rules, garbage, planned, declined: true });
  }
  // While somebody made up their mind, what was garbage may have come into use.
  const current = options.confirm === undefined ? garbage : await takeStockAgain(run, rules);
  if (current === undefined) throw vanished();
  const capabilities = await driver.capabilities({ signal });
  const sweep = new Sweep({
    ...{ driver, findings, emit, signal },
    garbage: current,
    judge: new Judge(current),
    total: planned.objects,
    conditional: capabilities.delete.ifMatch,
    batch: batchFor(driver, capabilities.delete.batchMax, context.settings.concurrency),
  });
  await context.phase('sweep', () => sweep.run(run.journal.entries()));
  if (sweep.retained > 0) {
    findings.add({
      code: 'space-not-freed',
      severity: 'info',
      message: `the store keeps ${sweep.retained} of the deleted objects, because of versioning, soft delete or retention: their bytes are not free yet`,
    });
  }
  await run.removeJournals();
  return reportRun(run, { rules, garbage: current, planned, sweep });
}

/** As many requests' worth as may be in flight, but few enough to wait for when the run is cancelled. */
function batchFor(driver: StorageDriver, batchMax: number, concurrency: number): number {
  return driver.bulk === undefined ? Math.min(Math.max(batchMax * concurrency, 256), 4096) : 1024;
}

async function takeStockAgain(run: Run, rules: GcRules): Promise<Garbage | undefined> {
  run.context.findings.restart();
  const garbage = await takeStock(run.context, {
    rules,
    memory: run.memory,
    evenIfEmpty: run.leftovers.includes(run.journal),
  });
  if (garbage !== undefined) await keepUnnamed(garbage, run.journal.entries());
  return garbage;
}

function vanished(): CoreError {
  return new CoreError({
    code: 'LISTING_INCOMPLETE',
    message: 'all repositories vanished between the plan and its confirmation',
    advice: 'Nothing was deleted. Check the storage, then run again.',
  });
}
