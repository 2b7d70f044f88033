import type { DriverSource, OpenContext } from '@dunnage/driver-api';
import { fromRegistry } from './from-registry.ts';
import { fromUrl } from './from-url.ts';
import type { AzureOptions } from './options.ts';

export type { AzureCredentials, AzureOptions } from './options.ts';
export { invalid, resolve } from './resolve.ts';
export type { AzureConfig } from './resolve.ts';

/** Options of the storage that a host names. @throws {StorageError} `CONFIG_INVALID` */
export function optionsFrom(source: DriverSource, context: OpenContext): AzureOptions {
  const options =
    source.from === 'url' ? fromUrl(source.url, context) : fromRegistry(source, context);
  return {
    ...options,
    concurrency: context.concurrency,
    readOnly: context.readOnly,
    warn: (message) => context.warn(message),
  };
}
