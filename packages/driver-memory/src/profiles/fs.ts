import { OBJECT_STORE } from './profile.ts';
import type { Profile } from './profile.ts';

/** A local file system: bulk verbs, directories that stay when empty, no hashes, no batches. */
export const FS: Profile = {
  name: 'fs',
  capabilities: {
    ...OBJECT_STORE,
    list: {
      ...OBJECT_STORE.list,
      maxPageSize: 10_000,
      etagInListing: true,
      checksumsInListing: [],
    },
    delete: { batchMax: 1, reportsMissing: true, ifMatch: true, freesSpace: 'immediately' },
    keys: {
      maxBytes: 4000,
      maxSegmentBytes: 255,
      caseSensitive: true,
      normalizes: 'none',
      objectAndPrefixMayCoexist: false,
    },
    emptyDirectories: true,
  },
  etag: 'write',
  versioned: false,
  keeps: 'nothing',
  copy: false,
  move: true,
};
