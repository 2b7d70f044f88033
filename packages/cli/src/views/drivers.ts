import type { DriverRegistry } from '../drivers/registry.ts';
import { RESERVED } from '../drivers/reserved.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';

/** What `drivers list --json` prints. */
export interface DriversDescription {
  readonly drivers: readonly DriverDescription[];
  /** Our own drivers that are not installed. */
  readonly available: readonly {
    readonly name: string;
    readonly package: string;
    readonly schemes: readonly string[];
    readonly summary: string;
  }[];
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
    available: RESERVED.filter((one) => registry.claimants('name', one.name).length === 0).map(
      (one) => ({ name: one.name, package: one.package, schemes: one.schemes, summary: one.what }),
    ),
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
  const lines = table([header, ...rows]);
  if (description.available.length > 0) {
    lines.push('', 'Not installed:');
    lines.push(
      ...table(
        description.available.map((one) => [
          style.bold(one.name),
          one.schemes.map((scheme) => `${scheme}://`).join(' '),
          `dunnage plugins install ${one.package}`,
        ]),
        { indent: 2 },
      ),
    );
  }
  return lines;
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
