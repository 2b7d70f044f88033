import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { StorageDriver } from '@dunnage/driver-api';
import { messageOf } from '../errors/cli-error.ts';

export interface CacheChoice {
  readonly 'cache-dir'?: string | undefined;
  readonly 'no-cache': boolean;
}

/**
 * Opens the storage in which parsed manifests outlive a run. A cache that can't be had costs time, not the
 * collection: it is told and done without.
 */
export async function openManifestCache(
  choice: CacheChoice,
  cacheDir: string,
  open: (url: string) => Promise<StorageDriver>,
  warn: (message: string) => void,
): Promise<StorageDriver | undefined> {
  if (choice['no-cache']) return undefined;
  const directory = path.resolve(choice['cache-dir'] ?? path.join(cacheDir, 'manifests'));
  try {
    await mkdir(directory, { recursive: true });
    return await open(pathToFileURL(directory).href);
  } catch (error) {
    warn(
      `Parsed manifests are not kept between runs: ${messageOf(error)}. Choose another place with --cache-dir, or say --no-cache.`,
    );
    return undefined;
  }
}
