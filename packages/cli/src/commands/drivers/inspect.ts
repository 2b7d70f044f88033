import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../base.ts';
import type { Contribution } from '../../drivers/contribution.ts';
import { CliError } from '../../errors/cli-error.ts';
import { onlyFromCommandLine, storageFlags } from '../../flags/common.ts';

export default class DriversInspect extends BaseCommand {
  static override summary = 'Show what a storage can do, or what a driver is.';
  static override description =
    'For a storage: opens it and shows what the store behind it can do, and what follows for a collection. Nothing is ' +
    "written, except with --probe. For a driver's name: where it comes from and how to write its URL, without loading it.";
  static override args = {
    target: Args.string({
      ...onlyFromCommandLine,
      description: "Directory or URL of a storage, or a driver's name. Or give --config.",
    }),
  };
  static override flags = {
    ...storageFlags,
    probe: Flags.boolean({
      summary:
        'Find out what only a write can tell, with a small object below dunnage/ that is removed again.',
    }),
  };
  static override examples = [
    {
      description: 'What can this storage do?',
      command: '<%= config.bin %> <%= command.id %> /var/lib/registry',
    },
    {
      description: 'What will a run that deletes rely on?',
      command: '<%= config.bin %> <%= command.id %> s3://bucket/root --probe',
    },
    {
      description: 'What is this driver, and where does it come from?',
      command: '<%= config.bin %> <%= command.id %> fs',
    },
  ];

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(DriversInspect);
    const { target } = args;
    const named = target !== undefined && /^[a-z][a-z0-9-]*$/.test(target);
    const registry = named ? await this.drivers() : undefined;
    const [driver] = (target && registry?.claimants('name', target)) || [];
    if (driver !== undefined) return this.inspectDriver(driver);
    return this.inspectStorage(target, flags);
  }

  private async inspectDriver(driver: Contribution): Promise<unknown> {
    const { describeDriver, driverText } = await import('../../views/drivers.ts');
    const description = describeDriver(driver);
    if (!this.jsonEnabled()) {
      for (const line of driverText(description, this.output.out)) this.output.data(line);
    }
    return { driver: description };
  }

  private async inspectStorage(
    target: string | undefined,
    flags: { readonly config?: string | undefined; readonly probe: boolean },
  ): Promise<unknown> {
    const reference = await this.readStorage(target, flags).catch((error: unknown) => {
      throw this.orNoSuchDriver(error, target);
    });
    const driver = await this.openStorage(reference, flags, flags.probe ? 'write' : 'read');
    const capabilities = await driver.capabilities({ signal: this.interruption.signal });
    if (!this.jsonEnabled()) {
      const { capabilitiesText } = await import('../../views/capabilities.ts');
      const style = this.output.out;
      this.output.data(`${style.bold(driver.id)} by the ${driver.name} driver`);
      this.output.data();
      const lines = capabilitiesText(capabilities, style, this.output.columns);
      for (const line of lines) this.output.data(line);
    }
    return { storage: driver.id, driver: driver.name, capabilities };
  }

  /** A bare word was perhaps meant as a driver's name, not as a directory. */
  private orNoSuchDriver(error: unknown, target: string | undefined): unknown {
    if (!(error instanceof CliError) || error.code !== 'PATH_NOT_FOUND') return error;
    if (target === undefined || !/^[a-z][a-z0-9-]*$/.test(target)) return error;
    return new CliError({
      code: 'PATH_NOT_FOUND',
      message: `There is neither a driver nor a directory named "${target}".`,
      advice: 'See the drivers with: dunnage drivers list',
      cause: error,
    });
  }
}
