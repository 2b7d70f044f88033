import type { Finding } from '@dunnage/core';
import type { LogLevel, Output } from '../output/output.ts';
import { findingText } from '../views/gc-report.ts';
import { numeral } from '../views/words.ts';

/** So many findings of one code are told in full, the rest in numbers. */
const IN_FULL = 10;

const LEVELS: Readonly<Record<Finding['severity'], LogLevel>> = {
  info: 'info',
  warning: 'warn',
  unjudged: 'error',
};

/** Tells findings as they come, so that ten thousand of a kind don't bury the one that matters. */
export class FindingPrinter {
  readonly #output: Output;
  readonly #counts = new Map<string, { count: number; level: LogLevel }>();

  constructor(output: Output) {
    this.#output = output;
  }

  print(finding: Finding): void {
    const level = LEVELS[finding.severity];
    const seen = this.#counts.get(finding.code) ?? { count: 0, level };
    seen.count += 1;
    this.#counts.set(finding.code, seen);
    if (seen.count <= IN_FULL) {
      const text = findingText(finding, this.#output.err, this.#output.errColumns);
      this.#output.note(text, level);
    } else if (seen.count === IN_FULL + 1) {
      this.#output.note(
        this.#output.err.dim(`… more of "${finding.code}" are counted, not shown.`),
        level,
      );
    }
  }

  /** How many were not shown, by code. */
  finish(): void {
    for (const [code, { count, level }] of this.#counts) {
      if (count <= IN_FULL) continue;
      const text = `… and ${numeral(count - IN_FULL)} more of "${code}" (--json lists the first 1,000 of all).`;
      this.#output.note(this.#output.err.dim(text), level);
    }
  }
}
