import { formatBytes, formatDuration, type GcEvent, type Phase } from '@dunnage/core';
import type { Output } from '../output/output.ts';
import { numeral, percentage } from '../views/words.ts';
import type { FindingPrinter } from './findings.ts';
import { Notes } from './notes.ts';
import { PhaseLog } from './phase-log.ts';
import { PHASE_WORDS, type Reporter } from './reporter.ts';

/** Between two lines of progress in a log. */
const EVERY_MS = 10_000;

/** Progress for a log file or a pipe: every phase, and a line now and then in a long one. */
export class LineReporter implements Reporter {
  readonly #output: Output;
  readonly #findings: FindingPrinter;
  readonly #now: () => number;
  readonly #notes: Notes;
  readonly #phases = new PhaseLog((phase, ms) => {
    this.#output.note(`${PHASE_WORDS[phase].did} (${formatDuration(ms)}).`);
  });
  #started = 0;
  #told = 0;

  constructor(
    output: Output,
    findings: FindingPrinter,
    now: () => number = () => performance.now(),
  ) {
    this.#output = output;
    this.#findings = findings;
    this.#now = now;
    this.#notes = new Notes(output, now);
  }

  event(event: GcEvent): void {
    switch (event.type) {
      case 'phase-start':
        this.#phases.start(event.phase);
        this.#started = this.#now();
        this.#told = this.#started;
        return;
      case 'phase-end':
        this.#phases.end(event.phase, event.durationMs);
        return;
      case 'planned':
        this.#phases.flush();
        return;
      case 'progress':
        if (this.#now() - this.#told < EVERY_MS) return;
        this.#told = this.#now();
        this.#output.note(this.#line(event));
        return;
      case 'finding':
        this.#findings.print(event.finding);
        return;
      default:
        this.#notes.tell(event);
    }
  }

  stop(): void {
    this.#phases.flush();
    this.#findings.finish();
  }

  #line(event: Extract<GcEvent, { type: 'progress' }>): string {
    const { phase, unit, done, total, bytes } = event;
    return `${PHASE_WORDS[phase].doing}: ${progressText({ phase, unit, done, total, bytes }, this.#now() - this.#started)}.`;
  }
}

export interface Progress {
  readonly phase: Phase;
  readonly unit: string;
  readonly done: number;
  readonly total?: number | undefined;
  readonly bytes?: number | undefined;
}

/** `1,200 of 2,600 manifests, 46%, about 12s left`, as far as it is known. */
function progressText(progress: Progress, elapsedMs: number): string {
  const { unit, done, total, bytes } = progress;
  const parts = [
    total === undefined
      ? `${numeral(done)} ${unit}`
      : `${numeral(done)} of ${numeral(total)} ${unit}`,
  ];
  if (total !== undefined && total > 0) parts.push(percentage((done / total) * 100));
  if (bytes !== undefined) parts.push(`${formatBytes(bytes)} freed`);
  const left = timeLeft(progress, elapsedMs);
  parts.push(
    left === undefined
      ? `${formatDuration(elapsedMs)} so far`
      : `about ${formatDuration(left)} left`,
  );
  return parts.join(', ');
}

/** By the rate so far; not in the first second, where it would be a guess. */
export function timeLeft({ done, total }: Progress, elapsedMs: number): number | undefined {
  if (total === undefined || done <= 0 || elapsedMs < 1000) return undefined;
  return Math.ceil(((elapsedMs / done) * (total - done)) / 1000) * 1000;
}
