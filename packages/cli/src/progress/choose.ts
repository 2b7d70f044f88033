import type { Output } from '../output/output.ts';
import { silentReporter } from './machine.ts';
import type { Reporter } from './reporter.ts';

export interface ReporterChoice {
  readonly output: Output;
  readonly json: boolean;
  readonly ndjson: boolean;
}

/** Who gets to see what happens: a program, a person at a terminal, or a log. Each loads only what it needs. */
export async function chooseReporter({ output, json, ndjson }: ReporterChoice): Promise<Reporter> {
  if (ndjson) {
    const { NdjsonReporter } = await import('./machine.ts');
    return new NdjsonReporter((text) => output.data(text));
  }
  if (json) return silentReporter;
  const { FindingPrinter } = await import('./findings.ts');
  const findings = new FindingPrinter(output);
  if (process.stderr.isTTY && output.enabled('info')) {
    const { BarReporter } = await import('./bar.ts');
    return new BarReporter(output, findings);
  }
  const { LineReporter } = await import('./lines.ts');
  return new LineReporter(output, findings);
}
