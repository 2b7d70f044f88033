import { stepFor } from '../steps/jobs.ts';
import { pack } from './message.ts';
import type { Answer, Task } from './message.ts';
import { runBatchSync } from './run.ts';

/** Entry of a worker thread: does one batch with synchronous calls. */
export function work({ root, job, items, stop }: Task): Answer {
  const step = stepFor(root, job);
  return pack(runBatchSync(step, items, () => Atomics.load(stop, 0) !== 0));
}
