import type { Differences } from '../difference.ts';

/** Swift, where versions and locks are concerned. */
export const swiftVersions: Differences = {
  'a delete leaves a marker and every version': {
    reason: 'Does not tell that a marker is why an object is missing.',
    facts: {
      missing: ['404 NoSuchKey', undefined, ''],
      named: ['404 NoSuchKey', undefined, '404'],
    },
  },
  'deleting versions frees them, deleting a marker brings the object back': {
    reason:
      'Fails on a version that it never gave out; tells no marker when it is deleted; judges conditions on versions.',
    facts: {
      back: [204, undefined, false],
      oldGone: '404 NoSuchKey',
      madeUp: '500 InternalError',
      deleteMadeUp: '500 InternalError',
      conditional: '204',
    },
  },
  'bulk deletes name markers and versions': {
    reason: 'Answers without versions.',
    facts: {
      markers: [undefined, undefined],
      second: ['a', 'a', 'a: Server Error'],
      freedMarker: [false, undefined, false],
      freedVersion: [false, undefined],
    },
  },
  'versions are listed newest first, by page': {
    reason: 'Pages after the first are empty.',
    facts: { found: [['a v9 marker latest', 'a v2', 'a v1'], []] },
  },
  'before versioning and while it is suspended, the version is null': {
    reason:
      'What was there before versioning gets an id, and deletes while it is suspended leave no marker.',
    facts: {
      before: '404',
      suspended: ['k null latest', 'k v1', 'k v2'],
      gone: [undefined, ''],
      history: ['k v1', 'k v2'],
    },
  },
  'copies of versions': {
    reason: 'Fails on a version that it never gave out.',
    facts: { ofMarker: '404 NoSuchKey', madeUp: '500 InternalError' },
  },
  'locks protect versions, not names': {
    reason: 'Knows no locks.',
    facts: {
      told: undefined,
      until: false,
      governed: '204',
      complied: '204',
      bypassCompliance: '204',
      held: '204',
      bypassHold: '204',
      bulk: ['c', 'f'],
    },
  },
  'what buckets tell of their locks': {
    reason: 'Knows no locks.',
    facts: {
      plain: '200',
      enabled: undefined,
      versioning: undefined,
      suspend: 'done',
      lockInPlain: '200',
      half: '200',
      unvouched: '200',
    },
  },
  'retention grows, and is changed otherwise only where that is allowed': {
    reason: 'Knows no locks: parameters that it does not know are ignored.',
    facts: {
      before: '200',
      past: '200',
      badMode: '200',
      shorter: '200',
      otherMode: '200',
      governedAgain: '200',
    },
  },
  'legal holds and default retention': {
    reason: 'Knows no locks.',
    facts: {
      held: undefined,
      unversioned: '400 MalformedXML',
      done: '400 MalformedXML',
      holdInPlain: '404 NoSuchKey',
      later: undefined,
      told: undefined,
    },
  },
};
