import { CliError } from '../errors/cli-error.ts';
import { parseStorage } from './parse.ts';
import type { StorageReference } from './reference.ts';
import { readRegistryConfig } from './registry-config.ts';

/** The storage that STORAGE or `--config` names: one of them, not both. */
export function readReference(
  given: string | undefined,
  config: string | undefined,
  command: string,
): StorageReference {
  if (given !== undefined && config !== undefined) {
    throw new CliError({
      code: 'USAGE',
      message: `Both a storage and --config ${config} were given.`,
      advice: 'Give one: the configuration names its own storage.',
    });
  }
  if (config !== undefined) return readRegistryConfig(config, process.env);
  if (given !== undefined) return parseStorage(given, process.cwd());
  throw new CliError({
    code: 'STORAGE_NOT_NAMED',
    message: 'Which storage? Neither STORAGE nor --config was given.',
    advice: [
      "Name the directory or URL of the registry's storage, or its configuration:",
      `  ${command} /var/lib/registry`,
      `  ${command} file:///var/lib/registry`,
      `  ${command} --config /etc/docker/registry/config.yml`,
    ].join('\n'),
  });
}
