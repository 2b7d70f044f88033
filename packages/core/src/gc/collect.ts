import type { StorageDriver } from '@dunnage/driver-api';
import { CoreError, isCoreError } from '../errors.ts';
import { deletionOrder } from '../mark/deletion-order.ts';
import { PlanEncoder, PLAN_VERSION, decodePlan, type PlanHeader } from '../plan/document.ts';
import type { PlanEntry } from '../plan/entry.ts';
import { enumeratePlan } from '../plan/enumerate.ts';
import type { Garbage } from '../plan/garbage.ts';
import { Judge } from '../plan/judge.ts';
import type { PlanSummary } from '../plan/summary.ts';
import { KindTally } from '../plan/tally.ts';
import { LineWriter } from '../plan/writer.ts';
import type { Journal } from '../sweep/journal.ts';
import { Sweep } from '../sweep/sweep.ts';
import { checkGuards } from './guards.ts';
import type { ApplyOptions, GcOptions, GcRules } from './options.ts';
import { buildReport } from './report-builder.ts';
import type { GcReport } from './report.ts';
import { withRun, type Run } from './with-run.ts';
import { rulesOf } from './settings.ts';
import { takeStock } from './take-stock.ts';

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
      if (garbage === undefined || dryRun) return report(run, { rules, garbage, planned });
      if (planned.objects === 0) {
        await run.removeJournals();
        return report(run, { rules, garbage, planned });
      }
      return sweepJournal(run, rules, garbage, planned, options);
    });
  } catch (error) {
    await plan.abort(error);
    throw error;
  }
}

/**
 * Applies a plan that an earlier run wrote: takes stock and marks anew, then deletes what is both in the plan and
 * still garbage, unchanged. What is not is reported as `changed`.
 * @param plan the document's bytes, read once.
 * @throws {CoreError} as {@link collect}, and `PLAN_INVALID`, `PLAN_FOREIGN`.
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
      const header = await checkJournal(journal);
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
    return report(run, { rules, garbage });
  }
  const planned = await context.phase('plan', async () => {
    const judge = new Judge(garbage);
    const tally = new KindTally();
    try {
      for await (const line of entriesOf(run.journal)) {
        if (judge.judge(line).verdict === 'goes') tally.add(line);
      }
    } catch (error) {
      // Whoever resumed it would meet the same entry.
      if (isCoreError(error) && error.code === 'PLAN_INVALID') await run.journal.remove();
      throw error;
    }
    return tally.summary(context.driver.id, garbage.stock.blobs.count);
  });
  return sweepJournal(run, rules, garbage, planned, options);
}

/** Counts what goes and writes the plan: to the user's stream, and in a real run to the journal. */
async function writePlan(
  run: Run,
  rules: GcRules,
  garbage: Garbage | undefined,
  plan: LineWriter,
): Promise<PlanSummary> {
  const { context } = run;
  return context.phase('plan', async () => {
    const { driver, runId, now } = context;
    const entries = (): Iterable<PlanEntry> => {
      if (garbage === undefined) return [];
      const { inventory, graph } = garbage.stock;
      const order = deletionOrder(inventory, graph, (revision) => garbage.revisionGoes(revision));
      return enumeratePlan(garbage, order);
    };
    const tally = new KindTally();
    for (const entry of entries()) tally.add(entry);
    const summary = tally.summary(driver.id, garbage?.stock.blobs.count ?? 0);

    const encoder = new PlanEncoder();
    const journalled = !run.dryRun && summary.objects > 0;
    const write = async (line: string): Promise<void> => {
      await plan.write(line);
      if (journalled) await run.journal.write(line);
    };
    const header = { dunnage: 'plan', version: PLAN_VERSION, runId, created: now } as const;
    await write(encoder.header({ ...header, storage: driver.id, rules, summary }));
    for (const entry of entries()) await write(encoder.entry(entry));
    await write(encoder.footer());
    if (journalled) await run.journal.finish();
    return summary;
  });
}

/** Carries out the plan in the journal, once the guards and the user agree. */
async function sweepJournal(
  run: Run,
  rules: GcRules,
  garbage: Garbage,
  planned: PlanSummary,
  options: ApplyOptions,
): Promise<GcReport> {
  const { context } = run;
  const { driver, findings, emit, signal } = context;
  emit({ type: 'planned', summary: planned });
  try {
    checkGuards(planned, context.settings);
  } catch (error) {
    await run.dropPlan();
    throw error;
  }
  if (planned.objects > 0 && options.confirm !== undefined && !(await options.confirm(planned))) {
    await run.dropPlan();
    return report(run, { rules, garbage, planned, declined: true });
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
    batch: batchFor(driver, capabilities.delete.batchMax),
  });
  await context.phase('sweep', () => sweep.run(entriesOf(run.journal)));
  if (sweep.retained > 0) {
    findings.add({
      code: 'space-not-freed',
      severity: 'info',
      message: `the store keeps ${sweep.retained} of the deleted objects, because of versioning, soft delete or retention: their bytes are not free yet`,
    });
  }
  await run.removeJournals();
  return report(run, { rules, garbage: current, planned, sweep });
}

/** A few requests' worth: enough to keep several in flight, few enough to wait for when the run is cancelled. */
function batchFor(driver: StorageDriver, batchMax: number): number {
  return driver.bulk === undefined ? Math.min(Math.max(batchMax * 4, 256), 4096) : 1024;
}

async function takeStockAgain(run: Run, rules: GcRules): Promise<Garbage | undefined> {
  run.context.findings.restart();
  return takeStock(run.context, { rules, memory: run.memory });
}

function vanished(): CoreError {
  return new CoreError({
    code: 'LISTING_INCOMPLETE',
    message: 'all repositories vanished between the plan and its confirmation',
    advice: 'Nothing was deleted. Check the storage, then run again.',
  });
}

function report(
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

async function headerOf(lines: AsyncGenerator<PlanHeader | PlanEntry>): Promise<PlanHeader> {
  const first = await lines.next();
  // The decoder yields a header first or throws.
  return first.value as PlanHeader;
}

/** The header of a journal that is whole; one that is not was interrupted before its first delete. */
async function checkJournal(journal: Journal): Promise<PlanHeader | undefined> {
  try {
    const lines = journal.read();
    const header = await headerOf(lines);
    for await (const _ of lines);
    return header;
  } catch (error) {
    if ((error as Partial<CoreError>).code === 'PLAN_INVALID') return undefined;
    throw error;
  }
}

async function* entriesOf(journal: Journal): AsyncGenerator<PlanEntry> {
  const lines = journal.read();
  await headerOf(lines);
  yield* lines as AsyncGenerator<PlanEntry>;
}

function checkStorageOf(header: PlanHeader, driver: StorageDriver): void {
  if (header.storage === driver.id) return;
  throw new CoreError({
    code: 'PLAN_FOREIGN',
    message: `the plan was made for ${header.storage}; this storage is ${driver.id}`,
    advice: 'Nothing was deleted. Name the storage that the plan was made for, or make a new plan.',
  });
}
