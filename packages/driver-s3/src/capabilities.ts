import { GetBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import type { Capabilities } from '@dunnage/driver-api';
import { meaningOfError } from './errors.ts';
import { S3Failure } from './failure.ts';
import { MAX_PAGE } from './limits.ts';
import { putsWith } from './put-capabilities.ts';
import { retentionOf } from './retention.ts';
import type { Store } from './store.ts';

/** What the bucket, the store behind it and the credentials allow. */
export async function capabilitiesOf(store: Store, signal: AbortSignal): Promise<Capabilities> {
  const { settings, client } = store;
  const ordered = !settings.directory;
  const [versions, retention, honoured] = await Promise.all([
    store.versioning.ask(signal),
    retentionOf(client, settings, signal),
    store.honours.ask(signal),
  ]);
  return {
    list: {
      order: ordered ? 'utf8-bytes' : 'none',
      startAfter: ordered,
      resumableCursor: true,
      afterWrite: 'strong',
      afterDelete: 'strong',
      maxPageSize: MAX_PAGE,
      etagInListing: true,
      checksumsInListing: settings.directory ? [] : ['md5'],
    },
    read: { afterWrite: 'strong', ifMatch: true },
    put: putsWith(honoured.puts),
    delete: {
      batchMax: settings.deleteLimit,
      reportsMissing: false,
      ifMatch: honoured.deletes,
      freesSpace: await freesSpace(store, versions, signal),
    },
    versions,
    retention: retention.locks,
    keys: {
      maxBytes: store.maxKeyBytes,
      caseSensitive: true,
      normalizes: 'none',
      objectAndPrefixMayCoexist: true,
    },
    emptyDirectories: false,
    modifiedResolutionMs: 1000,
    shared: true,
  };
}

/** Versions keep the bytes, until a rule of the bucket removes them. */
async function freesSpace(
  store: Store,
  versions: Capabilities['versions'],
  signal: AbortSignal,
): Promise<Capabilities['delete']['freesSpace']> {
  if (versions === 'none') return 'immediately';
  if (versions !== 'enabled') return 'unknown';
  const command = new GetBucketLifecycleConfigurationCommand({ Bucket: store.bucket });
  try {
    const { Rules = [] } = await store.client.run(signal, (sdk, given) => sdk.send(command, given));
    const expires = Rules.some(
      (rule) => rule.Status === 'Enabled' && rule.NoncurrentVersionExpiration !== undefined,
    );
    return expires ? 'after-retention' : 'never';
  } catch (error) {
    if (error instanceof S3Failure && error.code === 'NoSuchLifecycleConfiguration') return 'never';
    const { code } = meaningOfError(error);
    // That versions are kept is sure; that a rule removes them is not.
    if (['UNSUPPORTED', 'PERMISSION_DENIED'].includes(code)) return 'never';
    throw error;
  }
}
