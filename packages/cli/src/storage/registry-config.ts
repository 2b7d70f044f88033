import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { CliError, messageOf } from '../errors/cli-error.ts';
import { isSection, overlayEnvironment, type Section } from './env-overrides.ts';
import { checkLocalRoot } from './local-path.ts';
import type { RegistryCache, StorageReference } from './reference.ts';

/** Keys of `storage` that say how, not where. */
const NOT_DRIVERS = new Set(['cache', 'delete', 'maintenance', 'redirect', 'tag']);

/** Reads where the registry's own config.yml, with the environment laid over it, keeps its data. */
export function readRegistryConfig(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): StorageReference {
  const config = overlayEnvironment(load(file), env);
  const storage = storageOf(config, file);
  const drivers = Object.keys(storage).filter((key) => !NOT_DRIVERS.has(key));
  const [name] = drivers;
  if (name === undefined) {
    throw invalid(
      file,
      'its "storage" section names no driver',
      'Add one, as "filesystem: {rootdirectory: /var/lib/registry}", or name the storage itself.',
    );
  }
  if (drivers.length > 1) {
    throw invalid(
      file,
      `its "storage" section names ${drivers.length} drivers: ${drivers.join(', ')}`,
      'Keep one. A REGISTRY_STORAGE_… variable of the environment can be what added the other.',
    );
  }
  const parameters = storage[name] ?? {};
  if (!isSection(parameters)) {
    throw invalid(
      file,
      `"storage.${name}" is not a mapping`,
      'Write its parameters as "key: value".',
    );
  }
  checkRootDirectory(name, parameters);
  const cache = registryCacheOf(storage, config);
  return {
    source: { from: 'registry-config', name, parameters },
    by: { claim: 'section', value: name },
    given: file,
    ...(cache !== undefined && { registryCache: cache }),
  };
}

function load(file: string): Section {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'does not exist' : `can't be read: ${messageOf(error)}`;
    throw new CliError({
      code: missing ? 'PATH_NOT_FOUND' : 'PATH_UNUSABLE',
      message: `The registry's configuration ${file} ${why}.`,
      advice:
        'Debian keeps it in /etc/docker/registry/config.yml, the official image in /etc/distribution/config.yml.',
      cause: error,
    });
  }
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (error) {
    throw invalid(file, `it is not valid YAML: ${messageOf(error)}`, 'Correct it.', error);
  }
  if (!isSection(parsed)) {
    throw invalid(file, 'it is not a mapping', "Is this the registry's config.yml?");
  }
  return parsed;
}

function storageOf(config: Section, file: string): Section {
  const { storage } = config;
  if (typeof storage === 'string') return { [storage]: {} };
  if (isSection(storage)) return storage;
  throw invalid(file, 'it has no "storage" section', "Is this the registry's config.yml?");
}

/** A directory that is not there is told here with the configuration's words; its driver says the rest. */
function checkRootDirectory(name: string, parameters: Section): void {
  const root = parameters['rootdirectory'] ?? '/var/lib/registry';
  if (name === 'filesystem' && typeof root === 'string' && root.startsWith('/')) {
    checkLocalRoot(root, root);
  }
}

function registryCacheOf(storage: Section, config: Section): RegistryCache | undefined {
  const cache = storage['cache'];
  const kind = isSection(cache) ? (cache['blobdescriptor'] ?? cache['layerinfo']) : undefined;
  if (kind === 'inmemory') return { kind };
  if (kind !== 'redis') return undefined;
  const redis = isSection(config['redis']) ? config['redis'] : {};
  // Version 3 has a list of addresses, version 2 one.
  const addresses = Array.isArray(redis['addrs']) ? redis['addrs'] : [redis['addr']];
  const address = addresses.filter((one) => typeof one === 'string').join(',');
  const database = redis['db'];
  return {
    kind,
    ...(address !== '' && { address }),
    ...(typeof database === 'number' && { database }),
  };
}

function invalid(file: string, what: string, advice: string, cause?: unknown): CliError {
  return new CliError({
    code: 'REGISTRY_CONFIG_INVALID',
    message: `The registry's configuration ${file} can't be used: ${what}.`,
    advice,
    cause,
  });
}
