import { BaseCommand } from '../../base.ts';

export default class DriversList extends BaseCommand {
  static override summary = 'List the storage drivers that are installed.';
  static override description =
    "Shows for each driver which URLs it opens, by which name the registry's config.yml knows it, and where it " +
    "comes from. No driver's code is loaded.";
  static override examples = [
    { description: 'What can be collected here?', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'The same, for a program:',
      command: '<%= config.bin %> <%= command.id %> --json',
    },
  ];

  async run(): Promise<unknown> {
    await this.parse(DriversList);
    const { describeDrivers, driversText } = await import('../../views/drivers.ts');
    const description = describeDrivers(await this.drivers());
    if (!this.jsonEnabled()) {
      for (const line of driversText(description, this.output.out)) this.output.data(line);
    }
    return description;
  }
}
