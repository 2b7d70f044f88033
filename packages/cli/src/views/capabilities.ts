import { formatBytes, formatDuration } from '@dunnage/core';
import type { Capabilities } from '@dunnage/driver-api';
import type { Style } from '../output/style.ts';
import { hang, widthOf } from '../output/wrap.ts';
import { numeral } from './words.ts';

/** What a storage can do: a fact, and what follows for a collection. */
type Row = readonly [what: string, fact: string, meaning: string];

/** A storage's capabilities in plain words. */
export function capabilitiesText(
  capabilities: Capabilities,
  style: Style,
  columns: number,
): string[] {
  const groups: readonly (readonly [string, readonly Row[]])[] = [
    ['Listing', listing(capabilities)],
    ['Reading and writing', writing(capabilities)],
    ['Deleting', deleting(capabilities)],
    ['Names and times', names(capabilities)],
  ];
  const rows = groups.flatMap(([, group]) => group);
  const first = Math.max(...rows.map(([what]) => widthOf(what))) + 2;
  const second = Math.max(...rows.map(([, fact]) => widthOf(fact))) + 2;
  const lines: string[] = [];
  for (const [title, group] of groups) {
    if (lines.length > 0) lines.push('');
    lines.push(style.bold(title));
    for (const [what, fact, meaning] of group) {
      const text = style.dim(hang(meaning, first + second + 2, columns));
      lines.push(`  ${what.padEnd(first)}${fact.padEnd(second)}${text}`.trimEnd());
    }
  }
  return lines;
}

function listing({ list }: Capabilities): Row[] {
  return [
    ['Order', list.order === 'none' ? 'none' : 'by key', ''],
    [
      'Start in the middle',
      yes(list.startAfter),
      list.startAfter ? 'A long listing can be split and read in parallel.' : '',
    ],
    [
      'Seen after a write',
      list.afterWrite === 'strong' ? 'at once' : 'later',
      list.afterWrite === 'strong'
        ? ''
        : 'A fresh push can be missing from a listing: keep --min-age long.',
    ],
    ['Seen after a delete', list.afterDelete === 'strong' ? 'at once' : 'later', ''],
    ['Largest page', numeral(list.maxPageSize), 'Objects a request.'],
    ['Version tags listed', yes(list.etagInListing), ''],
    [
      'Hashes listed',
      list.checksumsInListing.join(', ') || 'none',
      list.checksumsInListing.length > 0
        ? 'Tags can be resolved without a request for each.'
        : 'Each tag is read.',
    ],
  ];
}

function writing({ read, put, shared }: Capabilities): Row[] {
  return [
    ['Read after a write', read.afterWrite === 'strong' ? 'at once' : 'later', ''],
    ['Atomic writes', yes(put.atomic), put.atomic ? '' : 'A reader can see half an object.'],
    [
      'Create if absent',
      yes(put.ifAbsent),
      put.ifAbsent
        ? 'Two collectors keep apart by a lock.'
        : 'No lock can be held: see to it that one collector runs at a time.',
    ],
    ['Replace if unchanged', yes(put.ifMatch), ''],
    ['Largest object', put.maxBytes === undefined ? 'not known' : formatBytes(put.maxBytes), ''],
    [
      'Shared',
      yes(shared),
      shared ? 'Other processes see the same storage.' : 'It lives in this process alone.',
    ],
  ];
}

function deleting(capabilities: Capabilities): Row[] {
  const { delete: deletes, versions, retention, emptyDirectories } = capabilities;
  return [
    [
      'Objects a request',
      numeral(deletes.batchMax),
      deletes.batchMax === 1 ? 'No bulk delete.' : '',
    ],
    [
      'Only if unchanged',
      yes(deletes.ifMatch),
      deletes.ifMatch ? 'An object that changed since the plan is not deleted.' : '',
    ],
    [
      'Space comes free',
      {
        immediately: 'at once',
        'after-retention': 'later',
        never: 'never',
        unknown: 'not known',
      }[deletes.freesSpace],
      {
        immediately: '',
        'after-retention': 'Deleted objects are kept until their retention ends.',
        never: 'Versioning keeps what is deleted: a lifecycle rule must remove old versions.',
        unknown: 'The store may keep deleted objects for a while.',
      }[deletes.freesSpace],
    ],
    ['Versions', versions === 'unknown' ? 'not known' : versions, ''],
    [
      'Retention or holds',
      retention === 'unknown' ? 'not known' : retention,
      retention === 'possible' ? 'Some objects may refuse to be deleted.' : '',
    ],
    [
      'Empty directories',
      emptyDirectories ? 'stay' : 'do not exist',
      emptyDirectories ? 'They are removed too.' : '',
    ],
  ];
}

function names({ keys, modifiedResolutionMs }: Capabilities): Row[] {
  return [
    ['Longest key', `${numeral(keys.maxBytes)} bytes`, ''],
    ['Case matters', yes(keys.caseSensitive), ''],
    ['Unicode', keys.normalizes === 'none' ? 'as given' : keys.normalizes, ''],
    [
      'Time stamps',
      `to ${formatDuration(modifiedResolutionMs)}`,
      'How finely ages are told apart.',
    ],
  ];
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}
