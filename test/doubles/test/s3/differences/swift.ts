import type { Differences } from '../difference.ts';
import { swiftVersions } from './swift-versions.ts';

/** Swift's s3api, 2.30.1 as Debian has it. */
export const swift: Differences = {
  'what buckets tell of themselves': {
    reason: 'HEAD has no x-amz-bucket-region; parameters that it does not know are ignored.',
    facts: { head: [200, '', false], lifecycle: '200' },
  },
  'making and removing buckets': {
    reason: 'Names of buckets are not held to the rules for DNS.',
    facts: { badName: '200' },
  },
  'start-after: absent, present, before and inside of a prefix, of a group': {
    reason: 'A group is listed when any key of it is.',
    facts: { inGroup: 'a0 c | a/ b/' },
  },
  'tokens are opaque and good for their own listing': {
    reason: 'Its tokens are encoded keys, from which any listing goes on.',
    facts: { madeUp: '500 InternalError', empty: '200', otherPrefix: '200' },
  },
  'max-keys: none, too many, no number': {
    reason: 'Tells the number that was asked for.',
    facts: { beyond: '5000 1 false' },
  },
  'encoding-type=url is form encoding that spares slashes': {
    reason: 'Encodes as URLs do: spaces are %20.',
    facts: {
      key: 'a%20b%2Bc/%C3%BC%26%3C%3E%22%27~%2A%28%21%29%3D%25%40%3A%2C%01%0A',
      group: ['a%20b%2B'],
      prefix: 'a%20b',
      startAfter: 'a%20',
    },
  },
  'without an encoding, control characters become references that XML forbids': {
    reason: 'Fails with 500 when a key has a control character.',
    facts: { forbidden: false, keys: [] },
  },
  'ListObjects goes on from a name': {
    reason: 'A group is listed when any key of it is.',
    facts: { inGroup: 'a0 c | a/ b/ false undefined' },
  },
  'what is told of an object': {
    reason: 'Does not tell that it takes ranges.',
    facts: { ranges: undefined },
  },
  ranges: {
    reason: 'Answers several ranges with a multipart body.',
    varies: ['several'],
  },
  'conditions on reads': {
    reason: 'Judges times that are still to come, and times even if an ETag matched.',
    facts: { modifiedLater: '304', matchWins: '412 PreconditionFailed' },
  },
  'Content-MD5 and checksums are verified': {
    reason: 'Knows no x-amz-checksum headers.',
    facts: { otherCrc32: '200', noCrc32: '200', otherSha256: '200', two: '200', announced: '200' },
  },
  'checksums are kept and told on demand': {
    reason: 'Knows no x-amz-checksum headers.',
    facts: { crc32: undefined, byDefault: undefined, type: undefined },
  },
  'conditions on writes': {
    reason: 'Refuses all conditions on writes.',
    facts: {
      absent: '501 NotImplemented',
      present: '501 NotImplemented',
      kept: '404',
      match: '501 NotImplemented',
      mismatch: '501 NotImplemented',
      replaced: '404',
      missing: '501 NotImplemented',
      deleted: '501 NotImplemented',
    },
  },
  'fifty writers of one absent key: one of them wins': {
    reason: 'Refuses all conditions on writes.',
    facts: { winners: 0, isWinners: false },
  },
  copies: {
    reason: 'Refuses all conditions on writes; an object may be copied onto itself.',
    facts: {
      self: '200',
      ontoAbsent: '501 NotImplemented',
      ontoPresent: '501 NotImplemented',
      ontoMatch: '501 NotImplemented',
      ontoMismatch: '501 NotImplemented',
    },
  },
  'quiet bulk deletes tell of failures only': {
    reason: 'A key that is too long counts as missing.',
    facts: { fates: [] },
  },
  'bulk deletes have to be vouched for and well-formed': {
    reason: 'Has a code of its own for an empty key.',
    facts: { emptyKey: '400 UserKeyMustBeSpecified' },
  },
  'conditional deletes': {
    reason:
      'Judges conditions as HTTP has it: a missing object is deleted, unless any is asked for.',
    facts: { missing: '204', missingAny: '412 PreconditionFailed' },
  },
  'bulk deletes judge a condition for each key': {
    reason: 'Refuses ETags in bulk deletes.',
    facts: { fates: ['400 MalformedXML'], left: 'a b c |', keys: 0 },
  },
  'an upload in parts, from its beginning to its end': {
    reason: 'Knows no partNumber on reads, and copies keep the ETag of their source.',
    facts: { piece: [405, '<?xml ver', undefined], copy: true },
  },
  'pending uploads are listed by key, then by age': {
    reason: 'Within a key, uploads come by their id, which is random.',
    facts: { otherId: '200' },
    varies: ['all', 'found'],
  },
  'parts by copying': {
    reason: 'Takes the ranges that reads take.',
    facts: { open: '200', suffix: '200', past: '200', beyond: '400 InvalidArgument' },
  },
  'conditions on completion': {
    reason:
      'If-Match never matches what was uploaded in parts; conditions are judged at the end only.',
    facts: {
      present: '412 InvalidRequest',
      match: '412 PreconditionFailed',
      conflict: '200',
      missing: '412 PreconditionFailed',
    },
  },
  'who signs, when and what': {
    reason: 'Has fewer codes; ignores tokens and unsigned headers.',
    facts: {
      nobody: '400',
      stranger: '403 SignatureDoesNotMatch',
      otherToken: '200',
      added: '200',
      otherPayload: '400 BadDigest',
      noHash: '400 BadDigest',
      basic: '403 AccessDenied',
      malformed: '403 AccessDenied',
    },
  },
  'signed chunks': {
    reason: 'Refuses aws-chunked.',
    facts: { taken: '501 NotImplemented', changed: '501 NotImplemented', same: false },
  },
  'signed chunks with a signed checksum behind them': {
    reason: 'Refuses aws-chunked.',
    facts: {
      taken: '501 NotImplemented',
      otherSum: '501 NotImplemented',
      otherSignature: '501 NotImplemented',
      same: false,
    },
  },
  'unsigned chunks with a checksum behind them': {
    reason: 'Refuses aws-chunked.',
    facts: {
      taken: '501 NotImplemented',
      same: false,
      otherSum: '501 NotImplemented',
      truncated: '501 NotImplemented',
      otherLength: '501 NotImplemented',
      unannounced: '501 NotImplemented',
      smallChunks: '501 NotImplemented',
    },
  },
  'every algorithm is known by its value': {
    reason: 'Knows no x-amz-checksum headers.',
    facts: {
      CRC32: ['200', false],
      CRC32C: ['200', false],
      CRC64NVME: ['200', false],
      SHA1: ['200', false],
      SHA256: ['200', false],
    },
  },
  'checksums of uploads: of the parts, or of the whole': {
    reason: 'Knows no x-amz-checksum headers, and no such elements.',
    facts: {
      composite: false,
      type: undefined,
      read: false,
      piece: false,
      whole: [false, undefined],
      byDefault: [undefined, undefined],
      unnamed: '200',
      otherSum: '400 MalformedXML',
      unasked: '400 MalformedXML',
    },
  },
  'checksums that do not go together': {
    reason: 'Knows no x-amz-checksum headers.',
    facts: {
      unknown: '200',
      typeAlone: '200',
      wholeSha1: '200',
      compositeCrc64: '200',
      otherAlgorithm: '200',
    },
  },
  'reads by part': {
    reason: 'Knows no partNumber on reads.',
    facts: {
      whole: [405, undefined, '<'],
      second: '405 MethodNotAllowed',
      withRange: '405 MethodNotAllowed',
    },
  },
  ...swiftVersions,
};
