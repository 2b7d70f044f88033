import { OBJECT_STORE } from './profile.ts';
import type { Profile } from './profile.ts';

/**
 * An object store that is eventually consistent: for some operations after a write or a delete,
 * readers and listings still see what was there before. It has no conditions and no hashes.
 */
export const EVENTUAL: Profile = {
  name: 'eventual',
  capabilities: {
    ...OBJECT_STORE,
    list: {
      ...OBJECT_STORE.list,
      afterWrite: 'eventual',
      afterDelete: 'eventual',
      checksumsInListing: [],
    },
    read: { afterWrite: 'eventual', ifMatch: false },
    put: { atomic: true, ifAbsent: false, ifMatch: false, checksums: [] },
    delete: { batchMax: 1000, reportsMissing: false, ifMatch: false, freesSpace: 'unknown' },
    modifiedResolutionMs: 1000,
  },
  etag: 'write',
  versioned: false,
  keeps: 'nothing',
  lag: { operations: 5 },
  copy: false,
  move: false,
};
