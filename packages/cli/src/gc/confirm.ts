import type { PlanSummary } from '@dunnage/core';
import type { Interruption } from '../interruption.ts';
import type { Output } from '../output/output.ts';
import { shortName } from '../storage/name.ts';
import { planSummaryText } from '../views/plan-summary.ts';
import { counted, percentage } from '../views/words.ts';

/** Above this share of all blobs, a `y` is too easily typed. */
const TYPE_THE_NAME_ABOVE = 50;

/** Shows what would go and asks; more than half of a registry needs its name typed. */
export function askFor(output: Output, interruption: Interruption) {
  return async (summary: PlanSummary): Promise<boolean> => {
    if (summary.objects === 0) return true;
    const style = output.err;
    const lines = ['', ...planSummaryText(summary, style), ''];
    process.stderr.write(`${lines.join('\n')}\n`);
    const context = { output: process.stderr, signal: interruption.signal };
    try {
      return summary.percentOfBlobs > TYPE_THE_NAME_ABOVE
        ? await askForName(summary, output, context)
        : await askYesOrNo(summary, context);
    } catch (error) {
      // A prompt reads Ctrl-C as a key, so that no signal comes.
      if (!(error instanceof Error) || !/^(Exit|Abort)Prompt/.test(error.name)) throw error;
      if (!interruption.happened) interruption.interrupt('SIGINT');
      return false;
    }
  };
}

type PromptContext = { output: NodeJS.WriteStream; signal: AbortSignal };

async function askYesOrNo(summary: PlanSummary, context: PromptContext): Promise<boolean> {
  const { default: confirm } = await import('@inquirer/confirm');
  const message = `Delete ${summary.objects === 1 ? 'it' : `these ${counted(summary.objects, 'object')}`}?`;
  return confirm({ message, default: false }, context);
}

async function askForName(
  summary: PlanSummary,
  output: Output,
  context: PromptContext,
): Promise<boolean> {
  const { default: input } = await import('@inquirer/input');
  const name = shortName(summary.storage);
  const share = percentage(summary.percentOfBlobs);
  const message = `That is ${output.err.bold(share)} of all blobs. To delete them, type "${name}":`;
  return (await input({ message }, context)).trim() === name;
}
