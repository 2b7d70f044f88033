import type { Capabilities, OpOptions } from '@dunnage/driver-api';
import type { Bucket } from './bucket.ts';
import { MAX_NAME_BYTES } from './bucket.ts';
import type { BucketSettings } from './settings.ts';

/** What listings can do; needed before anything is asked. */
export const LIST: Capabilities['list'] = {
  order: 'utf8-bytes',
  startAfter: true,
  resumableCursor: true,
  afterWrite: 'strong',
  afterDelete: 'strong',
  maxPageSize: 1000,
  etagInListing: true,
  checksumsInListing: ['md5'],
};

const TEBIBYTE = 1024 ** 4;

export async function capabilities(bucket: Bucket, options?: OpOptions): Promise<Capabilities> {
  return bucket.session.run('capabilities', options, undefined, async (signal) => {
    const settings = await bucket.settings(signal);
    const { batchMax, conditions } = await bucket.features(signal);
    return {
      list: LIST,
      read: { afterWrite: 'strong', ifMatch: conditions.read },
      put: putCapabilities(conditions.put),
      delete: {
        batchMax,
        reportsMissing: true,
        ifMatch: conditions.delete,
        freesSpace: freesSpace(settings),
      },
      versions: settings.versions,
      retention: settings.retention,
      keys: {
        maxBytes: MAX_NAME_BYTES - Buffer.byteLength(bucket.config.root.text),
        caseSensitive: true,
        normalizes: 'none',
        objectAndPrefixMayCoexist: true,
      },
      emptyDirectories: false,
      modifiedResolutionMs: 1000,
      shared: true,
    };
  });
}

/** @param conditional whether `ifGenerationMatch` is honoured */
export function putCapabilities(conditional: boolean): Capabilities['put'] {
  return {
    atomic: true,
    ifAbsent: conditional,
    ifMatch: conditional,
    checksums: ['md5', 'sha256'],
    maxBytes: 5 * TEBIBYTE,
  };
}

function freesSpace({
  versions,
  softDelete,
}: BucketSettings): Capabilities['delete']['freesSpace'] {
  if (softDelete === 'on') return 'after-retention';
  if (versions === 'enabled') return 'never';
  return softDelete === 'unknown' ? 'unknown' : 'immediately';
}
