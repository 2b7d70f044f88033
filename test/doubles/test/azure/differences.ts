import type { Facts } from './probe.ts';

/** What a server does otherwise than the service, and why that is held to be its fault. */
export interface Difference {
  readonly probe: string;
  /** In place of the facts of the same name. */
  readonly facts: Facts;
  readonly reason: string;
}

/** Azurite 3.36. A newer one may have fewer. */
export const azuriteDifferences: readonly Difference[] = [
  {
    probe: 'ranges',
    facts: { atEnd: '206 bytes 30-29/30' },
    reason: 'It takes a range that begins at the end for one of no bytes; the service has 416.',
  },
  {
    probe: 'an empty blob is a blob',
    facts: { range: '206' },
    reason: 'As above: no range of an empty blob can be satisfied.',
  },
  {
    probe: 'checksums that do not fit are refused, and nothing is stored',
    facts: {
      wrong: '400 InvalidOperation',
      noMd5: '400 InvalidOperation',
      crc: '500 FeatureNotSupported',
    },
    reason: 'It has a code of its own for checksums, and no CRC-64.',
  },
  {
    probe: 'an error has a body with code and message, but not after HEAD',
    facts: { byteOrderMark: '3c3f78' },
    reason: 'Answers that were recorded from the service begin with a byte order mark.',
  },
  {
    probe: 'every answer tells its request, its version and the time',
    facts: {
      all: [
        'id version date mine',
        'id version date mine',
        'id no version date',
        'id version date mine',
        'id version date',
      ],
    },
    reason: 'Its errors lack the version and the id of the client.',
  },
  {
    probe: 'who may not ask',
    facts: {
      wrongKey: '403 AuthorizationFailure',
      nothing: '403 AuthorizationFailure',
      missingContainer: '403 AuthorizationFailure',
    },
    reason:
      'It has one answer for all that is not authorized; the service challenges, or tells what is wrong.',
  },
  {
    probe: 'conditional reads',
    facts: { missing: '412 ConditionNotMet' },
    reason: 'Known as a deviation: Azure/Azurite#2751.',
  },
  {
    probe: 'delimiters make groups, which stand among the blobs',
    facts: {
      top: ['a/', 'b/', 'B', 'a', 'a-b', 'a.b', 'a0', 'c', 'é', 'Ω'],
      below: ['a/c/', 'a/b'],
      long: ['a/c', 'B', 'a', 'a-b', 'a.b', 'a/b', 'a0', 'b/1', 'c', 'é', 'Ω'],
    },
    reason: 'It lists groups before blobs, and cuts them off after one character of the delimiter.',
  },
  {
    probe: 'pages come one after another until there is no marker',
    facts: { grouped: ['B a a-b', 'a/ a.b a0', 'b/ c é', 'Ω'] },
    reason: 'As above.',
  },
  {
    probe: 'what a listing repeats of its request',
    facts: { plain: ['MaxResults'], byteOrderMark: '3c3f78', noNext: false },
    reason:
      'Recorded answers have elements for what was asked only, and write empty ones with a space.',
  },
  {
    probe: 'names that XML can not carry',
    facts: { names: [] },
    reason: 'A name with U+FFFE breaks its listing; the service encodes such names.',
  },
  {
    probe: 'names with slashes in odd places',
    facts: { grouped: ['/', 'back/', 'double/', 'space /', 'trailing/', '..dots'] },
    reason: 'It lists groups before blobs.',
  },
  {
    probe: 'what a listing refuses',
    facts: { zero: '400', negative: '400', include: '400', marker: '200' },
    reason: 'It refuses without a code, and takes any text for a marker.',
  },
  {
    probe: 'blocks make no blob until they are committed',
    facts: {
      before: {
        get: '404 BlobNotFound',
        listed: [],
        uncommitted: ['a'],
        blocks: '200 committed: uncommitted: YmxvY2stMQ===6 YmxvY2stMA===6',
      },
      md5: 'Noy7daV+hGTIuNk3K4jmPw==',
    },
    reason:
      'It lists blocks in the order they came. It computes an MD5 for Put Block List, which the service is documented not to do.',
  },
  {
    probe: 'blocks that can not be staged',
    facts: { empty: '201' },
    reason: 'It stages blocks without bytes.',
  },
  {
    probe: 'a whole write throws staged blocks away, and so does a delete',
    facts: { afterWrite: '200 committed: uncommitted: YmxvY2stMA===1' },
    reason: 'It keeps blocks that a whole write throws away.',
  },
  {
    probe: 'snapshots hold their blob',
    facts: { bad: '400' },
    reason: 'It refuses without a code.',
  },
  {
    probe: 'each part of a batch has an outcome of its own',
    facts: { type: 'multipart/mixed; boundary=batch' },
    reason: 'It answers with the boundary of the request.',
  },
  {
    probe: 'parts are authorized one by one',
    facts: { parts: ['0: 403 AuthorizationFailure', '1: 403 AuthorizationFailure', '2: 202'] },
    reason: 'As above: one answer for all that is not authorized.',
  },
  {
    probe: 'without ids, answers come in the order of the parts',
    facts: { parts: ['-: 400 InvalidInput'] },
    reason: 'It wants ids, which are documented as optional.',
  },
  {
    probe: 'what is no batch is refused',
    facts: { type: '202', huge: '500' },
    reason: 'It has no check for either.',
  },
  {
    probe: 'copies that can not be made',
    facts: {
      target: '412 ConditionNotMet',
      source: '412 ConditionNotMet',
      abort: '409 CopyIdMismatch',
    },
    reason: 'It does not tell conditions on source and target apart; no copy was ever begun.',
  },
];
