import type { PlanSummary } from '@dunnage/core';
import type { Interruption } from '../interruption.ts';
import type { Output } from '../output/output.ts';
import { shortName } from '../storage/name.ts';
import { planSummaryText } from '../views/plan-summary.ts';
import { counted, percentage } from '../views/words.ts';

/** Above this share of all blobs, a `y` is too easily typed. */
const TYPE_THE_NAME_ABOVE = 50;

/** Shows what would go and asks; more than half of a registry needs its name typed. */
export class Question {
  /** Ctrl-C was the answer. */
  interrupted = false;
  readonly #output: Output;
  readonly #interruption: Interruption;

  constructor(output: Output, interruption: Interruption) {
    this.#output = output;
    this.#interruption = interruption;
  }

  async ask(summary: PlanSummary): Promise<boolean> {
    if (summary.objects === 0) return true;
    const lines = ['', ...planSummaryText(summary, this.#output.err), ''];
    process.stderr.write(`${lines.join('\n')}\n`);
    try {
      return summary.percentOfBlobs > TYPE_THE_NAME_ABOVE
        ? await this.#askForName(summary)
        : await this.#askYesOrNo(summary);
    } catch (error) {
      // A prompt reads Ctrl-C as a key, so that no signal comes.
      if (!(error instanceof Error) || !/^(Exit|Abort)Prompt/.test(error.name)) throw error;
      this.interrupted = true;
      this.#interruption.abort('SIGINT');
      return false;
    }
  }

  get #context() {
    return { output: process.stderr, signal: this.#interruption.signal };
  }

  async #askYesOrNo({ objects }: PlanSummary): Promise<boolean> {
    const { default: confirm } = await import('@inquirer/confirm');
    const what = objects === 1 ? 'it' : `these ${counted(objects, 'object')}`;
    return confirm({ message: `Delete ${what}?`, default: false }, this.#context);
  }

  async #askForName({ storage, percentOfBlobs }: PlanSummary): Promise<boolean> {
    const { default: input } = await import('@inquirer/input');
    const name = shortName(storage);
    const share = this.#output.err.bold(percentage(percentOfBlobs));
    const message = `That is ${share} of all blobs. To delete them, type "${name}":`;
    return (await input({ message }, this.#context)).trim() === name;
  }
}
