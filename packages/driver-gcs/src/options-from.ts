import type { DriverSource, OpenContext } from '@dunnage/driver-api';
import { configInvalid, parseStorageUrl, registrySettings } from '@dunnage/driver-kit';
import { MAX_CONCURRENCY } from './config.ts';
import type { GcsOptions } from './config.ts';
import { DRIVER } from './errors.ts';

const URLS = {
  driver: DRIVER,
  scheme: 'gs',
  example: 'gs://bucket/root',
  secretsBelong: 'name a key file in GOOGLE_APPLICATION_CREDENTIALS or in "keyfile"',
  secrets: ['credentials', 'private_key', 'token', 'access_token', 'key'],
};

/** The options that a URL or the registry's own configuration names. @throws {StorageError} `CONFIG_INVALID` */
export function optionsFrom(source: DriverSource, context: OpenContext): GcsOptions {
  const named = source.from === 'url' ? fromUrl(source.url) : fromRegistry(source, context);
  const { env, readOnly } = context;
  const options = { ...named, env, readOnly, warn: (message: string) => context.warn(message) };
  if (named.concurrency !== undefined || context.concurrency === undefined) return options;
  return { ...options, concurrency: Math.max(1, Math.min(MAX_CONCURRENCY, context.concurrency)) };
}

function fromUrl(text: string): GcsOptions {
  const { container, root, settings } = parseStorageUrl(text, URLS);
  const options = {
    bucket: container,
    root,
    endpoint: settings.text('endpoint'),
    keyfile: settings.text('keyfile'),
    anonymous: settings.flag('anonymous'),
    userProject: settings.text('userproject'),
    universeDomain: settings.text('universedomain'),
    concurrency: settings.count('concurrency', 1, MAX_CONCURRENCY),
  };
  settings.refuseUnknown();
  return options;
}

/** What is said of Google Cloud Storage in the registry's config.yml. */
function fromRegistry(
  source: Extract<DriverSource, { from: 'registry-config' }>,
  context: OpenContext,
): GcsOptions {
  const settings = registrySettings(DRIVER, source);
  const bucket = settings.text('bucket');
  if (bucket === undefined) {
    throw configInvalid(DRIVER, `storage.${source.name}.bucket is missing: the bucket's name`);
  }
  const keyfile = settings.text('keyfile');
  const credentials =
    settings.section('credentials') === undefined ? undefined : settings.raw('credentials');
  const concurrency = settings.count('maxconcurrency', 0);
  const options = {
    bucket,
    root: settings.text('rootdirectory'),
    keyfile,
    // As the registry has it: a key file counts more.
    ...(keyfile === undefined && {
      credentials: credentials as Readonly<Record<string, unknown>> | undefined,
    }),
    ...(concurrency !== undefined &&
      concurrency > 0 && { concurrency: Math.min(MAX_CONCURRENCY, concurrency) }),
  };
  // How registries upload, walk and log, and what they call themselves, means nothing here.
  settings.ignore('chunksize', 'useragent', 'parallelwalk', 'debug_log');
  settings.warnOfUnknown(context);
  return options;
}
