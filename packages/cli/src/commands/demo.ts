import { mkdtemp, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Flags } from '@oclif/core';
import { BaseCommand } from '../base.ts';
import { CliError } from '../errors/cli-error.ts';
import { table } from '../output/table.ts';

export default class Demo extends BaseCommand {
  static override summary = 'Make a sample registry, collect it, and prove that nothing was lost.';
  static override description =
    "Takes a few seconds and needs nothing: no registry, no network, no Docker. The sample is a real registry's storage " +
    'of about 16 MB in a temporary directory, which is removed at the end unless you keep it.';
  static override flags = {
    dir: Flags.string({
      helpValue: 'DIR',
      summary: 'Make the sample here, in a new or empty directory, and keep it.',
    }),
    keep: Flags.boolean({ summary: 'Keep the sample, to try commands on it.' }),
  };
  static override examples = [
    { description: 'Watch it work:', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'Keep the sample and go on by hand:',
      command:
        '<%= config.bin %> <%= command.id %> --dir ./sample\n' +
        '<%= config.bin %> why shop/web:latest ./sample',
    },
  ];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Demo);
    const keep = flags.keep || flags.dir !== undefined;
    const directory = await makeDirectory(flags.dir);
    try {
      const result = await this.demonstrate(directory);
      if (this.narrates) this.goodbye(directory, keep);
      return { directory: keep ? directory : null, ...result };
    } finally {
      if (!keep) await rm(directory, { recursive: true, force: true });
    }
  }

  private async demonstrate(directory: string) {
    const [{ runDemo }, { ConsoleNarrator, silentNarrator }] = await Promise.all([
      import('../demo/run.ts'),
      import('../demo/narrator.ts'),
    ]);
    const driver = await this.openUrl(pathToFileURL(directory).href, {});
    const narrator = this.narrates
      ? new ConsoleNarrator(this.output, directory, this.program)
      : silentNarrator;
    const result = await runDemo(driver, directory, narrator, this.interruption.signal);
    const [problem] = [...result.verifiedBefore.problems, ...result.verifiedAfter.problems];
    if (problem !== undefined || result.again.planned.objects > 0) {
      throw new CliError({
        code: 'DEMO_FAILED',
        message: `The demonstration went wrong: ${problem?.message ?? 'a second run still found something to delete'}`,
        advice: 'Please report this with the output above.',
      });
    }
    return result;
  }

  private get narrates(): boolean {
    return !this.jsonEnabled() && this.output.enabled('info');
  }

  /** In a clone of the source, started with `npm run demo`, there is no `dunnage` on the path. */
  private get program(): string {
    return process.env['npm_lifecycle_event'] === 'demo' ? 'npx dunnage' : this.config.bin;
  }

  private goodbye(directory: string, kept: boolean): void {
    const bin = this.program;
    const lines = kept
      ? [
          `The sample is kept in ${directory}. Delete a tag as a registry would, and collect what it held:`,
          `  rm -r ${directory}/docker/registry/v2/repositories/shop/web/_manifests/tags/v2`,
          `  ${bin} gc ${directory} -m --dry-run`,
          `  ${bin} why shop/web:latest ${directory}`,
        ]
      : [
          'The sample is removed again. Next:',
          ...table(
            [
              [`${bin} demo --dir ./sample`, 'keep one, and go on by hand'],
              [`${bin} gc /var/lib/registry -m --dry-run`, 'your own registry; changes nothing'],
              [`${bin} gc --help`, 'all that it can do'],
            ],
            { indent: 2 },
          ),
        ];
    this.output.data();
    for (const line of lines) this.output.data(line);
  }
}

async function makeDirectory(given: string | undefined): Promise<string> {
  if (given === undefined) return mkdtemp(path.join(tmpdir(), 'dunnage-demo-'));
  const directory = path.resolve(given);
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length === 0) return directory;
  throw new CliError({
    code: 'USAGE',
    message: `${given} is not empty: the demonstration would collect what is in it.`,
    advice: 'Name a new or empty directory.',
  });
}
