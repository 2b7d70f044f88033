import type { OpenContext, StorageDriver } from '@dunnage/driver-api';
import type { Contribution } from '../drivers/contribution.ts';
import { openWith } from '../drivers/open.ts';
import type { DriverRegistry } from '../drivers/registry.ts';
import { CliError } from '../errors/cli-error.ts';
import type { StorageReference } from './reference.ts';

/** The driver for a storage. @throws {CliError} `SCHEME_UNKNOWN`, saying which are known and what to install. */
function driverFor(reference: StorageReference, registry: DriverRegistry): Contribution {
  const { claim, value } = reference.by;
  const [driver, rival] = registry.claimants(claim, value);
  if (driver === undefined) throw unknown(reference, registry);
  if (rival !== undefined) {
    throw new CliError({
      code: 'DRIVER_BROKEN',
      message: `${driver.origin.plugin} and ${rival.origin.plugin} both bring a driver for ${inWords(reference)}: which one is meant can't be told.`,
      advice: `Remove one of them: dunnage plugins uninstall ${rival.origin.plugin}`,
    });
  }
  return driver;
}

/** Finds the driver, loads it and opens the storage. */
export async function openStorage(
  reference: StorageReference,
  registry: DriverRegistry,
  context: OpenContext,
): Promise<StorageDriver> {
  return openWith(driverFor(reference, registry), reference.source, context);
}

function unknown(reference: StorageReference, registry: DriverRegistry): CliError {
  const { claim } = reference.by;
  const known = registry.drivers.flatMap(({ registration }) =>
    claim === 'scheme'
      ? registration.schemes.map((scheme) => `${scheme}://`)
      : registration.registryNames,
  );
  const broken = registry.problems.map((one) => `${one.plugin}: ${one.message}`);
  return new CliError({
    code: 'SCHEME_UNKNOWN',
    message: `No driver for ${inWords(reference)} is installed.`,
    advice: [
      `A plugin can bring a driver for it: dunnage plugins install PACKAGE`,
      `Installed: ${known.toSorted().join(', ') || 'none'}`,
      ...(broken.length > 0 ? [`Not usable: ${broken.join('; ')}`] : []),
    ].join('\n'),
  });
}

function inWords({ by, given }: StorageReference): string {
  return by.claim === 'scheme'
    ? `${by.value}:// storages`
    : `the "${by.value}" storage that ${given} names`;
}
