import { join } from 'node:path';
import { blobsOf, clone } from './clone.ts';
import { type Collector, dunnage, type Task, TASKS, writeConfig } from './collectors.ts';
import { type Cost, measure, median } from './measure.ts';
import type { TreeFacts } from './tree.ts';

/** What one collector needed for one task: the medians of its runs. */
export interface Row {
  readonly task: Task;
  readonly collector: string;
  readonly cost: Cost;
  /** The driver calls that Dunnage reports, by verb. */
  readonly requests?: Readonly<Record<string, number>>;
  /** How many blobs were left. */
  readonly left: number;
}

/**
 * Gives each task to each collector in turn, `rounds` times over.
 * @throws {Error} when two collectors don't leave the same blobs behind.
 */
export async function compare(
  tree: TreeFacts,
  collectors: readonly Collector[],
  rounds: number,
  say: (line: string) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const task of TASKS) {
    const runs = new Map<Collector, Run[]>(collectors.map((collector) => [collector, []]));
    for (let round = 0; round < rounds; round++) {
      for (const collector of collectors) {
        const run = await once(tree, collector, task);
        runs.get(collector)?.push(run);
        say(`  ${task.name}, ${collector.name}: ${run.cost.wall.toFixed(2)} s`);
      }
    }
    const [first, ...rest] = [...runs].map(([collector, all]) => summarise(task, collector, all));
    if (first === undefined) return rows;
    for (const row of rest) sameOutcome(first, row, runs);
    rows.push(first, ...rest);
  }
  return rows;
}

interface Run {
  readonly cost: Cost;
  readonly stdout: string;
  readonly blobs: readonly string[];
}

async function once(tree: TreeFacts, collector: Collector, task: Task): Promise<Run> {
  const copy = task.dryRun ? tree.directory : join(tree.directory, '..', 'copy');
  if (!task.dryRun) await clone(tree.directory, copy);
  const { cost, stdout } = await measure(collector.command(task, await writeConfig(copy)));
  return { cost, stdout, blobs: blobsOf(copy) };
}

function summarise(task: Task, collector: Collector, runs: readonly Run[]): Row {
  const middle = (of: (cost: Cost) => number): number => median(runs.map(({ cost }) => of(cost)));
  const requests = collector === dunnage ? requestsIn(runs[0]?.stdout ?? '') : undefined;
  return {
    task,
    collector: collector.name,
    cost: {
      wall: middle((cost) => cost.wall),
      cpu: middle((cost) => cost.cpu),
      peakBytes: middle((cost) => cost.peakBytes),
    },
    ...(requests === undefined ? {} : { requests }),
    left: runs[0]?.blobs.length ?? 0,
  };
}

function requestsIn(stdout: string): Readonly<Record<string, number>> {
  const report = JSON.parse(stdout) as { readonly requests: Readonly<Record<string, number>> };
  return report.requests;
}

/** The trees hold nothing that the collectors judge differently: see `tree.ts`. */
function sameOutcome(ours: Row, theirs: Row, runs: ReadonlyMap<Collector, readonly Run[]>): void {
  const outcomes = [...runs.values()].flat().map((run) => run.blobs.join('\n'));
  if (new Set(outcomes).size === 1) return;
  throw new Error(
    `${ours.task.name}: ${ours.collector} left ${ours.left} blobs, ${theirs.collector} ${theirs.left}`,
  );
}
