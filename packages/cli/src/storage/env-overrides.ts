import { parse } from 'yaml';
import { CliError, messageOf } from '../errors/cli-error.ts';

/** A mapping of config.yml. */
export type Section = Record<string, unknown>;

export function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Lays `REGISTRY_STORAGE…` and `REGISTRY_REDIS…` variables over a parsed config.yml, by the registry's rules: in the
 * order of their names, so that `REGISTRY_STORAGE` comes before `REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY`;
 * every `_` goes one level down; a key is found whatever its case, and made in lower case where it is missing;
 * values are YAML.
 */
export function overlayEnvironment(
  config: Section,
  env: Readonly<Record<string, string | undefined>>,
): Section {
  const result = structuredClone(config);
  const names = Object.keys(env)
    .filter((name) => /^REGISTRY_(STORAGE|REDIS)(_|$)/.test(name))
    .toSorted();
  for (const name of names) {
    const value = env[name];
    if (value === undefined) continue;
    assign(result, name.split('_').slice(1), parseValue(name, value));
  }
  return result;
}

function parseValue(name: string, value: string): unknown {
  try {
    return parse(value) as unknown;
  } catch (error) {
    throw new CliError({
      code: 'REGISTRY_CONFIG_INVALID',
      message: `The environment variable ${name} is not valid YAML: ${messageOf(error)}`,
      advice: 'Correct or unset it; the registry would refuse it too.',
      cause: error,
    });
  }
}

function assign(section: Section, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  const existing = Object.keys(section).find((key) => key.toUpperCase() === head);
  if (rest.length === 0) {
    // The registry adds the lower-case key and would leave one of another case beside it; one key is what both mean.
    if (existing !== undefined) delete section[existing];
    section[head.toLowerCase()] = value;
    return;
  }
  const current = existing === undefined ? undefined : section[existing];
  if (isSection(current)) {
    assign(current, rest, value);
  } else if (current === undefined || current === null) {
    const made: Section = {};
    section[existing ?? head.toLowerCase()] = made;
    assign(made, rest, value);
  } else if (head === 'STORAGE' && typeof current === 'string') {
    // `storage: inmemory` is short for an empty section of that name.
    const made: Section = { [current]: {} };
    section[existing ?? 'storage'] = made;
    assign(made, rest, value);
  }
  // A value that has no parts keeps as it is: so does the registry.
}
