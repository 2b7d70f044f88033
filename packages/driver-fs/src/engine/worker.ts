import { stepFor } from '../steps/jobs.ts';
import { Packer, unpackItems } from './message.ts';
import type { Answer, Task } from './message.ts';
import { runBatchSync } from './run.ts';

/** Entry of a worker thread: does one batch with synchronous calls. Without one it shows that it is up. */
export function work(task: Task | undefined): Answer | undefined {
  if (task === undefined) return undefined;
  const { root, job, stop } = task;
  const items = unpackItems(task.items);
  const packer = new Packer(job.kind, items.length);
  runBatchSync(
    stepFor(root, job, items),
    items,
    () => Atomics.load(stop, 0) !== 0,
    (result) => packer.add(result),
  );
  return packer.answer();
}
