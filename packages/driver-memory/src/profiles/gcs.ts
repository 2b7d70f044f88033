import { OBJECT_STORE } from './profile.ts';
import type { Profile } from './profile.ts';

/**
 * Google Cloud Storage with soft delete, which buckets have by default. It deletes object by object
 * (a batch only bundles the requests) and says which were missing.
 */
export const GCS: Profile = {
  name: 'gcs',
  capabilities: {
    ...OBJECT_STORE,
    put: { ...OBJECT_STORE.put, checksums: ['md5'] },
    delete: {
      batchMax: 100,
      reportsMissing: true,
      ifMatch: true,
      freesSpace: 'after-retention',
    },
    modifiedResolutionMs: 1000,
  },
  etag: 'write',
  versioned: true,
  keeps: 'soft-deleted',
  copy: true,
  move: true,
};
