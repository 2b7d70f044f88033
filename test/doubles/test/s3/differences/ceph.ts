import type { Differences } from '../difference.ts';
import { cephVersions } from './ceph-versions.ts';

/** Ceph's gateway, 16.2.15 as Debian has it. */
export const ceph: Differences = {
  'what buckets tell of themselves': {
    reason:
      'Its region is the zone group, told by GetBucketLocation only; HEAD has no x-amz-bucket-region.',
    facts: { head: [200, '', false], location: false },
  },
  'making and removing buckets': {
    reason:
      'Names of buckets are relaxed in the configuration of the tests; it calls an unknown state an invalid argument.',
    facts: { badName: '200', badStatus: '400 InvalidArgument' },
  },
  'tokens are opaque and good for their own listing': {
    reason: 'Its tokens are keys, from which any listing goes on.',
    facts: { isKey: true, madeUp: '200', empty: '200', otherPrefix: '200' },
  },
  'max-keys: none, too many, no number': {
    reason: 'Negative numbers count as zero.',
    facts: { negative: '0 0 false' },
  },
  'encoding-type=url is form encoding that spares slashes': {
    reason:
      'Encodes keys and prefixes by rules of its own, slashes too, and leaves the echo of the request as it was.',
    facts: {
      key: "a%20b%2Bc%2F%C3%BC%26%3C%3E%22'~*(!)%3D%25%40%3A%2C%01%0A",
      group: ['a%20b%2B'],
      prefix: 'a b',
      delimiter: '+',
      startAfter: 'a ',
      other: '200',
    },
  },
  'without an encoding, control characters become references that XML forbids': {
    reason: 'Writes control characters as they are.',
    facts: { forbidden: false },
  },
  'ListObjects goes on from a name': {
    reason: 'Tells the next marker without a delimiter, too.',
    facts: { plain: 'a- a/ | true a/' },
  },
  'what is missing': {
    reason: 'Its errors have no elements of their own besides the bucket.',
    facts: { key: undefined },
  },
  ranges: {
    reason:
      'Takes the first of several ranges, an empty suffix as the whole, and refuses a range that runs backwards.',
    facts: {
      noSuffix: '206 bytes 0-9/10 10 0123456789',
      backwards: '416 InvalidRange',
      several: '206 bytes 0-1/10 2 01',
      nonsense: '200 bytes 0-9/10 10 0123456789',
    },
  },
  'conditions on reads': {
    reason:
      'Compares ETags as one string, without lists or `*`; judges times that are still to come; tells no ETag with 304.',
    facts: {
      any: '412 PreconditionFailed',
      list: '412 PreconditionFailed',
      modifiedLater: '304',
      notModified: [304, '', undefined],
    },
  },
  'keys that are awkward in a URL': {
    reason: 'Invalid names have another code.',
    facts: { tooLong: '400 InvalidObjectName', noUtf8: '400 InvalidObjectName' },
  },
  'Content-MD5 and checksums are verified': {
    reason: 'Version 16 knows no x-amz-checksum headers.',
    facts: { otherCrc32: '200', noCrc32: '200', otherSha256: '200', two: '200', announced: '200' },
  },
  'checksums are kept and told on demand': {
    reason: 'Version 16 knows no x-amz-checksum headers.',
    facts: { crc32: undefined, byDefault: undefined, type: undefined },
  },
  'conditions on writes': {
    reason:
      'If-Match has to come without quotes; a missing object fails the condition; it takes what S3 refuses.',
    facts: {
      match: '412 PreconditionFailed',
      replaced: 'one',
      missing: '412 PreconditionFailed',
      tag: '200',
      star: '200',
      both: '412 PreconditionFailed',
    },
  },
  copies: {
    reason:
      'Tells the ETag of a copy without quotes; listens to x-amz-copy-if-match instead of x-amz-copy-source-if-match; a copy has no conditions on what it replaces.',
    facts: {
      etag: '841a2d689ad86bd1611447453c22c6fc',
      mismatch: '200',
      noneMatch: '200',
      ontoPresent: '200',
      ontoMismatch: '200',
    },
  },
  'quiet bulk deletes tell of failures only': {
    reason: 'A key that is too long counts as deleted.',
    facts: { fates: [] },
  },
  'how many keys a bulk delete takes': {
    reason: 'Says 400 without a document; a bulk delete of nothing succeeds.',
    facts: { refused: '400', none: '200' },
  },
  'bulk deletes have to be vouched for and well-formed': {
    reason: 'Verifies neither that there is an MD5 nor what it is; says 400 without a document.',
    facts: {
      unvouched: '200',
      wrongMd5: '200',
      truncated: '400',
      otherRoot: '400',
      noKey: '400',
      emptyKey: '400',
      noXml: '400',
      control: '400',
      rawControl: '400',
      left: '|',
    },
  },
  'conditional deletes': {
    reason: 'Ignores If-Match on deletes.',
    facts: { mismatch: '204', kept: 'b c |', missing: '204', missingAny: '204' },
  },
  'bulk deletes judge a condition for each key': {
    reason: 'Ignores ETags in bulk deletes.',
    facts: { fates: ['a', 'b', 'c', 'no'], left: '|' },
  },
  'an upload in parts, from its beginning to its end': {
    reason:
      'The answer to completion has an empty ETag; it knows no partNumber on reads, and copies keep the ETag of their source.',
    facts: { done: [200, false, 'k'], piece: [200, 'aaaaaaaaa', undefined], copy: true },
  },
  'what an upload refuses': {
    reason:
      'Takes any part number, looks at sizes before it looks at the order, and tells of an upload that is gone as of an object.',
    facts: {
      disorder: '400 EntityTooSmall',
      partZero: '200',
      partTooHigh: '200',
      afterwards: '404 NoSuchKey',
    },
  },
  'pending uploads are listed by key, then by age': {
    reason:
      'Within a key, uploads come by their id, which is random, and a key marker includes its key.',
    facts: { otherId: '200' },
    varies: ['all', 'found', 'afterKey', 'grouped'],
  },
  'a page of groups alone leaves its markers empty, although more follows': {
    reason: 'Groups do not count.',
    facts: { truncated: 'false', groups: 0, next: 'b', nextId: true },
  },
  'parts by copying': {
    reason: 'Tells the ETag without quotes and takes the ranges that reads take.',
    facts: {
      open: '416 InvalidRange',
      suffix: '200',
      backwards: '416 InvalidRange',
      past: '416 InvalidRange',
      beyond: '416 InvalidRange',
      taken: [200, '289dff07669d7a23de0ef88d2f7129e7'],
    },
  },
  'conditions on completion': {
    reason: 'A completion has no conditions.',
    facts: { present: '200', mismatch: '200', conflict: '200', missing: '200' },
  },
  'who signs, when and what': {
    reason:
      'Ignores tokens and unsigned headers, has fewer codes and does not tell what it signed.',
    facts: {
      otherToken: '200',
      added: '200',
      noHash: '400 XAmzContentSHA256Mismatch',
      basic: '400 InvalidArgument',
      malformed: '400 InvalidArgument',
      told: false,
    },
  },
  'signed chunks': {
    reason: 'Keeps aws-chunked as the encoding of the object.',
    facts: { encoding: 'aws-chunked' },
  },
  'signed chunks with a signed checksum behind them': {
    reason: 'Version 16 knows no trailers.',
    facts: {
      taken: '400 XAmzContentSHA256Mismatch',
      otherSum: '400 XAmzContentSHA256Mismatch',
      otherSignature: '400 XAmzContentSHA256Mismatch',
      same: false,
    },
  },
  'unsigned chunks with a checksum behind them': {
    reason: 'Version 16 knows no trailers.',
    facts: {
      taken: '400 XAmzContentSHA256Mismatch',
      same: false,
      otherSum: '400 XAmzContentSHA256Mismatch',
      truncated: '400 XAmzContentSHA256Mismatch',
      otherLength: '400 XAmzContentSHA256Mismatch',
      unannounced: '400 XAmzContentSHA256Mismatch',
      smallChunks: '400 XAmzContentSHA256Mismatch',
    },
  },
  'every algorithm is known by its value': {
    reason: 'Version 16 knows no x-amz-checksum headers.',
    facts: {
      CRC32: ['200', false],
      CRC32C: ['200', false],
      CRC64NVME: ['200', false],
      SHA1: ['200', false],
      SHA256: ['200', false],
    },
  },
  'checksums of uploads: of the parts, or of the whole': {
    reason: 'Version 16 knows no x-amz-checksum headers.',
    facts: {
      composite: false,
      type: undefined,
      read: false,
      piece: false,
      whole: [false, undefined],
      byDefault: [undefined, undefined],
      unnamed: '200',
      otherSum: '200',
      unasked: '200',
    },
  },
  'checksums that do not go together': {
    reason: 'Version 16 knows no x-amz-checksum headers.',
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
    facts: { whole: [200, undefined, 'k'], second: '200', withRange: '206' },
  },
  ...cephVersions,
};
