import { explainInvalidRegistration, type DriverRegistration } from '@dunnage/driver-api';
import { ModuleLoader, type Interfaces } from '@oclif/core';
import { messageOf } from '../errors/cli-error.ts';
import type { Contribution, DriverOrigin, DriverProblem } from './contribution.ts';
import { within } from './timer.ts';

/** The one hook by which an oclif plugin brings storage drivers. */
const DRIVERS_HOOK = 'dunnage:drivers';

/** How long a plugin may take to name its drivers: they do it without loading an SDK, so this is ample. */
const HOOK_LIMIT_MS = 5000;

export interface Collected {
  readonly contributions: readonly Contribution[];
  readonly problems: readonly DriverProblem[];
}

/**
 * Asks every plugin for its drivers, each on its own: what one throws, prints or never answers is told in words
 * and keeps no other from working.
 *
 * Not oclif's `runHook`: its time limit covers neither a module that hangs while it is imported nor a process
 * that has nothing else to wait for, and it can't tell which plugin was silent.
 */
export async function collectDrivers(config: Interfaces.Config): Promise<Collected> {
  const plugins = [...config.plugins.values()].filter((plugin) => hooksOf(plugin).length > 0);
  const answers = await Promise.all(plugins.map((plugin) => ask(plugin, config)));
  return {
    contributions: answers
      .flatMap((answer) => answer.contributions)
      .toSorted((a, b) => (a.registration.name < b.registration.name ? -1 : 1)),
    problems: answers
      .flatMap((answer) => answer.problems)
      .toSorted((a, b) => (a.plugin < b.plugin ? -1 : 1)),
  };
}

function hooksOf(plugin: Interfaces.Plugin): readonly { target: string; identifier: string }[] {
  // Typed as always there; absent where a plugin does not have the hook.
  const hooks = plugin.hooks as Partial<typeof plugin.hooks>;
  return hooks[DRIVERS_HOOK] ?? [];
}

async function ask(plugin: Interfaces.Plugin, config: Interfaces.Config): Promise<Collected> {
  const origin = originOf(plugin);
  try {
    const given = await within(HOOK_LIMIT_MS, async () => {
      const all: unknown[] = [];
      for (const hook of hooksOf(plugin)) all.push(await run(plugin, config, hook));
      return all.flat();
    });
    return judge(given, origin);
  } catch (error) {
    return {
      contributions: [],
      problems: [problem(origin, `its drivers could not be asked for: ${messageOf(error)}`)],
    };
  }
}

async function run(
  plugin: Interfaces.Plugin,
  config: Interfaces.Config,
  hook: { readonly target: string; readonly identifier: string },
): Promise<unknown> {
  const loaded: { readonly module: unknown } = await ModuleLoader.loadWithData(
    plugin,
    `${plugin.root}/${hook.target}`,
  );
  const found = exportOf(loaded.module, hook.identifier);
  if (typeof found !== 'function') {
    throw new Error(`${hook.target} has no function as its "${hook.identifier}" export`);
  }
  return await found.call({ config, debug() {} }, { config });
}

/** The export that a hook names; of a CommonJS module, `module.exports` itself can be the default one. */
function exportOf(module: unknown, identifier: string): unknown {
  const named = (module as Readonly<Record<string, unknown>>)[identifier];
  return named === undefined && identifier === 'default' ? module : named;
}

function judge(given: readonly unknown[], origin: DriverOrigin): Collected {
  const contributions: Contribution[] = [];
  const problems: DriverProblem[] = [];
  for (const value of given) {
    const wrong = explainInvalidRegistration(value);
    if (wrong.length === 0) {
      contributions.push({ registration: value as DriverRegistration, origin });
    } else {
      problems.push(problem(origin, `a driver that it names can't be used: ${wrong.join('; ')}`));
    }
  }
  if (given.length === 0) problems.push(problem(origin, 'its hook names no driver'));
  return { contributions, problems };
}

function problem(origin: DriverOrigin, message: string): DriverProblem {
  const verb = origin.kind === 'linked' ? 'unlink' : 'uninstall';
  return {
    plugin: origin.plugin,
    message,
    advice:
      origin.kind === 'bundled'
        ? 'Install dunnage anew.'
        : `Tell its author, or remove it with "dunnage plugins ${verb} ${origin.plugin}".`,
  };
}

function originOf(plugin: Interfaces.Plugin): DriverOrigin {
  const kind = plugin.type === 'link' ? 'linked' : plugin.type === 'user' ? 'installed' : 'bundled';
  return { plugin: plugin.name, version: plugin.version, kind, root: plugin.root };
}
