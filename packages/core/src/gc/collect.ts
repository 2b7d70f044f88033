import type { StorageDriver } from '@dunnage/driver-api';
import { LineWriter } from '../plan/writer.ts';
import { resumeJournal } from './apply-journal.ts';
import { carryOut } from './carry-out.ts';
import type { GcOptions } from './options.ts';
import { reportRun } from './report-run.ts';
import type { GcReport } from './report.ts';
import { rulesOf } from './settings.ts';
import { takeStock } from './take-stock.ts';
import { withRun } from './with-run.ts';
import { writePlan } from './write-plan.ts';

/**
 * Collects a registry's garbage: takes stock, marks what is live, plans, and (unless `dryRun`) sweeps.
 * @throws {CoreError} `DATABASE_IN_USE`, `LOCKED`, `LOCK_LOST`, `TOO_MUCH_TO_DELETE`, `LISTING_INCOMPLETE`,
 * `ABORTED`, `INVALID_OPTION`; nothing is deleted before all that could lead to them has been seen, but for
 * `LOCK_LOST` and `ABORTED`.
 * @throws {StorageError} when the storage can't be used at all.
 */
export async function collect(driver: StorageDriver, options: GcOptions = {}): Promise<GcReport> {
  const dryRun = options.dryRun ?? false;
  const plan = new LineWriter(options.planTo);
  try {
    const rules = rulesOf(options);
    return await withRun(driver, { ...options, dryRun }, async (run) => {
      const { context } = run;
      const garbage = await takeStock(context, { rules, memory: run.memory });
      const planned = await writePlan(run, rules, garbage, plan);
      await plan.close();
      if (dryRun) return reportRun(run, { rules, garbage, planned });
      if (garbage === undefined) {
        // The links of an interrupted sweep may all be gone, and its blobs still there.
        const resumed = await resumeJournal(run, options);
        if (resumed !== undefined) return resumed;
        await run.removeJournals();
        return reportRun(run, { rules, garbage, planned });
      }
      if (planned.objects === 0) {
        await run.removeJournals();
        return reportRun(run, { rules, garbage, planned });
      }
      return carryOut(run, rules, garbage, planned, options);
    });
  } catch (error) {
    await plan.abort(error);
    throw error;
  }
}
