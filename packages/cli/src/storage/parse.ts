import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CliError, messageOf } from '../errors/cli-error.ts';
import { checkLocalRoot } from './local-path.ts';
import type { StorageReference } from './reference.ts';

const URL_LIKE = /^([a-z][a-z0-9+.-]+):\/\//i;

/** Reads STORAGE: a URL, or a path. */
export function parseStorage(given: string, cwd: string): StorageReference {
  if (given.trim() === '') {
    throw new CliError({
      code: 'STORAGE_NOT_NAMED',
      message: 'STORAGE is empty.',
      advice: 'Is a shell variable unset? Name a directory or a URL, as file:///var/lib/registry.',
    });
  }
  const scheme =
    URL_LIKE.exec(given)?.[1]?.toLowerCase() ?? (/^file:\//i.test(given) ? 'file' : undefined);
  if (scheme === undefined) {
    const directory = path.resolve(cwd, given);
    checkLocalRoot(given, directory);
    return fromUrl(given, 'file', pathToFileURL(directory).href);
  }
  if (scheme === 'file') checkLocalRoot(given, pathOf(given));
  return fromUrl(given, scheme, given);
}

function fromUrl(given: string, scheme: string, url: string): StorageReference {
  return { source: { from: 'url', url }, by: { claim: 'scheme', value: scheme }, given };
}

function pathOf(url: string): string {
  try {
    // Parameters are the driver's business, not part of the path.
    const parsed = new URL(url);
    parsed.search = '';
    parsed.hash = '';
    return path.normalize(fileURLToPath(parsed));
  } catch (error) {
    throw new CliError({
      code: 'USAGE',
      message: `${url} is no usable file URL: ${messageOf(error)}`,
      advice:
        'Write three slashes before an absolute path, as file:///var/lib/registry, or just the path.',
      cause: error,
    });
  }
}
