/** A driver of the project's own: its name, schemes and sections of config.yml are known even where it is not installed. */
export interface ReservedDriver {
  readonly name: string;
  readonly package: string;
  readonly schemes: readonly string[];
  readonly registryNames: readonly string[];
  readonly what: string;
}

/** The five names that mean the same driver everywhere. */
export const RESERVED: readonly ReservedDriver[] = [
  {
    name: 'fs',
    package: '@dunnage/driver-fs',
    schemes: ['file'],
    registryNames: ['filesystem'],
    what: 'a directory on a local or network file system',
  },
  {
    name: 'memory',
    package: '@dunnage/driver-memory',
    schemes: ['mem'],
    registryNames: ['inmemory'],
    what: 'memory, for trying things out',
  },
  {
    name: 's3',
    package: '@dunnage/driver-s3',
    schemes: ['s3'],
    registryNames: ['s3', 's3aws'],
    what: 'Amazon S3 and what speaks its protocol',
  },
  {
    name: 'gcs',
    package: '@dunnage/driver-gcs',
    schemes: ['gs'],
    registryNames: ['gcs'],
    what: 'Google Cloud Storage',
  },
  {
    name: 'azure',
    package: '@dunnage/driver-azure',
    schemes: ['azblob'],
    registryNames: ['azure'],
    what: 'Azure Blob Storage',
  },
];

/** The project's own driver that serves this scheme or section, installed or not. */
export function reservedFor(kind: 'scheme' | 'section', value: string): ReservedDriver | undefined {
  return RESERVED.find((driver) =>
    (kind === 'scheme' ? driver.schemes : driver.registryNames).includes(value),
  );
}
