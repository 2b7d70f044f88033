import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../base.ts';
import { CliError } from '../errors/cli-error.ts';
import { onlyFromCommandLine, storageArg, storageFlags } from '../flags/common.ts';
import { count, duration } from '../flags/values.ts';

export default class Why extends BaseCommand {
  static override summary = 'Say why a blob, manifest or tag stays, or goes.';
  static override description =
    'Shows each chain from a tag down to what was asked for: any one of them keeps it. Judges by the same rules as "gc" ' +
    'with the same flags. Reads only.';
  static override args = {
    subject: Args.string({
      ...onlyFromCommandLine,
      required: true,
      description: 'sha256:…, repository:tag or repository@sha256:…',
    }),
    storage: storageArg,
  };
  static override flags = {
    ...storageFlags,
    'delete-untagged': Flags.boolean({
      char: 'm',
      summary: 'Judge as gc --delete-untagged would.',
    }),
    'min-age': duration({ summary: 'Judge as gc --min-age would (default 1h).' }),
    'max-chains': count({ min: 1, summary: 'Show so many chains at most (default 10).' }),
  };
  static override examples = [
    {
      description: 'Why is this blob still there?',
      command: '<%= config.bin %> <%= command.id %> sha256:9f86d081884c… /var/lib/registry',
    },
    {
      description: 'What would become of this image if untagged manifests were deleted?',
      command:
        '<%= config.bin %> <%= command.id %> team/app@sha256:9f86d081884c… /var/lib/registry -m',
    },
  ];

  protected override get beforeStorage(): string {
    return `${super.beforeStorage} SUBJECT`;
  }

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Why);
    checkDigest(args.subject);
    const driver = await this.openStorage(
      await this.readStorage(args.storage, flags),
      flags,
      'read',
    );
    const [{ explain }, { explanationText }] = await Promise.all([
      import('@dunnage/core'),
      import('../views/explanation.ts'),
    ]);
    const explanation = await explain(driver, args.subject, {
      signal: this.interruption.signal,
      deleteUntagged: flags['delete-untagged'],
      ...(flags['min-age'] !== undefined && { minAgeMs: flags['min-age'] }),
      ...(flags['max-chains'] !== undefined && { maxChains: flags['max-chains'] }),
      ...(flags.concurrency !== undefined && { concurrency: flags.concurrency }),
      ...(flags.timeout !== undefined && { timeoutMs: flags.timeout }),
    });
    if (!this.jsonEnabled()) {
      for (const line of explanationText(explanation, this.output.out, this.output.columns)) {
        this.output.data(line);
      }
    }
    return explanation;
  }
}

/** A digest that was cut short would otherwise pass for the tag of a repository named "sha256". */
function checkDigest(subject: string): void {
  const [, algorithm, hex] = /^(?:.+@)?(sha256|sha512):(.*)$/.exec(subject) ?? [];
  if (algorithm === undefined || hex === undefined) return;
  const length = algorithm === 'sha256' ? 64 : 128;
  if (new RegExp(`^[0-9a-f]{${length}}$`).test(hex)) return;
  throw new CliError({
    code: 'USAGE',
    message: `${subject} is not a whole digest: after "${algorithm}:" come ${length} lower-case hex digits, here ${hex.length} characters.`,
  });
}
