import type { Differences } from '../difference.ts';

/** The Versity gateway, 1.8.0, on a directory. */
export const versitygw: Differences = {
  'what buckets tell of themselves': {
    reason: 'Knows no lifecycle.',
    facts: { lifecycle: '501 NotImplemented' },
  },
  'what a page tells of itself': {
    reason: 'Leaves out an empty prefix; its times have no milliseconds.',
    facts: { prefix: undefined, modified: false },
  },
  'tokens are opaque and good for their own listing': {
    reason: 'Its tokens are keys, from which any listing goes on.',
    facts: { isKey: true, madeUp: '200', empty: '200', otherPrefix: '200' },
  },
  'encoding-type=url is form encoding that spares slashes': {
    reason: 'Ignores encoding-type, and says so by an empty EncodingType.',
    facts: {
      key: 'a b+c/\u00fc&<>"\'~*(!)=%@:,\ufffd\n',
      group: ['a b+'],
      prefix: 'a b',
      delimiter: '+',
      startAfter: 'a ',
      type: '',
      other: '200',
    },
  },
  'without an encoding, control characters become references that XML forbids': {
    reason: 'Replaces characters that XML does not allow: such keys are lost in listings.',
    facts: { forbidden: false, keys: ['x\ufffdy', 'x\ry', 'x&<>"y'] },
  },
  'ListObjects goes on from a name': {
    reason: 'Tells the next marker without a delimiter, too.',
    facts: { plain: 'a- a/ | true a/' },
  },
  'what is missing': {
    reason: 'Its errors have no elements of their own.',
    facts: { key: undefined },
  },
  'conditions on reads': {
    reason: 'Knows no lists of ETags; tells no ETag with 304.',
    facts: { list: '412 PreconditionFailed', notModified: [304, '', undefined] },
  },
  'keys that are awkward in a URL': {
    reason: 'Keys are paths of a file system: no empty segments, no more than 255 bytes each.',
    facts: { same: false, longest: '400 KeyTooLongError', noUtf8: '404 NoSuchKey' },
  },
  'conditions on writes': {
    reason: 'Compares `*` like an ETag.',
    facts: { star: '412 PreconditionFailed' },
  },
  copies: {
    reason:
      'Answers 304 to x-amz-copy-source-if-none-match; a copy has no conditions on what it replaces.',
    facts: { noneMatch: '304', ontoPresent: '200', ontoMismatch: '200' },
  },
  'single deletes': {
    reason:
      'Keys are paths of a file system: a name that ends in a slash is a directory, and deleted only if empty.',
    facts: { directory: '400 ErrDirectoryNotEmpty' },
  },
  'quiet bulk deletes tell of failures only': {
    reason: 'Ignores Quiet.',
    facts: { fates: ['a', 'no', 'x: KeyTooLongError'] },
  },
  'how many keys a bulk delete takes': {
    reason: 'Bulk deletes have no limit.',
    facts: { refused: '200', kept: '|', none: '200' },
  },
  'bulk deletes have to be vouched for and well-formed': {
    reason: 'Reads documents leniently, and has another code for what it cannot read.',
    facts: {
      truncated: '400 InvalidRequest',
      otherRoot: '200',
      noKey: '200',
      emptyKey: '200',
      noXml: '400 InvalidRequest',
      control: '400 InvalidRequest',
      rawControl: '400 InvalidRequest',
      left: '|',
    },
  },
  'conditional deletes': {
    reason: 'A missing object is deleted whatever the condition; `*` is compared like an ETag.',
    facts: { any: '412 PreconditionFailed', missing: '204', missingAny: '204', left: 'c |' },
  },
  'bulk deletes judge a condition for each key': {
    reason: 'Ignores ETags in bulk deletes.',
    facts: { fates: ['a', 'b', 'c', 'no'], left: '|' },
  },
  'a delete leaves a marker and every version': {
    reason: 'Does not tell the id of the marker that is why an object is missing.',
    facts: { missing: ['404 NoSuchKey', 'true', ''] },
  },
  'deleting versions frees them, deleting a marker brings the object back': {
    reason: 'A version that is gone is an invalid one.',
    facts: { again: '400 InvalidArgument', conditional: '400 InvalidArgument' },
  },
  'bulk deletes name markers and versions': {
    reason:
      'Leaves no marker for a missing key, and has another code for versions that never were.',
    facts: {
      markers: ['true', undefined],
      second: ['a', 'a', 'a: InvalidArgument'],
      freedVersion: [true, 'false'],
    },
  },
  'versions are listed newest first, by page': {
    reason: 'A key marker without a version includes its key, as does the next page.',
    facts: {
      found: [
        ['a v9 marker latest', 'a v2', 'a v1'],
        ['b/1 v4 latest', 'b/1 v3', 'b/2 v6 latest'],
        ['b/2 v6 latest', 'b/2 v5', 'c v8 latest'],
        ['c v8 latest', 'c v7'],
      ],
      afterKey: ['b/2 v6 latest', 'b/2 v5', 'c v8 latest', 'c v7'],
      idOnly: '200',
    },
  },
  'copies of versions': {
    reason: 'Copies the newest version even if a marker covers it.',
    facts: { ofMarked: '200', ofMarker: '200' },
  },
  'what buckets tell of their locks': {
    reason: 'Takes locks without a checksum.',
    facts: { unvouched: '200' },
  },
  'pending uploads are listed by key, then by age': {
    reason:
      'A page that ends between two uploads of a key is the last one: the rest is not listed.',
    facts: { found: [['a 3', 'b 0'], []], otherId: '200' },
  },
  'a page of groups alone leaves its markers empty, although more follows': {
    reason: 'The next markers name the group.',
    facts: { next: 'a/', nextId: true },
  },
  'parts by copying': {
    reason: 'Takes a range without an end; has another code for one beyond the end.',
    facts: { open: '200', beyond: '400 InvalidArgument' },
  },
  'conditions on completion': {
    reason: 'Conditions are judged at the end only.',
    facts: { conflict: '200' },
  },
  'who signs, when and what': {
    reason: 'Has codes of its own for unknown users and mechanisms.',
    facts: { stranger: '404 XAdminUserNotFound', basic: '403 AccessDenied' },
  },
  'signed chunks': {
    reason: 'Keeps aws-chunked as the encoding of the object.',
    facts: { encoding: 'aws-chunked' },
  },
  'unsigned chunks with a checksum behind them': {
    reason: 'Answers small chunks with 400.',
    facts: { smallChunks: '400 InvalidChunkSizeError' },
  },
  'checksums of uploads: of the parts, or of the whole': {
    reason:
      'Wants the checksum of each part even if that of the whole is chosen; tells none of a part.',
    facts: { piece: false, unnamedWhole: '400 InvalidRequest' },
  },
  'retention grows, and is changed otherwise only where that is allowed': {
    reason: 'Has another status for an object without a lock.',
    facts: { before: '400 NoSuchObjectLockConfiguration' },
  },
  'legal holds and default retention': {
    reason:
      'Looks for the object before it looks at the bucket; default retention is not put on objects.',
    facts: { holdInPlain: '404 NoSuchKey', later: undefined },
  },
};
