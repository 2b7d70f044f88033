import { formatDuration, type GcEvent } from '@dunnage/core';
import type { Output } from '../output/output.ts';

/** A request that failed this often keeps people waiting long enough to wonder why. */
const WONDERING = 3;
/** Many requests fail together: one of them is told, for so long. */
const EVERY_MS = 5000;

/** The events that are told in a line of their own wherever a person reads along. */
export class Notes {
  readonly #output: Output;
  readonly #now: () => number;
  #told = -Infinity;

  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  tell(event: GcEvent): void {
    const style = this.#output.err;
    if (event.type === 'lock-taken-over') {
      this.#output.note(
        `${style.yellow('Note:')} took over the lock that ${event.from} left behind (${event.key}).`,
        'warn',
      );
    } else if (event.type === 'retry') {
      const { error, attempt, delayMs } = event;
      const worthTelling = attempt >= WONDERING && this.#now() - this.#told >= EVERY_MS;
      if (worthTelling) this.#told = this.#now();
      this.#output.note(
        style.dim(
          `Trying again in ${formatDuration(delayMs)} (attempt ${attempt + 1}): ${error.message}`,
        ),
        worthTelling ? 'info' : 'debug',
      );
    }
  }
}
