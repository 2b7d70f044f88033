import type { DriverRegistry } from '../drivers/registry.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';

/** What `drivers list --json` prints. */
export interface DriversDescription {
  readonly drivers: readonly DriverDescription[];
  /** Plugins that can't be used. */
  readonly problems: readonly {
    readonly plugin: string;
    readonly message: string;
    readonly advice: string;
  }[];
  readonly notes: readonly string[];
}

export interface DriverDescription {
  readonly name: string;
  readonly schemes: readonly string[];
  readonly registryNames: readonly string[];
  readonly summary: string;
  readonly example: string;
  readonly plugin: string;
  readonly version: string;
  readonly origin: 'bundled' | 'installed' | 'linked';
}

export function describeDrivers(registry: DriverRegistry): DriversDescription {
  return {
    drivers: registry.drivers.map(describeDriver),
    problems: registry.problems,
    notes: registry.notes,
  };
}

export function describeDriver({
  registration,
  origin,
}: DriverRegistry['drivers'][number]): DriverDescription {
  const { name, schemes, registryNames, summary, example } = registration;
  return {
    ...{ name, schemes, registryNames, summary, example },
    ...{ plugin: origin.plugin, version: origin.version, origin: origin.kind },
  };
}

export function driversText(description: DriversDescription, style: Style): string[] {
  const header = ['DRIVER', 'URL', 'CONFIG.YML', 'FROM', 'WHAT'].map((title) => style.dim(title));
  const rows = description.drivers.map((driver) => [
    style.bold(driver.name),
    driver.schemes.map((scheme) => `${scheme}://`).join(' '),
    driver.registryNames.join(' '),
    driver.origin === 'bundled' ? 'bundled' : `${driver.plugin} ${driver.version}`,
    driver.summary,
  ]);
  return table([header, ...rows]);
}

/** One driver, for `drivers inspect NAME`. */
export function driverText(driver: DriverDescription, style: Style): string[] {
  return [
    `${style.bold(driver.name)}: ${driver.summary}`,
    '',
    ...table(
      [
        [style.dim('URL'), driver.schemes.map((scheme) => `${scheme}://`).join(' ')],
        [style.dim('Example'), driver.example],
        [style.dim('config.yml'), driver.registryNames.join(' ') || '(none)'],
        [style.dim('Comes with'), `${driver.plugin} ${driver.version} (${driver.origin})`],
      ],
      { indent: 2 },
    ),
    '',
    `What it can do depends on the storage: dunnage drivers inspect ${driver.example}`,
  ];
}
