import type { Garbage } from '../plan/garbage.ts';
import type { PlanSummary } from '../plan/summary.ts';
import type { Sweep } from '../sweep/sweep.ts';
import type { GcRules } from './options.ts';
import { buildReport } from './report-builder.ts';
import type { GcReport } from './report.ts';
import type { Run } from './with-run.ts';

/** The report of a run that has come to its end. */
export function reportRun(
  run: Run,
  parts: {
    readonly rules: GcRules;
    readonly garbage: Garbage | undefined;
    readonly planned?: PlanSummary;
    readonly sweep?: Sweep;
    readonly declined?: boolean;
  },
): GcReport {
  const { context, dryRun } = run;
  if (parts.garbage === undefined) {
    context.findings.add({
      code: 'no-repositories',
      severity: 'warning',
      message: 'there are no repositories: nothing was collected',
      advice:
        'If there should be some, check that the storage and its root directory are the right ones.',
    });
  }
  return buildReport({ context, dryRun, storage: context.driver.id, ...parts });
}
