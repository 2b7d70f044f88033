import { stepFor } from '../steps/jobs.ts';
import { pack } from './message.ts';
import type { Answer, Task } from './message.ts';
import { runBatchSync } from './run.ts';

/** Entry of a worker thread: does one batch with synchronous calls. One of no items shows it is up. */
export function work(task: Task | { readonly items: readonly [] }): Answer {
  if (!('job' in task)) return { results: [] };
  const { root, job, items, stop } = task;
  const step = stepFor(root, job);
  return pack(runBatchSync(step, items, () => Atomics.load(stop, 0) !== 0));
}
