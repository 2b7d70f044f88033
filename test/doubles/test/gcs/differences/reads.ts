import type { Differences } from '../probe.ts';

const NO_CONDITIONS = 'ok ok ok ok ok ok ok ok ok';

/** Objects, listings and conditions in fake-gcs-server. */
export const reads: Differences = {
  'statuses of what works': {
    facts: { delete: 200, deleteBytes: 5 },
    reason: 'A delete answers 200 with the JSON text null.',
  },
  'media comes with generation and hashes': {
    facts: { metageneration: null },
    reason: 'Media come without x-goog-metageneration.',
  },
  'no object is not no bucket': {
    facts: { objectMessage: 'Not Found', bucketMessage: 'Not Found', mediaText: 'Not Found\n' },
    reason:
      'All messages of 404 are alike, so no bucket and no object can’t be told apart by them.',
  },
  'names that no object can have': {
    facts: {
      tooLong: 'ok',
      tooLongInBytes: 'ok',
      newline: 'ok',
      carriageReturn: 'ok',
      dot: 'ok',
      dots: 'ok',
      acme: 'ok',
      none: '400 invalid',
    },
    reason: 'Names are not checked.',
  },
  'an empty listing has no items': {
    facts: { onlyItems: { kind: 'storage#objects' } },
    reason: 'It does not know the parameter fields.',
  },
  'prefixes and delimiters': {
    facts: { capital: 'a a0 c | a/ b/', longDelimiter: 'a a/ a/1 a0 b/1 c | a/' },
    reason:
      'Of a delimiter of several characters it keeps the first in the prefix; True is not true to it.',
  },
  'offsets: from inclusive, to exclusive': {
    facts: { intoPrefix: 'a0 c | b/' },
    reason: 'It compares prefixes, not names, with startOffset, and so loses the first one.',
  },
  'prefixes count in pages and come once': {
    facts: { '1': 'a a0 c | a/ b/ b/ (3)', '2': 'a a0 c | a/ b/ (2)', '4': 'a a0 c | a/ b/ (1)' },
    reason: 'It counts objects only in maxResults, and can show a prefix on two pages.',
  },
  'partial responses': {
    facts: {
      nested: false,
      slash: false,
      deep: false,
      object: false,
      unknown: 'ok',
      unclosed: 'ok',
    },
    reason: 'It does not know the parameter fields.',
  },
  'values that a listing refuses': {
    facts: { token: 'ok', versions: 'ok', both: 'ok' },
    reason: 'What it does not understand is left out.',
  },
  'conditions of get': { facts: { statuses: NO_CONDITIONS }, reason: 'Reads have no conditions.' },
  'conditions of media': {
    facts: { statuses: NO_CONDITIONS },
    reason: 'Reads have no conditions.',
  },
  'conditions of put': {
    facts: { statuses: 'ok 412 412 412 ok ok ok ok ok' },
    reason: 'Metagenerations are no conditions, and 412 stands for 304.',
  },
  'conditions of patch': {
    facts: { statuses: NO_CONDITIONS },
    reason: 'Patches have no conditions.',
  },
  'conditions of delete': {
    facts: { statuses: NO_CONDITIONS },
    reason: 'It deletes whatever the conditions are.',
  },
  'conditions on what is not there': {
    facts: { put: '412 412 ok ok ok ok ok ok ok' },
    reason: 'Metagenerations are no conditions, and "not match" holds for what is not there.',
  },
  'a refused write changes nothing, and says why': {
    facts: { delete: 'ok', patch: '404 notFound', bytes: 'Not Found\n' },
    reason: 'It deletes whatever the conditions are.',
  },
  'conditions that exclude one another, and ones that are no numbers': {
    facts: { both: 'ok', word: 'ok', left: [] },
    reason: 'Reads and deletes have no conditions.',
  },
};
