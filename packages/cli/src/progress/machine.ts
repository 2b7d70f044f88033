import type { GcEvent } from '@dunnage/core';
import { describeFailure } from '../errors/failure.ts';
import type { Reporter } from './reporter.ts';

/** For `--json` and `--quiet`: the report says it all. */
export const silentReporter: Reporter = { event() {}, stop() {} };

/** Every event as a line of JSON. */
export class NdjsonReporter implements Reporter {
  readonly #line: (text: string) => void;

  constructor(line: (text: string) => void) {
    this.#line = line;
  }

  event(event: GcEvent): void {
    this.#line(JSON.stringify(event.type === 'retry' ? plainRetry(event) : event));
  }

  stop(): void {}
}

/** An error's message and code: JSON would make `{}` of it. */
function plainRetry(event: Extract<GcEvent, { type: 'retry' }>): unknown {
  const { code, message, key } = describeFailure(event.error);
  return { ...event, error: { code, message, key } };
}
