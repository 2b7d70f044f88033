import type { DriverSource } from '@dunnage/driver-api';

/** A storage as the user named it, before a driver is asked. */
export interface StorageReference {
  readonly source: DriverSource;
  /** By what a driver is found: a URL's scheme, or a section of config.yml. */
  readonly by: { readonly claim: 'scheme' | 'section'; readonly value: string };
  /** As the user gave it, for messages. */
  readonly given: string;
  /** Where the registry keeps descriptors in a cache that a collection makes stale. */
  readonly registryCache?: RegistryCache;
}

/** The registry's descriptor cache, as its config.yml has it. */
export interface RegistryCache {
  readonly kind: 'redis' | 'inmemory';
  /** Of Redis, without credentials. */
  readonly address?: string;
  readonly database?: number;
}
