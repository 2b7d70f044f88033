import { OBJECT_STORE } from './profile.ts';
import type { Profile } from './profile.ts';

/** S3 without versioning. Its listing gives whole seconds, and a delete never says "missing". */
export const S3: Profile = {
  name: 's3',
  capabilities: { ...OBJECT_STORE, modifiedResolutionMs: 1000 },
  etag: 'content',
  versioned: false,
  keeps: 'nothing',
  copy: true,
  move: false,
};

/** S3 with versioning: a delete sets a marker and frees nothing until the versions are deleted. */
export const S3_VERSIONED: Profile = {
  ...S3,
  name: 's3-versioned',
  capabilities: {
    ...S3.capabilities,
    delete: { ...S3.capabilities.delete, freesSpace: 'never' },
    versions: 'enabled',
  },
  versioned: true,
  keeps: 'versions',
};
