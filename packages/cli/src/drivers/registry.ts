import type { Interfaces } from '@oclif/core';
import type { Contribution, DriverProblem } from './contribution.ts';
import { collectDrivers, type Collected } from './hook.ts';

/** What a storage can be asked for by: `file` of `file:///…`, `filesystem` of config.yml, or a driver's own name. */
type Claim = 'name' | 'scheme' | 'section';

/** The drivers that are there, and who serves what. */
export interface DriverRegistry {
  /** Usable drivers, by name. */
  readonly drivers: readonly Contribution[];
  readonly problems: readonly DriverProblem[];
  /** What the user should know though nothing is wrong: which bundled driver was replaced. */
  readonly notes: readonly string[];
  /** The driver for a scheme, section or name; several where plugins fight over it, so that none is used. */
  claimants(claim: Claim, value: string): readonly Contribution[];
}

/** Asks all plugins of `config` for their drivers. */
export async function loadDriverRegistry(config: Interfaces.Config): Promise<DriverRegistry> {
  return buildRegistry(await collectDrivers(config));
}

/**
 * Decides who serves what. A plugin that the user chose replaces a bundled driver; between two of the same
 * standing nobody wins: picking one could open a storage with code that its owner did not mean.
 */
function buildRegistry({ contributions, problems }: Collected): DriverRegistry {
  const claims = new Map<string, Contribution[]>();
  const notes: string[] = [];
  const conflicts: DriverProblem[] = [];
  const replaced = new Set<Contribution>();

  for (const [id, all] of groupByClaim(contributions)) {
    const chosen = all.filter((one) => one.origin.kind !== 'bundled');
    const winners = chosen.length > 0 ? chosen : all;
    claims.set(id, winners);
    const [winner] = winners;
    if (winner === undefined) continue;
    if (winners.length > 1) conflicts.push(conflict(id, winners));
    else if (winners.length < all.length) {
      notes.push(`${winner.origin.plugin} replaces the bundled driver for ${inWords(id)}.`);
      if (id.startsWith('name ')) for (const one of all) if (one !== winner) replaced.add(one);
    }
  }

  return {
    drivers: contributions.filter((one) => !replaced.has(one)),
    problems: [...problems, ...conflicts],
    notes,
    claimants: (claim, value) => claims.get(`${claim} ${value.toLowerCase()}`) ?? [],
  };
}

function groupByClaim(contributions: readonly Contribution[]): Map<string, Contribution[]> {
  const groups = new Map<string, Contribution[]>();
  for (const contribution of contributions) {
    const { name, schemes, registryNames } = contribution.registration;
    const ids = [
      `name ${name}`,
      ...schemes.map((scheme) => `scheme ${scheme.toLowerCase()}`),
      ...registryNames.map((section) => `section ${section.toLowerCase()}`),
    ];
    for (const id of new Set(ids)) groups.set(id, [...(groups.get(id) ?? []), contribution]);
  }
  return groups;
}

function conflict(id: string, rivals: readonly Contribution[]): DriverProblem {
  const names = rivals.map((rival) => rival.origin.plugin);
  return {
    plugin: names.join(', '),
    message: `more than one driver for ${inWords(id)}, so none is used for it`,
    advice: `Keep one: "dunnage plugins uninstall ${names.at(-1)}", say.`,
  };
}

function inWords(id: string): string {
  const [claim, value] = id.split(' ');
  if (claim === 'scheme') return `${value}:// storages`;
  return claim === 'section' ? `"${value}" in config.yml` : `the name "${value}"`;
}
