import { formatBytes, formatDuration, type GcEvent } from '@dunnage/core';
import cliProgress from 'cli-progress';
import type { Output } from '../output/output.ts';
import { numeral } from '../views/words.ts';
import type { FindingPrinter } from './findings.ts';
import { timeLeft, type Progress } from './lines.ts';
import { Notes } from './notes.ts';
import { PhaseLog } from './phase-log.ts';
import { PHASE_WORDS, type Reporter } from './reporter.ts';

const BAR_WIDTH = 24;

/** A progress bar on a terminal; what else is told goes above it. */
export class BarReporter implements Reporter {
  readonly #output: Output;
  readonly #findings: FindingPrinter;
  readonly #notes: Notes;
  readonly #phases = new PhaseLog((phase, ms) => {
    const style = this.#output.err;
    const took = style.dim(`(${formatDuration(ms)})`);
    this.#output.note(`${style.green('✓')} ${PHASE_WORDS[phase].did} ${took}`);
  });
  #bars: cliProgress.MultiBar | undefined;
  #bar: cliProgress.SingleBar | undefined;
  #started = 0;
  #progress: Progress | undefined;

  constructor(output: Output, findings: FindingPrinter) {
    this.#output = output;
    this.#findings = findings;
    this.#notes = new Notes(output);
  }

  event(event: GcEvent): void {
    switch (event.type) {
      case 'phase-start':
        this.#phases.start(event.phase);
        this.#begin(event.phase);
        return;
      case 'phase-end':
        this.#end();
        this.#phases.end(event.phase, event.durationMs);
        return;
      case 'planned':
        this.#phases.flush();
        return;
      case 'progress':
        this.#progress = event;
        if (event.total !== undefined) this.#bar?.setTotal(event.total);
        this.#bar?.update(event.done);
        return;
      case 'finding':
        this.#findings.print(event.finding);
        return;
      default:
        this.#notes.tell(event);
    }
  }

  stop(): void {
    this.#end();
    this.#phases.flush();
    this.#findings.finish();
  }

  #begin(phase: Progress['phase']): void {
    this.#end();
    this.#started = performance.now();
    this.#progress = { phase, unit: 'objects', done: 0 };
    this.#bars = new cliProgress.MultiBar({
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      gracefulExit: false,
      fps: 8,
      format: () => this.#line(),
    });
    this.#bar = this.#bars.create(1, 0);
    const bars = this.#bars;
    this.#output.whileBar((text) => {
      bars.log(text);
      bars.update();
    });
  }

  #end(): void {
    this.#output.whileBar(undefined);
    this.#bars?.stop();
    this.#bars = undefined;
    this.#bar = undefined;
  }

  #line(): string {
    const progress = this.#progress;
    if (progress === undefined) return '';
    const { phase, unit, done, total, bytes } = progress;
    const style = this.#output.err;
    const elapsed = performance.now() - this.#started;
    const freed = bytes === undefined ? '' : `  ${formatBytes(bytes)} freed`;
    const head = PHASE_WORDS[phase].doing;
    if (total === undefined || total === 0) {
      const count = done === 0 ? '' : `  ${numeral(done)} ${unit}`;
      return `${head}${count}${freed}  ${style.dim(formatDuration(elapsed))}`;
    }
    const filled = Math.round(Math.min(1, done / total) * BAR_WIDTH);
    const bar = style.cyan('█'.repeat(filled)) + style.dim('░'.repeat(BAR_WIDTH - filled));
    const left = timeLeft(progress, elapsed);
    const eta = left === undefined ? '' : style.dim(`  ${formatDuration(left)} left`);
    return `${head}  ${bar}  ${numeral(done)}/${numeral(total)} ${unit}${freed}${eta}`;
  }
}
