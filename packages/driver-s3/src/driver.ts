import { API_VERSION } from '@dunnage/driver-api';
import type { DriverModule, StorageDriver } from '@dunnage/driver-api';
import { onceAsked } from '@dunnage/driver-kit';
import { capabilitiesOf } from './capabilities.ts';
import { now } from './clock.ts';
import { resolveSettings } from './config.ts';
import type { S3Options } from './config.ts';
import { copy, move } from './copy.ts';
import { deleteObjects } from './delete.ts';
import { DRIVER } from './errors.ts';
import { optionsFromRegistry } from './from-registry.ts';
import { optionsFromUrl } from './from-url.ts';
import { list } from './list.ts';
import { get, stat } from './read.ts';
import { configuredEndpoint } from './region.ts';
import { Store } from './store.ts';
import { undelete } from './undelete.ts';
import { abortUpload, pendingUploads } from './uploads.ts';
import { versionsOf } from './versions.ts';
import { put } from './write.ts';

/** What {@link createS3Driver} gives. */
export interface S3Driver extends StorageDriver {
  /** What was decided where options left it open; nothing secret. */
  readonly chosen: {
    /** Where requests go; `undefined` for Amazon's own endpoints. */
    readonly endpoint: string | undefined;
    readonly pathStyle: boolean;
    readonly checksums: 'crc32' | 'md5';
    /** Objects per bulk delete. */
    readonly deleteLimit: number;
  };
}

/**
 * Opens a bucket, or a directory in it. Nothing is asked of the store yet.
 * @throws {StorageError} `CONFIG_INVALID`, naming the option and what is accepted.
 */
export function createS3Driver(options: S3Options): S3Driver {
  const settings = resolveSettings(options);
  const store = new Store(settings);
  const { session } = store;
  const { endpoint, pathStyle, checksums, deleteLimit } = settings;
  const find = onceAsked((signal: AbortSignal) => capabilitiesOf(store, signal));
  const close = async (): Promise<void> => {
    session.close();
    store.client.close();
  };
  const driver: { -readonly [Member in keyof S3Driver]: S3Driver[Member] } = {
    name: DRIVER,
    id: settings.id,
    apiVersion: API_VERSION,
    chosen: { endpoint, pathStyle, checksums, deleteLimit },
    capabilities: (op) => session.run('capabilities', op, undefined, find),
    stat: (key, op) => stat(store, key, op),
    get: (key, op) => get(store, key, op),
    put: (key, source, op) => put(store, key, source, op),
    list: (op) => list(store, op),
    delete: (requests, op) => deleteObjects(store, requests, op),
    now: (op) => session.run('now', op, undefined, (signal) => now(store, signal)),
    close,
    [Symbol.asyncDispose]: close,
    copy: (from, to, op) => copy(store, from, to, op),
    move: (from, to, op) => move(store, from, to, op),
    versionsOf: (op) => versionsOf(store, op),
    undelete: (key, version, op) => undelete(store, key, version, op),
    pendingUploads: (op) => pendingUploads(store, op),
    abortUpload: (key, id, op) => abortUpload(store, key, id, op),
  };
  // Whether there are versions only the store knows: the verbs go when it says that there are none.
  store.versioning.whenNone(() => {
    delete driver.versionsOf;
    delete driver.undelete;
  });
  return driver;
}

/** Opens `s3://bucket/root?…`, or the `s3` section of a registry's configuration. */
export const open: DriverModule['open'] = async (source, context) => {
  const options =
    source.from === 'url' ? optionsFromUrl(source.url) : optionsFromRegistry(source, context);
  const { env, concurrency, readOnly } = context;
  return createS3Driver({
    ...options,
    ...{ env, readOnly, warn: (message) => context.warn(message) },
    ...(concurrency !== undefined && { concurrency }),
    endpoint: options.endpoint ?? (await endpointOfProfile(options, env)),
  });
};

/** The shared configuration counts where neither the options nor the environment name an endpoint. */
async function endpointOfProfile(
  { profile }: S3Options,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const inEnv = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'] ?? '';
  const ignored = env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true';
  return inEnv !== '' || ignored ? undefined : configuredEndpoint(profile ?? env['AWS_PROFILE']);
}
