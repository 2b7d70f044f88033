import type { GcOptions } from '@dunnage/core';
import { CliError } from '../../errors/cli-error.ts';
import { storageArg } from '../../flags/common.ts';
import { gcFlags } from '../../flags/gc.ts';
import { GcCommand } from '../../gc-command.ts';

export default class Gc extends GcCommand {
  static override summary = "Collect a registry's garbage.";
  static override description =
    'Takes stock of the storage, marks what tags need, plans, asks, and deletes the rest: stale tag history, untagged ' +
    'manifests (with -m), layer links and blobs that nothing refers to. What can not be read protects all that it could ' +
    'refer to. Stop it at any time: run it again and it converges.\n\n' +
    'Keep clients from pushing while it deletes (set the registry read-only), and flush its cache or restart it ' +
    'afterwards. A dry run is always safe.\n\n' +
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 storage unusable, 4 partly done, 5 refused, 130 interrupted.';
  static override args = { storage: storageArg };
  static override flags = gcFlags;
  static override examples = [
    {
      description: 'See what would go, change nothing:',
      command: '<%= config.bin %> <%= command.id %> /var/lib/registry --dry-run',
    },
    {
      description: 'Collect, untagged manifests too, as "registry garbage-collect -m" would:',
      command:
        '<%= config.bin %> <%= command.id %> --config /etc/docker/registry/config.yml --delete-untagged',
    },
    {
      description: 'Look first, delete later:',
      command: '<%= config.bin %> <%= command.id %> /var/lib/registry --dry-run --plan plan.ndjson',
    },
    {
      description: 'From cron:',
      command: '<%= config.bin %> <%= command.id %> /var/lib/registry -m --yes --quiet',
    },
  ];

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Gc);
    const dryRun = flags['dry-run'];
    const plan = flags.plan;
    if (plan === '-' && (this.jsonEnabled() || flags.ndjson)) {
      throw new CliError({
        code: 'USAGE',
        message: 'Both the plan (--plan -) and the report would go to stdout.',
        advice: 'Give the plan a file: --plan plan.ndjson',
      });
    }
    return this.runCollector({
      storage: args.storage,
      flags,
      deletes: !dryRun,
      looking:
        'To look first: --dry-run shows what would go; with --plan FILE, "gc apply FILE --yes" deletes just that later.',
      reportToStderr: plan === '-',
      work: async (driver, options) => {
        const { collect } = await import('@dunnage/core');
        const rules: GcOptions = {
          dryRun,
          deleteUntagged: flags['delete-untagged'],
          removeEmptyRepositories: flags['remove-empty-repositories'],
          ...(flags['min-age'] !== undefined && { minAgeMs: flags['min-age'] }),
          ...(flags['purge-uploads'] !== undefined && {
            purgeUploadsOlderThanMs: flags['purge-uploads'],
          }),
          ...(plan !== undefined && { planTo: await this.planWriter(plan) }),
        };
        return collect(driver, { ...options, ...rules });
      },
    });
  }

  private async planWriter(file: string): Promise<WritableStream<Uint8Array>> {
    const { createPlanFile, planToStdout } = await import('../../gc/plan-file.ts');
    if (file === '-') return planToStdout((chunk) => this.output.bytes(chunk));
    return createPlanFile(file);
  }
}
