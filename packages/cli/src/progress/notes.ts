import { formatDuration, type GcEvent } from '@dunnage/core';
import type { Output } from '../output/output.ts';

/** The events that are told in a line of their own wherever a person reads along. */
export function noteEvent(event: GcEvent, output: Output): void {
  if (event.type === 'lock-taken-over') {
    output.note(
      `${output.err.yellow('Note:')} took over the lock that ${event.from} left behind (${event.key}).`,
      'warn',
    );
  } else if (event.type === 'retry') {
    const wait = formatDuration(event.delayMs);
    output.note(
      output.err.dim(
        `${event.op} failed (${event.error.message}); attempt ${event.attempt + 1} in ${wait}.`,
      ),
      'debug',
    );
  }
}
