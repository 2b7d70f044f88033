import { prefixEnd } from '../../shared/prefix-end.ts';
import { compareUtf8 } from '../../shared/sorted-map.ts';
import type { Call, Reply } from '../protocol/call.ts';
import { selectFields } from '../protocol/fields.ts';
import { jsonReply } from '../protocol/reply.ts';
import { OBJECTS } from '../protocol/schemas.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Generation } from '../store/generation.ts';
import { listQuery } from './list-query.ts';
import type { ListQuery } from './list-query.ts';
import { encodePageToken } from './page-token.ts';
import type { Position } from './page-token.ts';
import { objectResource } from './resource.ts';

/** `objects.list` */
export function listObjects(bucket: Bucket, call: Call): Reply {
  const { objects, prefixes, next } = collectPage(bucket, listQuery(bucket, call));
  const page = {
    kind: 'storage#objects',
    // As JSON.stringify does, the service leaves out what is empty.
    nextPageToken: next && encodePageToken(next),
    prefixes: prefixes.length === 0 ? undefined : prefixes,
    items:
      objects.length === 0
        ? undefined
        : objects.map((object) => objectResource(bucket, object, call.base)),
  };
  return jsonReply(selectFields(page, call.query.get('fields'), OBJECTS));
}

interface Page {
  readonly objects: Generation[];
  readonly prefixes: string[];
  /** Where the page ended, if more is to come. */
  readonly next: Position | undefined;
}

function collectPage(bucket: Bucket, query: ListQuery): Page {
  const objects: Generation[] = [];
  const prefixes: string[] = [];
  let last = query.position;
  for (const entry of entriesFrom(bucket, query)) {
    if (objects.length + prefixes.length >= query.maxResults) {
      return { objects, prefixes, next: last };
    }
    if (typeof entry === 'string') {
      prefixes.push(entry);
      last = { after: 'prefix', name: entry };
    } else {
      objects.push(entry);
      last = { after: 'object', name: entry.name, generation: entry.generation };
    }
  }
  return { objects, prefixes, next: undefined };
}

/** Objects and, as text, prefixes, in order, from where the page begins. */
function* entriesFrom(bucket: Bucket, query: ListQuery): Generator<Generation | string> {
  const { position, endOffset, shown } = query;
  let from: string | undefined = firstName(query);
  while (from !== undefined) {
    let skipTo: string | undefined;
    for (const [name, generations] of bucket.from(from, shown)) {
      if (!name.startsWith(query.prefix)) return;
      if (endOffset !== '' && compareUtf8(name, endOffset) >= 0) return;
      const prefix = prefixOf(name, query);
      if (prefix !== undefined && !passed(position, prefix)) yield prefix;
      const itself = prefix === undefined || (name === prefix && query.includeTrailingDelimiter);
      if (itself) yield* generations.filter((object) => isAfter(object, position));
      if (prefix !== undefined) {
        skipTo = prefixEnd(prefix);
        break;
      }
    }
    from = skipTo;
  }
}

/** The first name that this page could show. */
function firstName({ prefix, startOffset, position }: ListQuery): string | undefined {
  const first = compareUtf8(prefix, startOffset) < 0 ? startOffset : prefix;
  if (position === undefined) return first;
  return compareUtf8(first, position.name) < 0 ? position.name : first;
}

/** What is shown in place of a name, if it has the delimiter behind the prefix. */
function prefixOf(name: string, { prefix, delimiter }: ListQuery): string | undefined {
  if (delimiter === '') return undefined;
  const at = name.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : name.slice(0, at + delimiter.length);
}

/** Whether a page before has shown this prefix. */
function passed(position: Position | undefined, prefix: string): boolean {
  return position !== undefined && position.name.startsWith(prefix);
}

function isAfter(object: Generation, position: Position | undefined): boolean {
  if (position === undefined) return true;
  const order = compareUtf8(object.name, position.name);
  if (order !== 0) return order > 0;
  return position.after === 'prefix' || BigInt(object.generation) > BigInt(position.generation);
}
