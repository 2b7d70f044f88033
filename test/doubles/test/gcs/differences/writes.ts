import type { Differences } from '../probe.ts';

/** A hold that is neither kept nor looked at. The first delete works, all else is about nothing. */
const NO_HOLDS = {
  facts: {
    metageneration: undefined,
    deleted: 'ok',
    message: undefined,
    byGeneration: '404 notFound',
    replaced: 'ok',
    condition: 'ok',
    bytes: 'Not Found\n',
    released: '404 notFound',
    deletedThen: '404 notFound',
  },
  reason: 'It has no holds: the field is taken and forgotten.',
};

/** Uploads, changes, what keeps objects, batches and buckets in fake-gcs-server. */
export const writes: Differences = {
  'boundaries, quoted and not': {
    facts: { escaped: '500 internalError', wrong: '500 internalError' },
    reason:
      'Its parser does not know quoted pairs, and has no 400 for parts that it does not find.',
  },
  'metadata of an upload': {
    facts: {
      a: ['text/plain', { k: 'v' }],
      noName: 'ok',
      noType: '400 invalid',
      noUpload: '404 notFound',
    },
    reason: 'The media’s type wins over the metadata’s, and objects can do without a name.',
  },
  'a resumable upload in chunks': {
    facts: { last: [200, '524298', { k: 'v' }, 'application/octet-stream'], repeated: 404 },
    reason: 'It takes no type from X-Upload-Content-Type, and forgets sessions when they end.',
  },
  'a resumable upload says how far it is': {
    facts: { before: '200 bytes=0-0', between: '404 null', after: '404 null' },
    reason: 'Asking for the progress ends the upload, with what is there.',
  },
  'chunks that do not fit': {
    facts: { small: '308', gap: '308', odd: '308 bytes=0-262243', lies: 'ok', overlap: undefined },
    reason: 'It appends what comes and does not look where it belongs.',
  },
  'a resumable upload that is given up': {
    facts: { after: 200, names: ['a'] },
    reason: 'A session goes on after it was cancelled.',
  },
  'conditions and checksums of a resumable upload': {
    facts: { refused: 'ok', hashed: 'ok', names: ['header', 'late', 'there'] },
    reason: 'Conditions count at the end only, and x-goog-hash is not read.',
  },
  'copies take bytes and metadata, or new metadata': {
    facts: { far: ['a', { k: 'v' }, 'x/y', 'XUFAKrxLKna5cZ2REBfFkg=='] },
    reason: 'New metadata are merged with the old.',
  },
  'a rewrite of a small object': {
    facts: { ifSource: 'ok', ifAbsent: 'ok' },
    reason: 'Rewrites have no conditions.',
  },
  'a move takes the source away': {
    facts: {
      moved: [undefined, undefined],
      names: ['a', 'd'],
      bytes: 'Not Found\n',
      again: '400 invalid',
      ifAbsent: '400 invalid',
      ifSource: '400 invalid',
      over: '400 invalid',
      left: 'Not Found\n',
    },
    reason: 'It has no objects.move.',
  },
  'a composed object has no MD5': {
    facts: {
      composed: {
        md5Hash: 'XUFAKrxLKna5cZ2REBfFkg==',
        crc32c: 'mnG7TA==',
        componentCount: undefined,
        size: '5',
      },
      listed: ['XUFAKrxLKna5cZ2REBfFkg==', 'mnG7TA=='],
      hashes: 'crc32c=mnG7TA==,md5=XUFAKrxLKna5cZ2REBfFkg==',
      nested: undefined,
      missing: '500 internalError',
      none: 'ok',
      source: 'ok',
      absent: 'ok',
    },
    reason: 'Composed objects are like all others, and compositions have no conditions.',
  },
  'a patch changes metadata, not the generation': {
    facts: { metageneration: undefined, etag: true, metadata: { add: '3', drop: '', keep: '1' } },
    reason: 'It has no metagenerations, its etag is the MD5, and null does not take keys away.',
  },
  'pages of versions': {
    facts: { found: 'a a a a a a a a a a', different: 2, pages: 5 },
    reason:
      'Page tokens are names: a name with more generations than a page has is shown for ever.',
  },
  'soft delete keeps what is deleted, and gives it back': {
    facts: {
      kept: [undefined, false],
      days: undefined,
      got: 404,
      noSuch: '400 invalid',
      restored: '400 invalid',
      bytes: 'Not Found\n',
    },
    reason: 'It has no soft delete.',
  },
  'what is replaced is soft-deleted too': {
    facts: { kept: [['a', '5']] },
    reason: 'It has no soft delete, and lists what is live.',
  },
  'temporaryHold keeps an object from being deleted or replaced': NO_HOLDS,
  'eventBasedHold keeps an object from being deleted or replaced': NO_HOLDS,
  'a retention policy keeps objects for its period': {
    facts: { seconds: undefined, deleted: 'ok', replaced: 'ok', bytes: 'two' },
    reason: 'It has no retention.',
  },
  'a batch answers each of its calls': {
    facts: {
      parts: [
        '<response-call+0> ok',
        '<response-call+1> ok',
        '<response-call+2> 404 notFound',
        '<response-call+3> ok d',
        '<response-call+4> ok',
      ],
      left: [],
    },
    reason: 'It deletes whatever the conditions are.',
  },
  'a batch of too many calls does nothing': {
    facts: { status: 200, left: [] },
    reason: 'Batches have no limit.',
  },
  'many objects are deleted by one call of the XML API': {
    facts: {
      status: 404,
      outcomes: [],
      live: ['a&b', 'held', 'v'],
      versions: ['a&b', 'held', 'v'],
    },
    reason: 'It does not have this call.',
  },
  'calls of the XML API that are not fit': {
    facts: { quiet: [404, []], tooMany: 404, none: 404 },
    reason: 'It does not have this call.',
  },
  'a bucket says what keeps its objects': {
    facts: {
      plain: [false, undefined, undefined, false],
      byDefault: [false, undefined, undefined, false],
      versions: [true, undefined, undefined, false],
      retention: [false, undefined, undefined, false],
      folders: [false, undefined, undefined, false],
    },
    reason: 'Buckets have versions and nothing else.',
  },
  'buckets are made, changed and deleted': {
    facts: { patched: [{ enabled: true }, '1'], full: '412 conditionNotMet' },
    reason: 'It has no metagenerations, and 412 for buckets that are not empty.',
  },
  'permissions that one has': {
    facts: { status: 404, answer: undefined },
    reason: 'It has no testIamPermissions.',
  },
  'paths and methods that there are none of': {
    facts: { method: 404 },
    reason: 'It has no 405.',
  },
};
