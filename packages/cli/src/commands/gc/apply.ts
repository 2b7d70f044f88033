import { Args } from '@oclif/core';
import { onlyFromCommandLine, storageArg } from '../../flags/common.ts';
import { deletingFlags } from '../../flags/gc.ts';
import { GcCommand } from '../../gc-command.ts';

export default class GcApply extends GcCommand {
  static override summary = 'Delete what a plan names, as far as it is still garbage.';
  static override description =
    'Checks the plan (whole, unedited, made for this storage), takes stock anew and deletes what is both in the plan and ' +
    'still garbage, unchanged since. What came into use or changed meanwhile is left alone and reported. The rules ' +
    '(untagged manifests, minimum age) are those of the plan. Without STORAGE and --config, the storage is the one that the ' +
    'plan names; a plan on stdin needs its storage given.';
  static override args = {
    plan: Args.string({
      ...onlyFromCommandLine,
      required: true,
      description: 'File that "gc --plan FILE" wrote; "-" is stdin.',
    }),
    storage: storageArg,
  };
  static override flags = deletingFlags;
  static override examples = [
    {
      description: 'Plan, read the plan, apply it:',
      command:
        '<%= config.bin %> gc /var/lib/registry --dry-run --plan plan.ndjson\n' +
        '<%= config.bin %> <%= command.id %> plan.ndjson',
    },
  ];

  protected override get beforeStorage(): string {
    return `${super.beforeStorage} PLAN`;
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(GcApply);
    const { readPlan, storageOfPlan } = await import('../../gc/read-plan.ts');
    const plan = readPlan(args.plan);
    const named = args.storage !== undefined || flags.config !== undefined;
    return this.runCollector({
      storage: named ? args.storage : await storageOfPlan(args.plan),
      flags,
      deletes: true,
      looking: 'What would go is in the plan: a line of JSON per object.',
      work: async (driver, options) => {
        const { applyPlan } = await import('@dunnage/core');
        return applyPlan(driver, plan, options);
      },
    });
  }
}
