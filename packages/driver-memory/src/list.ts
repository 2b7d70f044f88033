import { compareKeys, ROOT } from '@dunnage/driver-api';
import type { Key, ListedObject, ListOptions, ListPage, Prefix } from '@dunnage/driver-api';
import { checkListOptions, decodeCursor, encodeCursor } from '@dunnage/driver-kit';
import { childPrefix } from './child-prefix.ts';
import { DRIVER } from './errors.ts';
import { listScattered } from './list-scattered.ts';
import type { Session } from './session.ts';

export async function* list(
  session: Session,
  options: ListOptions = {},
): AsyncGenerator<ListPage, void, undefined> {
  const able = session.store.profile.capabilities.list;
  const pageSize = checkListOptions(session, 'list', options, able);
  if (able.order === 'none') {
    yield* listScattered(session, options, pageSize);
    return;
  }
  const { prefix = ROOT, depth = 'recursive', detail = 'full', startAfter = '', cursor } = options;
  const position = cursor === undefined ? [] : decodeCursor(DRIVER, 'list', cursor, prefix, 1);
  let [last = ''] = position;
  for (;;) {
    session.enter('list', options);
    const page = collectPage(session, { prefix, depth, detail, startAfter, last, pageSize });
    last = page.last;
    const { objects, prefixes, complete } = page;
    if (complete) {
      yield { objects, prefixes, complete };
      return;
    }
    yield { objects, prefixes, complete, cursor: encodeCursor(prefix, last) };
  }
}

interface PageRequest {
  readonly prefix: Prefix;
  readonly depth: 'recursive' | 'children';
  readonly detail: 'full' | 'keys';
  readonly startAfter: Key | '';
  /** The last entry of the page before: a key, or a prefix of a listing of children. */
  readonly last: string;
  readonly pageSize: number;
}

interface Page {
  readonly objects: ListedObject[];
  readonly prefixes: Prefix[];
  readonly last: string;
  readonly complete: boolean;
}

/** The next page, found by walking the names from where the page before ended. */
function collectPage(session: Session, request: PageRequest): Page {
  const { prefix, depth, detail, startAfter, pageSize } = request;
  const { names } = session.store;
  const objects: ListedObject[] = [];
  const prefixes: Prefix[] = [];
  let last = request.last;
  let position = names.seek(firstName(request));
  for (
    let name = names.at(position, prefix);
    name !== undefined;
    name = names.at(position, prefix)
  ) {
    const child = depth === 'children' ? childPrefix(name, prefix) : undefined;
    const object = session.store.find(name as Key)?.info;
    const exists = object !== undefined || (child !== undefined && isPrefix(name));
    if (!exists || name === startAfter || name === request.last) {
      position = names.after(position);
      continue;
    }
    if (objects.length + prefixes.length === pageSize) {
      return { objects, prefixes, last, complete: false };
    }
    last = child ?? name;
    if (child !== undefined) prefixes.push(child);
    else if (object !== undefined) objects.push(detail === 'keys' ? { key: object.key } : object);
    position = child === undefined ? names.after(position) : names.seek(past(child));
  }
  return { objects, prefixes, last, complete: true };
}

/** Where to begin at the earliest; the bounds themselves are left out while walking. */
function firstName({ prefix, startAfter, last }: PageRequest): string {
  const bounds = [prefix, startAfter, isPrefix(last) ? past(last) : last];
  return bounds.reduce((a, b) => (compareKeys(a, b) >= 0 ? a : b));
}

function isPrefix(name: string): boolean {
  return name.endsWith('/');
}

/** The first name that can follow all names below a prefix: `0` comes next to `/`. */
function past(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}
