import { deletionOrder } from '../mark/deletion-order.ts';
import { PlanEncoder, PLAN_VERSION } from '../plan/document.ts';
import type { PlanEntry } from '../plan/entry.ts';
import { enumeratePlan } from '../plan/enumerate.ts';
import type { Garbage } from '../plan/garbage.ts';
import type { PlanSummary } from '../plan/summary.ts';
import { KindTally } from '../plan/tally.ts';
import type { LineWriter } from '../plan/writer.ts';
import { isFull } from './is-full.ts';
import type { GcRules } from './options.ts';
import type { Run } from './with-run.ts';

/** Counts what goes and writes the plan: to the user's stream, and in a real run to the journal. */
export async function writePlan(
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

    const journalled = !run.dryRun && summary.objects > 0;
    if (!journalled && !plan.isRead) return summary;
    const encoder = new PlanEncoder();
    const write = async (line: string): Promise<void> => {
      await plan.write(line);
      if (journalled) await journal(run, entries, () => run.journal.write(line));
    };
    const header = { dunnage: 'plan', version: PLAN_VERSION, runId, created: now } as const;
    await write(encoder.header({ ...header, storage: driver.id, rules, summary }));
    for (const entry of entries()) await write(encoder.entry(entry));
    await write(encoder.footer());
    if (journalled) await journal(run, entries, () => run.journal.finish());
    return summary;
  });
}

/** Writes to the journal; a full disk is the commonest reason to collect, and no reason not to. */
async function journal(
  { context, journal: own }: Run,
  entries: () => Iterable<PlanEntry>,
  write: () => Promise<void>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isFull(error)) throw error;
    own.doWithout(entries);
    context.findings.addAboutRun({
      code: 'housekeeping',
      severity: 'warning',
      message: `there is no room for the journal, so the run goes on without one: ${error.message}`,
      advice: 'If it is interrupted, there is nothing to resume: run it again.',
    });
  }
}
