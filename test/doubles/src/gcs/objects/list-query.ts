import { GcsError, invalid, notCovered } from '../errors.ts';
import type { Call } from '../protocol/call.ts';
import { flag, int64 } from '../protocol/parameters.ts';
import type { Bucket, Shown } from '../store/bucket.ts';
import { decodePageToken } from './page-token.ts';
import type { Position } from './page-token.ts';

/** Entries of a page at most, whatever is asked for. */
const MAX_RESULTS = 1000;

/** The parameters of a listing. */
export interface ListQuery {
  readonly prefix: string;
  readonly delimiter: string;
  readonly includeTrailingDelimiter: boolean;
  /** Inclusive; `''`: from the beginning. */
  readonly startOffset: string;
  /** Exclusive; `''`: to the end. */
  readonly endOffset: string;
  readonly shown: Shown;
  readonly maxResults: number;
  readonly position: Position | undefined;
}

/** @throws GcsError 400, or 501 for what would show something else than it does here */
export function listQuery({ settings }: Bucket, call: Call): ListQuery {
  for (const name of ['matchGlob', 'filter']) {
    if (call.query.has(name)) throw notCovered(name);
  }
  if (settings.hierarchicalNamespace && flag(call, 'includeFoldersAsPrefixes')) {
    throw notCovered('folders');
  }
  const text = (name: string): string => call.query.get(name) ?? '';
  const token = text('pageToken');
  return {
    prefix: text('prefix'),
    delimiter: text('delimiter'),
    includeTrailingDelimiter: flag(call, 'includeTrailingDelimiter'),
    startOffset: text('startOffset'),
    endOffset: text('endOffset'),
    shown: shownIn(call),
    maxResults: maxResults(call),
    position: token === '' ? undefined : decodePageToken(token),
  };
}

function shownIn(call: Call): Shown {
  const versions = flag(call, 'versions');
  const softDeleted = flag(call, 'softDeleted');
  if (versions && softDeleted) {
    throw invalid('softDeleted and versions cannot both be true.', 'softDeleted');
  }
  return softDeleted ? 'soft-deleted' : versions ? 'versions' : 'live';
}

function maxResults(call: Call): number {
  const asked = int64(call, 'maxResults');
  if (asked === undefined) return MAX_RESULTS;
  const count = Number(asked);
  if (count < 1 || count > 0x7fff_ffff) {
    const message = `Invalid value '${asked}'. Values must be within the range: [1, 2147483647]`;
    throw new GcsError(400, 'invalidParameter', message, { parameter: 'maxResults' });
  }
  return Math.min(count, MAX_RESULTS);
}
