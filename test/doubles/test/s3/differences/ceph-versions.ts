import type { Differences } from '../difference.ts';

/** Ceph, where versions and locks are concerned. */
export const cephVersions: Differences = {
  'a delete leaves a marker and every version': {
    reason: 'Does not tell that a marker is why an object is missing.',
    facts: {
      missing: ['404 NoSuchKey', undefined, ''],
      named: ['404 NoSuchKey', undefined, '404'],
    },
  },
  'deleting versions frees them, deleting a marker brings the object back': {
    reason: 'Takes any text for a version, which is then missing; ignores If-Match on deletes.',
    facts: {
      oldGone: '404 NoSuchKey',
      madeUp: '404 NoSuchKey',
      deleteMadeUp: '204',
      conditional: '204',
    },
  },
  'bulk deletes name markers and versions': {
    reason: 'Answers without versions, in any order, and counts what was never there as deleted.',
    facts: { second: ['a', 'a', 'a'], freedMarker: [false, undefined, false] },
    varies: ['freedVersion'],
  },
  'versions are listed newest first, by page': {
    reason: 'A key marker without a version includes its key.',
    facts: { afterKey: ['b/2 v6 latest', 'b/2 v5', 'c v8 latest', 'c v7'], idOnly: '200' },
  },
  'copies of versions': {
    reason: 'Tells no version of the source, and takes any text for one.',
    facts: { done: [200, false, false], ofMarker: '404 NoSuchKey', madeUp: '404 NoSuchKey' },
  },
  'what buckets tell of their locks': {
    reason: 'Takes locks without a checksum.',
    facts: { unvouched: '200' },
  },
  'retention grows, and is changed otherwise only where that is allowed': {
    reason: 'Has one code for buckets and objects without locks.',
    facts: { before: '404 ObjectLockConfigurationNotFoundError' },
  },
  'legal holds and default retention': {
    reason: 'Looks for the object before it looks at the bucket.',
    facts: { holdInPlain: '404 NoSuchKey' },
  },
};
