import { OBJECT_STORE } from './profile.ts';
import type { Profile } from './profile.ts';

/** Azure Blob Storage with a flat namespace, without versions and soft delete. */
export const AZURE: Profile = {
  name: 'azure',
  capabilities: {
    ...OBJECT_STORE,
    list: { ...OBJECT_STORE.list, startAfter: false, maxPageSize: 5000 },
    put: { ...OBJECT_STORE.put, checksums: ['md5'] },
    delete: { batchMax: 256, reportsMissing: true, ifMatch: true, freesSpace: 'immediately' },
    modifiedResolutionMs: 1000,
  },
  etag: 'write',
  versioned: false,
  keeps: 'nothing',
  copy: true,
  move: false,
};
