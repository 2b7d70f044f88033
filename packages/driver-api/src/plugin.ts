import type { StorageDriver } from './driver.ts';
import type { ApiVersion } from './version.ts';

/**
 * What a driver package tells its host, from a file that loads no SDK: an oclif plugin returns one (or an
 * array) from its `dunnage:drivers` hook.
 */
export interface DriverRegistration {
  readonly api: ApiVersion;
  /** Unique short name: `fs`, `s3`. Lower-case letters, digits and `-`. */
  readonly name: string;
  /** URL schemes without `:`; `file` for `file:///var/lib/registry`. */
  readonly schemes: readonly string[];
  /** Names in the `storage` section of the registry's own config.yml: `filesystem`, `s3`, … */
  readonly registryNames: readonly string[];
  /** One line for `drivers list`. */
  readonly summary: string;
  /** An example of its URL, for help and errors. */
  readonly example: string;
  /** Loads the driver and, with it, its SDK. */
  load(): Promise<DriverModule>;
}

/** What {@link DriverRegistration.load} loads. */
export interface DriverModule {
  /**
   * Opens a storage. Checks the configuration, but need not touch the storage.
   * @throws {StorageError} `CONFIG_INVALID`, naming the field and what is accepted.
   */
  open(source: DriverSource, context: OpenContext): Promise<StorageDriver>;
}

/** Where the storage is named. */
export type DriverSource =
  | { readonly from: 'url'; readonly url: string }
  | {
      readonly from: 'registry-config';
      /** The section's name: one of {@link DriverRegistration.registryNames}. */
      readonly name: string;
      /** Its parameters, as parsed from YAML and `REGISTRY_STORAGE_*` variables. */
      readonly parameters: Readonly<Record<string, unknown>>;
    };

/** What the host gives a driver that it opens. */
export interface OpenContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Tells the user, once, of something that does not stop the work: an unknown parameter, say. */
  warn(message: string): void;
  /** How many requests the host means to have in flight at most: size pools by it. */
  readonly concurrency?: number;
  /**
   * `false`: the host means to change the storage, so a driver may find out what the store can do by
   * writing a small object below `dunnage/` and removing it. Otherwise it must not write unasked.
   */
  readonly readOnly?: boolean;
}

/** What is wrong with a plugin's registration, each in words; empty when it can be used. */
export function explainInvalidRegistration(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return ['it is not an object'];
  const it = value as Partial<Record<keyof DriverRegistration, unknown>>;
  const wrong: string[] = [];
  if (it.api !== 1) {
    wrong.push(`its contract version ("api") is ${JSON.stringify(it.api)}; this host speaks 1`);
  }
  if (typeof it.name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(it.name)) {
    wrong.push('its "name" is not made of lower-case letters, digits and "-"');
  }
  for (const field of ['schemes', 'registryNames'] as const) {
    const list = it[field];
    if (!Array.isArray(list) || list.some((entry) => typeof entry !== 'string')) {
      wrong.push(`its "${field}" is not an array of strings`);
    }
  }
  for (const field of ['summary', 'example'] as const) {
    if (typeof it[field] !== 'string') wrong.push(`its "${field}" is not a string`);
  }
  if (typeof it.load !== 'function') wrong.push('its "load" is not a function');
  return wrong;
}

/** What is wrong with a loaded driver module, each in words; empty when it can be used. */
export function explainInvalidModule(value: unknown): string[] {
  const open = (value as Partial<DriverModule> | null | undefined)?.open;
  return typeof open === 'function' ? [] : ['it has no "open" function'];
}
