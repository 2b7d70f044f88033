import { Fault, badQuery } from '../wire/fault.ts';
import { hasControls } from './names.ts';
import type { Call } from '../wire/call.ts';

/** What a listing asks for. */
export interface ListQuery {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly marker: Place | undefined;
  readonly startFrom: string | undefined;
  /** At most 5000, whatever was asked for. */
  readonly max: number;
  readonly include: ReadonlySet<string>;
  readonly showOnly: string | undefined;
}

/** The first item of the next page: a name, and which of its states. */
export interface Place {
  readonly name: string;
  readonly stamp: string;
}

const datasets = new Set([
  'copy',
  'deleted',
  'deletedwithversions',
  'immutabilitypolicy',
  'legalhold',
  'metadata',
  'permissions',
  'snapshots',
  'tags',
  'uncommittedblobs',
  'versions',
]);

const largestPage = 5000;

/** @throws Fault for values that the service does not take. */
export function listQuery({ query }: Call, hns: boolean): ListQuery {
  const include = new Set((query.get('include') ?? '').split(',').filter((name) => name !== ''));
  for (const name of include)
    if (!datasets.has(name)) throw badQuery('include', query.get('include'));
  for (const name of ['prefix', 'delimiter', 'startfrom']) checkText(name, query.get(name));
  const delimiter = query.get('delimiter');
  if (delimiter !== undefined && delimiter !== '' && include.has('snapshots')) {
    throw badQuery(
      'include',
      query.get('include'),
      'Snapshots can not be listed with a delimiter.',
    );
  }
  if (hns && delimiter !== undefined && delimiter !== '' && delimiter !== '/') {
    throw badQuery('delimiter', delimiter);
  }
  const showOnly = query.get('showonly');
  if (showOnly !== undefined) {
    const fits = hns && ['deleted', 'directories', 'files'].includes(showOnly);
    if (!fits || include.has('deleted')) throw badQuery('showonly', showOnly);
  }
  if (hns && include.has('deleted')) throw badQuery('include', query.get('include'));
  const marker = query.get('marker');
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: delimiter === '' ? undefined : delimiter,
    marker: marker === undefined || marker === '' ? undefined : readMarker(marker),
    startFrom: query.get('startfrom'),
    max: pageSize(query.get('maxresults')),
    include,
    showOnly,
  };
}

/** The service's own form: lengths, the name and the state, as base64 that needs no escapes. */
export function writeMarker({ name, stamp }: Place): string {
  const length = (text: string): string => String(Buffer.byteLength(text)).padStart(6, '0');
  const place = `${length(name)}!${name}!${length(stamp)}!${stamp}!`;
  const encoded = Buffer.from(place).toString('base64').replaceAll('=', '-');
  return `2!${encoded.length}!${encoded}`;
}

function readMarker(marker: string): Place {
  const match = /^2!(\d+)!([A-Za-z0-9+/]+-*)$/u.exec(marker);
  if (match === null) throw badQuery('marker', marker);
  const encoded = match[2] ?? '';
  if (encoded.length !== Number(match[1])) throw new Fault('InvalidInput');
  const place = Buffer.from(encoded.replaceAll('-', '='), 'base64');
  const [name, afterName] = field(place, 0);
  const [stamp] = field(place, afterName);
  return { name, stamp };
}

function field(place: Buffer, start: number): [text: string, next: number] {
  const length = Number(place.subarray(start, start + 6).toString());
  const end = start + 7 + length;
  if (Number.isNaN(length) || place[end] !== 0x21) throw new Fault('InvalidInput');
  return [place.subarray(start + 7, end).toString(), end + 1];
}

function pageSize(text: string | undefined): number {
  if (text === undefined || text === '') return largestPage;
  if (!/^-?\d+$/u.test(text)) throw badQuery('maxresults', text);
  const size = Number(text);
  if (size <= 0) {
    throw new Fault('OutOfRangeQueryParameterValue', {
      detail: {
        QueryParameterName: 'maxresults',
        QueryParameterValue: text,
        MinimumAllowed: '1',
        MaximumAllowed: String(largestPage),
      },
    });
  }
  return Math.min(size, largestPage);
}

function checkText(name: string, value: string | undefined): void {
  if (value !== undefined && hasControls(value)) throw badQuery(name, value);
}
