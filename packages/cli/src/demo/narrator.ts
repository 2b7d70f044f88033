import type { Verified } from '@dunnage/conformance/registry';
import { formatBytes, type Explanation, type GcReport } from '@dunnage/core';
import type { Output } from '../output/output.ts';
import { hang, wrap } from '../output/wrap.ts';
import { explanationText } from '../views/explanation.ts';
import { reportText } from '../views/gc-report.ts';
import { counted, numeral } from '../views/words.ts';
import type { DiskUsage } from './disk-usage.ts';
import type { DemoNarrator, DemoResult } from './run.ts';
import type { SampleRegistry } from './sample-registry.ts';

/** The flags that the demonstration's collections have, as a user would write them. */
const FLAGS = '--delete-untagged --purge-uploads 1d';

/** Tells the demonstration to a person who sees this tool for the first time. */
export class ConsoleNarrator implements DemoNarrator {
  readonly #output: Output;
  readonly #directory: string;
  readonly #program: string;
  #step = 0;

  /** @param program how the reader would call this command. */
  constructor(output: Output, directory: string, program: string) {
    this.#output = output;
    this.#directory = directory;
    this.#program = program;
  }

  made({ history }: SampleRegistry, usage: DiskUsage, verified: Verified): void {
    this.#title('A registry, as the years leave it');
    this.#say(
      `In ${this.#directory} there is now a real registry's storage: ${counted(verified.repositories, 'repository', 'repositories')}, ${counted(verified.tags, 'tag')}, ${counted(usage.blobs, 'blob')}, ${formatBytes(usage.bytes)}.`,
    );
    for (const item of history) this.#output.data(`  · ${hang(item, 4, this.#output.columns)}`);
  }

  dryRun(report: GcReport): void {
    this.#title('A dry run: what would go?');
    this.#command(`gc ${this.#directory} ${FLAGS} --dry-run`);
    this.#indented(reportText(report, this.#output.out, this.#output.columns - 2));
  }

  why(explanation: Explanation): void {
    this.#title('Why does one particular layer stay?');
    this.#command(`why ${explanation.subject.digest} ${this.#directory}`);
    this.#indented(explanationText(explanation, this.#output.out, this.#output.columns - 2));
  }

  collected(report: GcReport): void {
    this.#title('The collection');
    this.#command(`gc ${this.#directory} ${FLAGS}`);
    this.#indented(reportText(report, this.#output.out, this.#output.columns - 2));
  }

  proved({ before, after, verifiedAfter, collected, again }: DemoResult): void {
    this.#title('The proof');
    this.#say(
      `Every one of the ${counted(verifiedAfter.tags, 'tag')} was pulled again, by code that shares nothing with the collector: ${counted(verifiedAfter.manifests, 'manifest')} and ${numeral(verifiedAfter.blobs)} configs and layers (counted per repository), each checked against its SHA-256. ${verifiedAfter.problems.length === 0 ? 'Nothing is missing.' : `${counted(verifiedAfter.problems.length, 'problem')}!`}`,
    );
    this.#say(
      `On disk: ${counted(before.blobs, 'blob')} became ${after.blobs}, ${formatBytes(before.bytes)} became ${formatBytes(after.bytes)}; the report said ${formatBytes(collected.freedBytes)} were freed.`,
    );
    this.#say(
      again.planned.objects === 0
        ? 'A second run finds nothing left to delete.'
        : `A second run would delete ${counted(again.planned.objects, 'more object')}!`,
    );
  }

  #title(text: string): void {
    const { out } = this.#output;
    this.#step += 1;
    this.#output.data(
      `${this.#step > 1 ? '\n' : ''}${out.bold(out.cyan(`${this.#step}. ${text}`))}\n`,
    );
  }

  #say(text: string): void {
    for (const line of wrap(text, this.#output.columns)) this.#output.data(line);
  }

  #command(text: string): void {
    this.#output.data(`  ${this.#output.out.dim('$')} ${this.#program} ${text}\n`);
  }

  #indented(lines: readonly string[]): void {
    for (const line of lines.join('\n').split('\n')) this.#output.data(`  ${line}`.trimEnd());
  }
}

/** For `--json` and `--quiet`: the result says it all. */
export const silentNarrator: DemoNarrator = {
  made() {},
  dryRun() {},
  why() {},
  collected() {},
  proved() {},
};
