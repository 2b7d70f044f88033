import { storageArg } from '../../flags/common.ts';
import { deletingFlags, maxDeletePercent } from '../../flags/gc.ts';
import { GcCommand } from '../../gc-command.ts';

export default class GcResume extends GcCommand {
  static override summary = 'Go on with a collection that was interrupted.';
  static override description =
    "An interrupted collection leaves a journal on the storage, beside the registry's tree. This takes stock anew and " +
    'deletes what of that plan is left and still garbage. Simply running "gc" again converges too; "resume" keeps to ' +
    'what was planned and confirmed.';
  static override args = { storage: storageArg };
  static override flags = {
    ...deletingFlags,
    'max-delete-percent': maxDeletePercent(
      'Refuse (exit 5) when more than this share of all blobs would go (default: no limit, the interrupted run has passed its own).',
    ),
  };
  static override examples = [
    {
      description: 'After a crash or Ctrl-C:',
      command: '<%= config.bin %> <%= command.id %> /var/lib/registry',
    },
  ];

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(GcResume);
    return this.runCollector({
      storage: args.storage,
      flags,
      deletes: true,
      looking: 'To look first: "gc STORAGE --dry-run" shows what is garbage now.',
      work: async (driver, options) => {
        const { resume } = await import('@dunnage/core');
        return resume(driver, options);
      },
    });
  }
}
