import { OBJECT_STORE } from './profile.ts';
import type { Profile } from './profile.ts';

/** The least that a driver may do: unordered listings without cursors, no etags, no conditions. */
export const PLAIN: Profile = {
  name: 'plain',
  capabilities: {
    ...OBJECT_STORE,
    list: {
      order: 'none',
      startAfter: false,
      resumableCursor: false,
      afterWrite: 'strong',
      afterDelete: 'strong',
      maxPageSize: 100,
      etagInListing: false,
      checksumsInListing: [],
    },
    read: { afterWrite: 'strong', ifMatch: false },
    put: { atomic: true, ifAbsent: false, ifMatch: false, checksums: [] },
    delete: { batchMax: 1, reportsMissing: false, ifMatch: false, freesSpace: 'unknown' },
    modifiedResolutionMs: 1000,
  },
  etag: 'none',
  versioned: false,
  keeps: 'nothing',
  copy: false,
  move: false,
};
